-- Which counts fell, or mean something else than before?
-- story: text = NULL; the story's short name
-- most: integer = 50; rows
SELECT x.story, r.platform, r.author, x.fell, x.broken, x.since, x.observed_at, x.gained, x.gained_views, x.engagement,
       x.views, r.url, x.reaction_id
FROM steps x
JOIN reactions r ON r.reaction_id = x.reaction_id
WHERE (x.fell IS NOT NULL OR x.broken IS NOT NULL) AND (:story IS NULL OR x.story = :story)
ORDER BY x.observed_at DESC, x.reaction_id
LIMIT :most
