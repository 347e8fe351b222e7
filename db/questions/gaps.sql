-- Where was nobody looking longest?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT x.story, r.platform, r.author, x.hours, x.since, x.observed_at, x.from_posting, x.gained, x.gained_views, r.url,
       x.reaction_id
FROM steps x
JOIN reactions r ON r.reaction_id = x.reaction_id
WHERE x.hours IS NOT NULL AND (:story IS NULL OR x.story = :story)
ORDER BY x.hours DESC, x.reaction_id, x.observed_at
LIMIT :most
