-- name: threads_of
-- The answers to some posts that have looks: how many their platform told of, and how many are here and not gone.
-- Misskey counts quotes among its renotes alone: there a note with more renotes than stored quotes may have more quotes.
-- The looks are found by the posts: COALESCE keeps SQLite from walking all of the kind.
SELECT p.id AS post_id, p.platform, l.kind,
    CASE
        WHEN l.kind = 'replies' THEN o.replies
        WHEN p.platform = 'misskey' THEN o.reposts
        ELSE o.quotes
    END AS told,
    CASE l.kind
        WHEN 'replies' THEN (
            SELECT COUNT(*) FROM post c
            WHERE c.platform = p.platform AND c.in_reply_to = p.key AND c.deleted_at IS NULL)
        ELSE (SELECT COUNT(*) FROM post c WHERE c.platform = p.platform AND c.quotes = p.key AND c.deleted_at IS NULL)
    END AS stored,
    l.id AS look_id, l.due_at, l.last_at, l.grown_at, l.added_at, l.told AS told_before, l.idle
FROM post p
JOIN look l ON l.post_id = p.id AND COALESCE(l.kind, '') IN ('replies', 'quotes')
LEFT JOIN observation o ON o.post_id = p.id
    AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
WHERE p.id IN :keys;

-- name: stored_below
-- How many posts are stored below each of some posts, at any depth, that are not gone; on Reddit, which counts them all, gone
-- ones too.
WITH RECURSIVE below (root, id, key, platform, gone) AS (
    SELECT p.id, p.id, p.key, p.platform, p.deleted_at IS NOT NULL FROM post p WHERE p.id IN :keys
    UNION
    SELECT b.root, c.id, c.key, c.platform, c.deleted_at IS NOT NULL
    FROM below b
    JOIN post c ON c.platform = b.platform AND c.in_reply_to = b.key
)
SELECT root, COUNT(*) AS stored FROM below WHERE id <> root AND (NOT gone OR platform = 'reddit') GROUP BY root;

-- name: threads_above
-- For each of some posts that answers another, the look at the replies to the topmost post of its thread.
WITH RECURSIVE above (start, id) AS (
    SELECT p.id, p.id FROM post p WHERE p.id IN :keys
    UNION
    SELECT a.start, q.id
    FROM above a
    JOIN post p ON p.id = a.id
    JOIN post q ON q.platform = p.platform AND q.key = p.in_reply_to
)
SELECT a.start, l.told, l.id, l.story_id, l.kind, l.source, l.target, l.post_id, l.about, l.reason, l.added_at,
    l.last_at, l.grown_at, l.outcome, l.failures, l.idle, p.external_id, p.url, p.kind AS post_kind, c.handle,
    p.posted_at, p.deleted_at, NULL AS lacking, NULL AS due_at, l.tempo
FROM above a
JOIN post p ON p.id = a.id
JOIN look l ON l.post_id = p.id AND l.kind = 'replies'
LEFT JOIN account c ON c.id = p.account_id
WHERE a.id <> a.start AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM post q WHERE q.platform = p.platform AND q.key = p.in_reply_to);

-- name: wake
-- Writes when a thread is due, how many answers its platform told of, and how often it was asked in vain.
UPDATE look SET due_at = :due_at, told = :told, idle = :idle WHERE id = :look_id;

-- name: looks_at_answers
-- The looks at the counts of what answers or quotes some posts and is not gone.
SELECT l.id
FROM post p
JOIN post c ON c.platform = p.platform AND (c.in_reply_to = p.key OR c.quotes = p.key)
JOIN look l ON l.post_id = c.id AND l.kind = 'counts'
WHERE p.id IN :keys AND c.deleted_at IS NULL;

-- name: due_sooner
-- Makes a look due at a time, where it was due later.
UPDATE look SET due_at = :at WHERE id = :id AND due_at > :at;
