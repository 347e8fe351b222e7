-- name: acts
-- The posts of a story that may have been posted together: known to the second, and nobody else's that were passed on.
SELECT r.id AS reaction_id, r.person_id, p.account_id, p.platform, a.handle, a.name, p.posted_at, p.links, p.text
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN account a ON a.id = p.account_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND p.kind IN ('post', 'reply', 'comment') AND p.quotes IS NULL
    AND LENGTH(p.posted_at) > 10
ORDER BY r.id;

-- name: articles
-- What a story's articles are called, whose they are, where they stand and when they came out.
SELECT title, publisher, url, published_at FROM article WHERE story_id = :story_id AND dropped_at IS NULL;

-- name: drop_groups
-- Takes out what was known of who posted together in a story.
DELETE FROM coordination_group WHERE story_id = :story_id;

-- name: add_group
-- Adds a group; nothing where the story is gone.
INSERT INTO coordination_group (story_id, number, accounts, times, expected, chance)
SELECT id, CAST(:number AS INTEGER), CAST(:accounts AS INTEGER), CAST(:times AS INTEGER),
    CAST(:expected AS DOUBLE PRECISION), CAST(:chance AS DOUBLE PRECISION)
FROM story
WHERE id = :story_id
RETURNING id;

-- name: add_post
-- Adds a post to a group; nothing where either is gone.
INSERT INTO coordination_post (group_id, occasion, reaction_id, shared, link, seconds)
SELECT g.id, :occasion, r.id, :shared, :link, :seconds
FROM coordination_group g
JOIN reaction r ON r.id = :reaction_id
WHERE g.id = :group_id;

-- name: rows
-- A story's rows of the view coordination.
SELECT group_number, occasion, account, platform, shared, link, text, posted_at, seconds, url, accounts, times,
    expected, chance, reaction_id
FROM coordination
WHERE story = :slug
ORDER BY group_number, occasion, seconds, reaction_id;
