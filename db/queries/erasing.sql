-- name: add_secret
-- Keeps a random value, where there is none of that name yet.
INSERT INTO secret (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING;

-- name: add_mark
-- Keeps out whoever has a mark.
INSERT INTO erased (platform, mark, at) VALUES (:platform, :mark, :at) ON CONFLICT (platform, mark) DO NOTHING;

-- name: also_them
-- The other accounts of the persons that some accounts are taken for.
SELECT DISTINCT b.id, b.platform, b.key, b.external_id, b.handle, b.name
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN reaction s ON s.person_id = r.person_id
JOIN post q ON q.id = s.post_id
JOIN account b ON b.id = q.account_id
WHERE p.account_id IN :keys
ORDER BY b.id;

-- name: posts_of
-- The posts of some accounts, but for pages, which are their publishers'.
SELECT id, platform, key, first_seen_at
FROM post
WHERE kind <> 'article' AND account_id IN :keys
ORDER BY id;

-- name: stored_keys
-- Those of some keys that posts of a platform are stored under.
SELECT key FROM post WHERE platform = :platform AND key IN :keys;

-- name: reported_by
-- What reports of some posts in prose rest on.
SELECT DISTINCT w.rests_on
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
WHERE w.tie = 'reported' AND r.post_id IN :keys;

-- name: reports_of
-- The reports of some posts in prose.
SELECT w.id, w.reaction_id, w.source, w.words
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
WHERE w.tie = 'reported' AND r.post_id IN :keys
ORDER BY w.id;

-- name: erase_post
-- Takes the words out of a post, and what would tell whose it is; its day stays.
UPDATE post
SET key = :new, external_id = :new, url = NULL, text = NULL, language = NULL, links = NULL,
    media = NULL, labels = NULL, posted_at = SUBSTR(posted_at, 1, 10)
WHERE id = :id;

-- name: forget_voice
-- Takes out what an analyst said of the kind of voice of somebody.
DELETE FROM voice WHERE mark = :mark;

-- name: rename_answered
-- Lets what answers a post name it by its new id.
UPDATE post SET in_reply_to = :new WHERE platform = :platform AND in_reply_to = :old;

-- name: rename_quoted
-- Lets what quotes a post name it by its new id.
UPDATE post SET quotes = :new WHERE platform = :platform AND quotes = :old;

-- name: rename_witnesses
-- Lets the witnesses of what answers or quotes a post name it by its new id.
UPDATE witness SET source = :new
WHERE source = :old AND reaction_id IN (
    SELECT r.id
    FROM reaction r
    JOIN post p ON p.id = r.post_id
    WHERE p.platform = :platform AND :new IN (p.in_reply_to, p.quotes));

-- name: rename_ties
-- Lets the reactions that answer or quote a post name it by its new id.
UPDATE reaction SET tie_source = :new
WHERE tie_source = :old AND id IN (
    SELECT r.id
    FROM reaction r
    JOIN post p ON p.id = r.post_id
    WHERE p.platform = :platform AND :new IN (p.in_reply_to, p.quotes));

-- name: stories_with
-- The stories that some posts react to.
SELECT DISTINCT story_id FROM reaction WHERE post_id IN :keys ORDER BY story_id;

-- name: shown_by
-- What embeds or reports some posts, by story.
SELECT DISTINCT r.story_id, w.source
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
WHERE w.tie IN ('embedded', 'reported') AND r.post_id IN :keys;

-- name: answer_addresses
-- The addresses of all answers of some sources.
SELECT id, url, final_url, chain FROM evidence WHERE source IN :keys ORDER BY id;
