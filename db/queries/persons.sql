-- name: authors
-- Who wrote the posts of a story's reactions with ids above one, each account once, in the order of their first ones; but
-- for publishers, and posts whose authors were taken out.
SELECT a.id, a.platform, a.handle, a.name, a.external_id, a.links, a.labels, a.bio
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN account a ON a.id = p.account_id
WHERE r.story_id = :story_id AND r.id > :after AND r.dropped_at IS NULL AND p.kind <> 'article'
    AND SUBSTR(p.key, 1, 7) <> 'erased:'
GROUP BY a.id
ORDER BY MIN(r.id);

-- name: whose
-- Whose a story's next reactions are now, by post, and the accounts by which that is worked out (as in authors).
SELECT r.id, r.post_id, r.person_id,
    CASE
        WHEN r.dropped_at IS NULL AND p.kind <> 'article' AND SUBSTR(p.key, 1, 7) <> 'erased:' THEN p.account_id
    END AS account_id
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story_id AND r.post_id > :after
ORDER BY r.post_id
LIMIT :rows;

-- name: unresolved
-- Those of some stories with a reaction by an account (as in authors) that is nobody's yet.
SELECT s.id
FROM story s
WHERE s.id IN :keys AND EXISTS (
    SELECT 1
    FROM reaction r
    JOIN post p ON p.id = r.post_id
    JOIN account a ON a.id = p.account_id
    WHERE r.story_id = s.id AND r.person_id IS NULL AND r.dropped_at IS NULL AND p.kind <> 'article'
        AND SUBSTR(p.key, 1, 7) <> 'erased:' AND COALESCE(a.handle, a.external_id, a.name) IS NOT NULL);

-- name: save_person
-- Writes a person of a story, and why their names and accounts are taken for one.
INSERT INTO person (story_id, name, affiliation, rests_on, voice, voice_rests_on)
VALUES (:story_id, :name, :affiliation, :rests_on, :voice, :voice_rests_on)
ON CONFLICT (story_id, name) DO UPDATE
SET affiliation = COALESCE(excluded.affiliation, person.affiliation), rests_on = excluded.rests_on,
    voice = excluded.voice, voice_rests_on = excluded.voice_rests_on;

-- name: set_voice
-- Keeps an analyst's word on what kind of voice an account or a name is; a later one takes its place.
INSERT INTO voice (story_id, mark, kind, analyst, set_at) VALUES (:story_id, :mark, :kind, :analyst, :at)
ON CONFLICT (story_id, mark) DO UPDATE
SET kind = excluded.kind, analyst = excluded.analyst, set_at = excluded.set_at;

-- name: voices
-- What analysts said of the kinds of voices in a story.
SELECT mark, kind, analyst FROM voice WHERE story_id = :story_id;

-- name: assign
-- Says whose a reaction is.
UPDATE reaction SET person_id = :person_id WHERE id = :id;

-- name: drop_unused
-- Takes out a story's persons who have no reaction.
DELETE FROM person
WHERE story_id = :story_id AND NOT EXISTS (SELECT 1 FROM reaction r WHERE r.person_id = person.id);

-- name: remember_speaker
-- Keeps what prose says a person belongs to; what is known already stays.
INSERT INTO person (story_id, name, affiliation) VALUES (:story_id, :name, :affiliation)
ON CONFLICT (story_id, name) DO UPDATE SET affiliation = COALESCE(person.affiliation, excluded.affiliation);

-- name: set_identity
-- Keeps an analyst's word on whether two are one person; a later one takes its place.
INSERT INTO identity (story_id, one, other, same, analyst, set_at)
VALUES (:story_id, :one, :other, :same, :analyst, :at)
ON CONFLICT (story_id, one, other) DO UPDATE
SET same = excluded.same, analyst = excluded.analyst, set_at = excluded.set_at;

-- name: persons_of_accounts
-- The persons that some accounts were taken for.
SELECT DISTINCT r.person_id AS id
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.person_id IS NOT NULL AND p.account_id IN :keys;
