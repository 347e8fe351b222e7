-- Which articles were corrected, and how?
-- story: text = NULL; the story's short name
SELECT story, publisher, title, correction, published_at, revisions, url
FROM articles
WHERE corrected AND (:story IS NULL OR story = :story)
ORDER BY story, published_at DESC, url
