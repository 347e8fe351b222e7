-- name: story
-- The number of a story.
SELECT id FROM story WHERE slug = :slug;

-- name: columns
-- The columns of the view reactions.
SELECT * FROM reactions LIMIT 0;

-- name: rows
-- Some rows of the view reactions.
SELECT * FROM reactions WHERE reaction_id IN :keys;

-- name: newest_look
-- When any of a story's posts was last looked at.
SELECT MAX(observed_at) FROM latest WHERE story_id = :story_id;

-- name: persons
-- A story's person of a name.
SELECT n.id FROM person n WHERE n.story_id = :story AND n.name = :person;

-- name: of_publisher
-- The reactions that are a publisher's articles, are posted under its name, or are embedded or reported by its articles.
SELECT w.reaction_id
FROM article e
JOIN witness w ON w.source IN (e.key, e.url) AND w.tie IN ('embedded', 'reported')
WHERE e.story_id = :story AND e.publisher = :publisher AND e.dropped_at IS NULL
UNION
SELECT r.id
FROM article e
JOIN post o ON o.platform = 'web' AND o.key IN (e.key, e.url)
JOIN reaction r ON r.post_id = o.id
WHERE e.story_id = :story AND e.publisher = :publisher AND e.dropped_at IS NULL
UNION
SELECT r.id
FROM account a
JOIN post o ON o.account_id = a.id
JOIN reaction r ON r.post_id = o.id
WHERE a.name = :publisher;
