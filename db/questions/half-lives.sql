-- How long after posting had each post half of what was seen to date?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT g.story, g.platform, g.author, g.half_life, g.half_by, g.age, g.engagement, g.looks, g.longest_gap,
       r.text, r.url, g.reaction_id
FROM reach g
JOIN reactions r ON r.reaction_id = g.reaction_id
WHERE g.half_by IS NOT NULL AND (:story IS NULL OR g.story = :story)
ORDER BY g.engagement DESC, g.reaction_id
LIMIT :most
