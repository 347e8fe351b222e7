-- part: is_taken
-- Whether a pass over some stories may take the look l at the post p.
SELECT (p.external_id IS NOT NULL OR p.url IS NOT NULL) AND EXISTS (
    SELECT 1
    FROM reaction r
    WHERE r.post_id = l.post_id AND r.dropped_at IS NULL AND r.story_id IN :keys
        AND (l.kind = 'counts' OR r.depth <= :depth));

-- table: taken
-- The looks that a pass over some stories may take.
SELECT l.source, l.last_at, l.due_at, l.outcome, l.note
FROM look l
WHERE l.post_id IS NULL AND (l.story_id IN :keys OR (l.story_id IS NULL AND l.kind = 'files'))
UNION ALL
SELECT l.source, l.last_at, l.due_at, l.outcome, l.note
FROM look l
JOIN post p ON p.id = l.post_id
WHERE l.post_id IN (SELECT o.post_id FROM reaction o WHERE o.dropped_at IS NULL AND o.story_id IN :keys) AND :is_taken;

-- name: looks_by_reason
-- How many looks of each source ended how and why, when the last was made and the next is due.
SELECT source, outcome, note, COUNT(*) AS n, MAX(last_at) AS last_at, MIN(due_at) AS due_at
FROM (:taken) taken
GROUP BY source, outcome, note;

-- name: failing
-- Those that failed the last time, those that failed most often first. Few looks do, and they have an index of their own.
SELECT l.kind, l.source, COALESCE(p.url, p.external_id, l.target) AS address, l.failures, l.note
FROM look l
LEFT JOIN post p ON p.id = l.post_id
WHERE l.outcome IN ('failed', 'given up') AND CASE
    WHEN l.post_id IS NULL THEN l.story_id IN :keys OR (l.story_id IS NULL AND l.kind = 'files')
    ELSE :is_taken
END
ORDER BY l.failures DESC, l.kind, address;

-- name: unread
-- Those of some stories whose own article was asked for and never read. A story's own article rests on nothing but
-- the story (rests_on NULL) and, once read, has a text.
SELECT s.slug, l.note, l.failures, l.due_at
FROM story s
JOIN look l ON l.story_id = s.id AND l.kind = 'page' AND l.target = s.url
WHERE s.id IN :keys AND l.outcome IN ('failed', 'put off', 'given up') AND NOT EXISTS (
    SELECT 1
    FROM article a
    JOIN article_revision v ON v.article_id = a.id
    WHERE a.story_id = s.id AND a.rests_on IS NULL)
ORDER BY s.id;

-- name: lag_of
-- A story's rows of the view lag, those that lack most first.
SELECT * FROM lag WHERE story = :slug ORDER BY told - stored DESC, platform, external_id;

-- name: lacking
-- The stories to which platforms told of more answers than are stored.
SELECT story, SUM(told - stored) AS answers, COUNT(*) AS posts, MIN(since) AS since
FROM lag
GROUP BY story
ORDER BY story;

-- name: failing_feeds
-- Feeds that failed the last time, with why.
SELECT target, note
FROM look
WHERE kind = 'feed' AND outcome IN ('failed', 'given up') AND due_at IS NOT NULL
ORDER BY target;
