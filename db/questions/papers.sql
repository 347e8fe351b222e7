-- Which papers picked the story up, copies aside?
-- story: text = NULL; the story's short name
SELECT a.story, COALESCE(a.publisher, a.url) AS publisher, MIN(COALESCE(a.published_at, a.first_seen_at)) AS first_at,
       COUNT(*) AS articles, SUM(CASE WHEN a.copy_of IS NULL THEN 0 ELSE 1 END) AS copies,
       SUM(CASE WHEN a.corrected THEN 1 ELSE 0 END) AS corrected
FROM articles a
WHERE a.role IN ('coverage', 'followup') AND a.url IS NOT NULL AND (:story IS NULL OR a.story = :story)
GROUP BY a.story, COALESCE(a.publisher, a.url)
HAVING SUM(CASE WHEN a.copy_of IS NULL THEN 1 ELSE 0 END) > 0
ORDER BY a.story, MIN(COALESCE(a.published_at, a.first_seen_at)), COALESCE(a.publisher, a.url)
