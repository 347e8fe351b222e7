-- Who reacted first?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT story, COALESCE(posted_at, first_seen_at) AS at, platform, author, person, tie, stance, unclear, text, url,
       reaction_id
FROM reactions
WHERE (:story IS NULL OR story = :story)
ORDER BY COALESCE(posted_at, first_seen_at), reaction_id
LIMIT :most
