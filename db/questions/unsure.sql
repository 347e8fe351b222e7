-- Of which stances is the model least sure?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
WITH unsure AS (
    SELECT reaction_id, claim, stance, confidence, unclear
    FROM stances
    WHERE NOT by_analyst AND confidence IS NOT NULL AND (:story IS NULL OR story = :story)
    ORDER BY confidence, reaction_id
    LIMIT :most
)
SELECT r.story, u.claim, u.stance, u.confidence, u.unclear, r.platform, r.author, r.text, r.reaction_id
FROM unsure u
JOIN reactions r ON r.reaction_id = u.reaction_id
ORDER BY u.confidence, r.reaction_id
