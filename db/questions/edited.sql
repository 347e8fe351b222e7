-- Which posts were edited, and what did they say before?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT v.story, v.replaced_at, r.platform, r.author, v.text AS before, r.text AS now, r.url, r.reaction_id
FROM revisions v
JOIN reactions r ON r.reaction_id = v.id
WHERE v.kind = 'post' AND (:story IS NULL OR v.story = :story)
ORDER BY v.replaced_at DESC, v.id
LIMIT :most
