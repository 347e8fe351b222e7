-- When did each post gather fastest, and how fast?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT g.story, g.platform, g.author, g.peak_rate, g.peak_since, g.peak_until, g.rate, g.engagement, r.stance,
       r.text, r.url, g.reaction_id
FROM reach g
JOIN reactions r ON r.reaction_id = g.reaction_id
WHERE g.peak_rate IS NOT NULL AND (:story IS NULL OR g.story = :story)
ORDER BY g.peak_rate DESC, g.reaction_id
LIMIT :most
