-- Which headlines were changed?
-- story: text = NULL; the story's short name
SELECT story, at, what AS publisher, before, after, url, article_id
FROM changes
WHERE kind = 'headline' AND (:story IS NULL OR story = :story)
ORDER BY at DESC, article_id
