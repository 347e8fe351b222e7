-- Which posts gather fastest now?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT g.story, g.platform, g.author, g.rate, g.view_rate, g.engagement, g.views, g.audience,
       g.last_observed_at, r.stance, r.text, r.url, g.reaction_id
FROM reach g
JOIN reactions r ON r.reaction_id = g.reaction_id
WHERE g.rate IS NOT NULL AND (:story IS NULL OR g.story = :story)
ORDER BY g.rate DESC, g.reaction_id
LIMIT :most
