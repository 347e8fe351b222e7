-- Which sites carry the same text, whose is it, who had it first here, and who published it first as far as the hour is known?
-- story: text = NULL; the story's short name
WITH dated AS (
    SELECT a.story, COALESCE(a.copy_of, a.url) AS text_of, COALESCE(a.publisher, a.url) AS publisher,
           CASE WHEN LENGTH(a.published_at) > 10 AND a.published_at <= a.first_seen_at THEN a.published_at END AS at
    FROM articles a
    WHERE a.url IS NOT NULL
),
firsts AS (
    SELECT d.story, d.text_of, MIN(d.at) AS at, COUNT(*) - COUNT(d.at) AS undated
    FROM dated d
    GROUP BY d.story, d.text_of
)
SELECT a.story, a.copy_of AS first_url, f.publisher AS first_publisher, a.publisher, a.published_at, a.url,
       COALESCE(a.agency, f.agency) AS agency, t.at AS published_first_at,
       (
           SELECT MIN(d.publisher)
           FROM dated d
           WHERE d.story = a.story AND d.text_of = a.copy_of AND d.at = t.at
       ) AS published_first,
       t.undated
FROM articles a
JOIN firsts t ON t.story = a.story AND t.text_of = a.copy_of
LEFT JOIN articles f ON f.story = a.story AND f.url = a.copy_of
WHERE a.copy_of IS NOT NULL AND (:story IS NULL OR a.story = :story)
ORDER BY a.story, a.copy_of, COALESCE(a.published_at, a.first_seen_at), a.url
