-- Which looks fail, and why?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT s.slug AS story, k.kind, k.source, k.target, k.failures, k.last_at, k.note
FROM look k
LEFT JOIN story s ON s.id = k.story_id
WHERE k.outcome IN ('failed', 'given up') AND (:story IS NULL OR s.slug = :story)
ORDER BY k.failures DESC, k.id
LIMIT :most
