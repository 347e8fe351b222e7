-- name: save_named
-- Keeps a person whom a story's article names; what is known of them stays, and where they were named first.
INSERT INTO named_person (story_id, name, affiliation, source, place, namesakes)
VALUES (:story_id, :name, :affiliation, :source, :place, 0)
ON CONFLICT (story_id, name) DO UPDATE
SET affiliation = COALESCE(excluded.affiliation, named_person.affiliation);

-- name: add_fuller_named
-- Keeps a named person under a fuller name too, beside the one that goes.
INSERT INTO named_person (story_id, name, affiliation, source, place, namesakes)
SELECT story_id, :fuller, affiliation, source, place, namesakes
FROM named_person
WHERE story_id = :story_id AND name = :name
ON CONFLICT (story_id, name) DO NOTHING;

-- name: move_own
-- Gives the accounts that are declared to be a person's to the fuller name.
UPDATE own_account SET name = :fuller WHERE story_id = :story_id AND name = :name;

-- name: drop_named
-- Takes out a person whom an article, read anew, names no more.
DELETE FROM named_person WHERE story_id = :story_id AND name = :name;

-- name: drop_named_by
-- Takes out whom an article of a story named.
DELETE FROM named_person WHERE story_id = :story_id AND source = :source;

-- name: named
-- Whom a story's article names.
SELECT name, affiliation, source FROM named_person WHERE story_id = :story_id ORDER BY source, place;

-- name: set_namesakes
-- Keeps how many accounts bear a named person's name.
UPDATE named_person SET namesakes = :namesakes WHERE story_id = :story_id AND name = :name AND namesakes <> :namesakes;

-- name: add_own
-- Keeps an account that is declared to be a named person's; what is known of it already stays.
INSERT INTO own_account (story_id, name, platform, handle, account_id, how, rests_on)
VALUES (:story_id, :name, :platform, :handle, :account_id, :how, :rests_on)
ON CONFLICT (story_id, name, platform, handle) DO NOTHING;

-- name: own
-- The accounts that are declared to be those of whom a story's article names.
SELECT name, platform, handle, how, rests_on, account_id FROM own_account WHERE story_id = :story_id;

-- name: drop_own
-- Takes out the accounts of those whom a story's article names.
DELETE FROM own_account WHERE story_id = :story_id;

-- name: shown
-- Which accounts have a post that an article of a story shows, and where.
SELECT p.account_id, MIN(w.source) AS source
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND w.tie = 'embedded' AND p.account_id IS NOT NULL
GROUP BY p.account_id;

-- name: rows
-- A story's rows of the view named, those who answered first.
SELECT * FROM named WHERE story = :slug ORDER BY CASE WHEN answered_at IS NULL THEN 1 ELSE 0 END, answered_at, place;

-- name: all_named
-- Whom articles name, in all stories.
SELECT story_id, name FROM named_person;

-- name: all_own
-- The accounts that are declared to be somebody's, in all stories.
SELECT story_id, name, platform, handle FROM own_account;
