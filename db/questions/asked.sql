-- What do people ask?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT story, remark, reactions, engagement, first_at, reaction_id
FROM remarks
WHERE stance = 'query' AND (:story IS NULL OR story = :story)
ORDER BY reactions DESC, COALESCE(engagement, -1) DESC, reaction_id
LIMIT :most
