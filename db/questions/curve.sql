-- How did one post's counts grow?
-- post: text; its address, its id on its network, or the number of the reaction
SELECT o.observed_at, o.likes, o.reposts, o.replies, o.quotes, o.views
FROM observation o
WHERE o.post_id = (
    SELECT p.id FROM post p
    LEFT JOIN reaction r ON r.post_id = p.id
    WHERE p.url = :post OR p.external_id = :post OR CAST(r.id AS TEXT) = :post
    ORDER BY CASE WHEN p.url = :post THEN 0 WHEN p.external_id = :post THEN 1 ELSE 2 END, p.id
    LIMIT 1
)
ORDER BY o.observed_at
