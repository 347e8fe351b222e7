-- Who denies it, most engagement first?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT story, platform, author, person, engagement, views, stance_confidence, posted_at, text, url, reaction_id
FROM reactions
WHERE stance = 'deny' AND NOT unclear AND (:story IS NULL OR story = :story)
ORDER BY COALESCE(engagement, -1) DESC, reaction_id
LIMIT :most
