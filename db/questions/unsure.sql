-- Of which stances is the model least sure?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT r.story, s.claim, s.stance, s.confidence, s.unclear, r.platform, r.author, r.text, r.reaction_id
FROM stances s
JOIN reactions r ON r.reaction_id = s.reaction_id
WHERE NOT s.by_analyst AND s.confidence IS NOT NULL AND (:story IS NULL OR s.story = :story)
ORDER BY s.confidence, r.reaction_id
LIMIT :most
