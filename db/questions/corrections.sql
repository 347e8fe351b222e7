-- Which articles were corrected, and how?
-- story: text = NULL; the story's short name
SELECT story, publisher, title, correction, corrected_at, published_at, revisions, url, article_id
FROM articles
WHERE corrected AND (:story IS NULL OR story = :story)
ORDER BY story, COALESCE(corrected_at, published_at, first_seen_at) DESC, url
