-- What a platform told of a reaction's answers and is not stored yet: one row a post where it told of more than is here.
-- told: replies and quotes by its last count; stored: those that are here and not gone
-- since: when it first told of more than is stored now
CREATE VIEW lag AS
WITH known AS (
    SELECT s.slug AS story, p.id, p.platform, p.external_id,
           COALESCE(o.replies, 0) + COALESCE(o.quotes, 0) AS told,
           (SELECT COUNT(*) FROM post c WHERE c.platform = p.platform AND c.in_reply_to = p.key AND c.deleted_at IS NULL)
           + (SELECT COUNT(*) FROM post c WHERE c.platform = p.platform AND c.quotes = p.key AND c.deleted_at IS NULL) AS stored
    FROM reaction r
    JOIN story s ON s.id = r.story_id
    JOIN post p ON p.id = r.post_id
    JOIN observation o ON o.post_id = p.id
         AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
    WHERE r.dropped_at IS NULL AND p.deleted_at IS NULL AND (o.replies > 0 OR o.quotes > 0)
)
SELECT k.story, k.platform, k.external_id, k.told, k.stored,
       (SELECT MIN(o.observed_at) FROM observation o
        WHERE o.post_id = k.id AND COALESCE(o.replies, 0) + COALESCE(o.quotes, 0) > k.stored) AS since
FROM known k
WHERE k.told > k.stored
