-- name: save_revision
-- Keeps the text that a stored post has, where a new one is about to replace it.
INSERT INTO post_revision (post_id, replaced_at, text)
SELECT id, CAST(:seen_at AS TEXT), text
FROM post
WHERE platform = :platform AND key = :key AND external_id IS NOT NULL AND text <> CAST(:text AS TEXT)
ON CONFLICT (post_id, replaced_at) DO NOTHING;

-- name: save_post
-- Writes a post as it was seen. What is unknown replaces nothing. Words from an embed or an import (own_words false)
-- give way to the platform's own. A deleted post stays deleted unless its platform shows it after its deletion:
-- :alive_at is when the platform itself showed it, '' for a copy. A quotation that stood and is taken back keeps what it
-- quoted, and since when it no longer stands.
INSERT INTO post (
    platform, key, external_id, url, kind, account_id, text, language, posted_at, in_reply_to, quotes, links,
    quote_state, quote_ended_at, media, labels, first_seen_at, deleted_at, own_words)
VALUES (
    :platform, :key, :external_id, :url, :kind,
    (SELECT id FROM account WHERE platform = :platform AND key = :account_key),
    :text, :language, :posted_at, :in_reply_to, :quotes, :links, :quote_state,
    :quote_ended_at, :media, :labels, :seen_at, :deleted_at, :own_words)
ON CONFLICT (platform, key) DO UPDATE
SET url = COALESCE(excluded.url, post.url),
    kind = CASE WHEN excluded.text IS NULL THEN post.kind ELSE excluded.kind END,
    account_id = COALESCE(excluded.account_id, post.account_id),
    text = CASE
        WHEN post.deleted_at >= CAST(:alive_at AS TEXT) OR (post.own_words AND NOT excluded.own_words) THEN post.text
        ELSE COALESCE(excluded.text, post.text)
    END,
    own_words = post.own_words OR excluded.own_words,
    language = COALESCE(excluded.language, post.language),
    posted_at = CASE
        WHEN LENGTH(COALESCE(excluded.posted_at, '')) < LENGTH(COALESCE(post.posted_at, '')) THEN post.posted_at
        WHEN post.own_words AND NOT excluded.own_words AND post.posted_at IS NOT NULL THEN post.posted_at
        ELSE excluded.posted_at
    END,
    in_reply_to = COALESCE(excluded.in_reply_to, post.in_reply_to),
    quotes = COALESCE(excluded.quotes, post.quotes),
    quote_state = CASE
        WHEN CAST(:alive_at AS TEXT) = '' THEN COALESCE(post.quote_state, excluded.quote_state)
        ELSE COALESCE(excluded.quote_state, post.quote_state)
    END,
    quote_ended_at = CASE
        WHEN excluded.quote_ended_at IS NOT NULL THEN COALESCE(post.quote_ended_at, excluded.quote_ended_at)
        WHEN CAST(:alive_at AS TEXT) = '' THEN post.quote_ended_at
        WHEN excluded.quote_state IN ('revoked', 'rejected') AND post.quotes IS NOT NULL
            THEN COALESCE(post.quote_ended_at, CAST(:seen_at AS TEXT))
        WHEN excluded.quote_state = 'accepted' THEN NULL
        ELSE post.quote_ended_at
    END,
    links = CASE
        WHEN post.deleted_at >= CAST(:alive_at AS TEXT) OR (post.own_words AND NOT excluded.own_words) THEN post.links
        ELSE COALESCE(excluded.links, post.links)
    END,
    media = CASE
        WHEN post.deleted_at >= CAST(:alive_at AS TEXT) OR (post.own_words AND NOT excluded.own_words) THEN post.media
        ELSE COALESCE(excluded.media, post.media)
    END,
    labels = COALESCE(excluded.labels, post.labels),
    deleted_at = CASE
        WHEN excluded.deleted_at IS NOT NULL THEN COALESCE(post.deleted_at, excluded.deleted_at)
        WHEN excluded.text IS NULL OR post.deleted_at >= CAST(:alive_at AS TEXT) THEN post.deleted_at
    END,
    forgotten_at = CASE
        WHEN excluded.deleted_at IS NOT NULL OR excluded.text IS NULL OR post.deleted_at >= CAST(:alive_at AS TEXT)
            THEN post.forgotten_at
    END;

-- name: save_observation
-- Writes a post's counts at a time.
INSERT INTO observation (post_id, observed_at, likes, reposts, replies, quotes, views, followers)
VALUES (:post_id, :seen_at, :likes, :reposts, :replies, :quotes, :views, :followers)
ON CONFLICT (post_id, observed_at) DO UPDATE
SET likes = excluded.likes, reposts = excluded.reposts, replies = excluded.replies, quotes = excluded.quotes,
    views = excluded.views, followers = excluded.followers;

