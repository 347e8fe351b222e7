-- name: person
-- One person with the story.
SELECT n.id AS person_id, n.name, n.affiliation, n.rests_on, n.voice, n.voice_rests_on, n.story_id, s.slug,
    s.title AS story_title
FROM person n
JOIN story s ON s.id = n.story_id
WHERE n.id = :person_id;

-- name: accounts
-- The accounts that a person reacted with.
SELECT a.id, p.platform, a.handle, a.name, a.followers, a.links, COUNT(*) AS reactions
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN account a ON a.id = p.account_id
WHERE r.person_id = :person_id AND r.dropped_at IS NULL
GROUP BY a.id, p.platform, a.handle, a.name, a.followers, a.links
ORDER BY p.platform, a.handle;

-- name: reactions
-- A person's reactions, newest first.
SELECT r.id AS reaction_id, p.platform, p.text, p.deleted_at, COALESCE(p.posted_at, r.first_seen_at) AS at,
    a.handle AS author, a.name AS author_name, NULL AS person
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
WHERE r.person_id = :person_id AND r.dropped_at IS NULL
ORDER BY at DESC, r.id DESC
LIMIT :most;

-- name: person_of
-- Whose a reaction is.
SELECT person_id FROM reaction WHERE id = :reaction_id;
