-- On what grounds is the story denied?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT story, claim, remark, reactions, engagement, first_at, reaction_id
FROM remarks
WHERE stance = 'deny' AND (:story IS NULL OR story = :story)
ORDER BY reactions DESC, COALESCE(engagement, -1) DESC, reaction_id
LIMIT :most
