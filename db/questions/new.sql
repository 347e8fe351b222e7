-- Which reactions are new, most engagement first?
-- story: text = NULL; the story's short name
-- since: moment = 24 hours ago; first seen from then on
-- most: integer = 20; rows
SELECT story, platform, author, person, stance, unclear, engagement, views, posted_at, text, url, reaction_id
FROM reactions
WHERE first_seen_at >= :since AND (:story IS NULL OR story = :story)
ORDER BY COALESCE(engagement, -1) DESC, reaction_id
LIMIT :most
