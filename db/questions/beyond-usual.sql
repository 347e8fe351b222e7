-- Which posts went beyond what their accounts usually gather?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT g.story, g.platform, g.author, g.beside_usual, g.engagement, g.usual, g.usual_of, g.age, g.audience,
       r.stance, r.text, r.url, g.reaction_id
FROM reach g
JOIN reactions r ON r.reaction_id = g.reaction_id
WHERE g.beside_usual IS NOT NULL AND (:story IS NULL OR g.story = :story)
ORDER BY g.beside_usual DESC, g.reaction_id
LIMIT :most
