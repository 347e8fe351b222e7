-- Which paper published first, and how far is its time to be trusted?
-- story: text = NULL; the story's short name
WITH dated AS (
    SELECT a.*,
           CASE WHEN a.published_at IS NULL OR a.published_at > a.first_seen_at THEN a.first_seen_at
                ELSE a.published_at END AS at,
           CASE WHEN a.published_at IS NULL THEN 'it gives no time: this is when it was found'
                WHEN a.published_at > a.first_seen_at
                THEN 'the time it gives is after it was found: this is when it was found'
                WHEN LENGTH(a.published_at) = 10 THEN 'it gives the day alone'
                END AS doubt
    FROM articles a
    WHERE a.url IS NOT NULL AND a.role <> 'context'
)
SELECT d.story, d.at, d.doubt, COALESCE(d.publisher, d.url) AS publisher, d.role, d.stance, d.title, d.copy_of,
       d.url, d.article_id
FROM dated d
WHERE (:story IS NULL OR d.story = :story)
ORDER BY d.story, d.at, d.article_id
