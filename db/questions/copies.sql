-- Which sites carry the same text, and who had it first?
-- story: text = NULL; the story's short name
SELECT a.story, a.copy_of AS first_url, f.publisher AS first_publisher, a.publisher, a.published_at, a.url
FROM articles a
LEFT JOIN articles f ON f.story = a.story AND f.url = a.copy_of
WHERE a.copy_of IS NOT NULL AND (:story IS NULL OR a.story = :story)
ORDER BY a.story, a.copy_of, COALESCE(a.published_at, a.first_seen_at), a.url