-- name: as_stored
-- Some posts as they are stored, with what their accounts are stored under.
SELECT p.id, p.key, p.url, p.kind, a.key AS account_key, p.text, p.language, p.posted_at, p.in_reply_to, p.quotes,
    p.links, p.media, p.labels, p.own_words, p.deleted_at
FROM post p
LEFT JOIN account a ON a.id = p.account_id
WHERE p.platform = :platform AND p.key IN :keys;

-- name: save_edit
-- Keeps a text that a post had before, as its platform tells it; a text that is kept already is not kept twice.
INSERT INTO post_revision (post_id, replaced_at, text)
SELECT p.id, CAST(:at AS TEXT), CAST(:text AS TEXT)
FROM post p
WHERE p.platform = :platform AND p.key = :key AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM post_revision v WHERE v.post_id = p.id AND v.text = :text)
ON CONFLICT (post_id, replaced_at) DO NOTHING;

-- name: of_external_id
-- The post that is stored under an id, with how many answers its last count told of.
SELECT p.url, p.kind, p.posted_at,
    (SELECT o.replies FROM observation o WHERE o.post_id = p.id ORDER BY o.observed_at DESC LIMIT 1) AS replies
FROM post p
WHERE p.platform = :platform AND p.key = :external_id AND p.external_id = p.key;

-- name: ids_of_keys
-- The ids of the posts that are stored under some keys.
SELECT id, key FROM post WHERE platform = :platform AND key IN :keys;

-- name: last_counts
-- Some stored posts with their last counts; all NULL where a post was never observed.
SELECT p.id, p.key, o.likes, o.reposts, o.replies, o.quotes, o.views
FROM post p
LEFT JOIN observation o ON o.post_id = p.id
    AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
WHERE p.platform = :platform AND p.key IN :keys;

-- name: all_counts
-- The counts that some stored posts were ever observed with.
SELECT DISTINCT p.key, o.likes, o.reposts, o.replies, o.quotes, o.views
FROM post p
JOIN observation o ON o.post_id = p.id
WHERE p.platform = :platform AND p.key IN :keys;

-- name: posted_at
-- When some stored posts were posted.
SELECT key, posted_at FROM post WHERE platform = :platform AND key IN :keys;

-- name: words_brought
-- The words of some stored posts as files of other tools told them, and when these posts were last counted; none that their
-- platform told itself.
SELECT p.key, p.text, (SELECT MAX(o.observed_at) FROM observation o WHERE o.post_id = p.id) AS observed_at
FROM post p
WHERE p.platform = :platform AND p.key IN :keys AND NOT p.own_words AND p.text IS NOT NULL AND p.deleted_at IS NULL
    AND EXISTS (
        SELECT 1
        FROM reaction r
        JOIN witness w ON w.reaction_id = r.id
        WHERE r.post_id = p.id AND SUBSTR(w.source, 1, 7) = 'import:');

-- name: earlier_texts
-- The texts that some stored posts had before, and when these were replaced.
SELECT p.key, v.text, v.replaced_at
FROM post p
JOIN post_revision v ON v.post_id = p.id
WHERE p.platform = :platform AND p.key IN :keys;

-- name: labels
-- The labels of some stored posts that have any.
SELECT key, labels FROM post WHERE platform = :platform AND key IN :keys AND labels <> '';

-- name: own_words
-- Those of some stored posts whose words their platform told itself.
SELECT id FROM post WHERE platform = :platform AND key IN :keys AND own_words;

-- name: provisional
-- The posts of some platforms whose external id is unknown, but for statements. They are few and have an index of their
-- own: COALESCE keeps SQLite from walking all of a platform.
SELECT p.id, p.platform, p.key, p.url, p.text, p.posted_at, a.handle
FROM post p
LEFT JOIN account a ON a.id = p.account_id
WHERE p.external_id IS NULL AND p.kind <> 'statement' AND COALESCE(p.platform, '') IN :keys;

-- name: known_like
-- The posts stored under their id that are by an account of a handle (in lower case) or have an address.
SELECT p.key, p.external_id, p.text, p.posted_at, a.handle, p.url
FROM account a
JOIN post p ON p.account_id = a.id
WHERE a.platform = :platform AND LOWER(a.handle) = :handle AND p.platform = :platform AND p.external_id IS NOT NULL
UNION ALL
SELECT p.key, p.external_id, p.text, p.posted_at, a.handle, p.url
FROM post p
LEFT JOIN account a ON a.id = p.account_id
WHERE p.platform = :platform AND p.url = :url AND p.external_id IS NOT NULL;
