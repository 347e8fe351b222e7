-- name: add_look
-- Adds a look; one that is there already stays as it is.
INSERT INTO look (story_id, kind, source, target, post_id, about, reason, added_at, due_at)
VALUES (:story_id, :kind, :source, :target, :post_id, :about, :reason, :at, :due_at)
ON CONFLICT (kind, source, target, COALESCE(story_id, 0)) DO NOTHING;

-- name: add_post_look
-- Adds a look at a post; one that is there already stays as it is.
INSERT INTO look (kind, source, target, post_id, reason, added_at, due_at, told)
VALUES (:kind, :source, :target, :post_id, :reason, :at, :due_at, :told)
ON CONFLICT (kind, source, target, COALESCE(story_id, 0)) DO NOTHING;

-- name: make_due
-- Makes a look due because somebody asked for it; its failures are forgiven.
UPDATE look
SET reason = :reason, about = COALESCE(:about, about), due_at = :at, failures = 0, outcome = NULL, note = NULL
WHERE kind = :kind AND source = :source AND target = :target
    AND COALESCE(story_id, 0) = COALESCE(CAST(:story_id AS INTEGER), 0);

-- name: known_looks
-- What stories and feeds have looks at, posts left out.
SELECT story_id, kind, source, target
FROM look
WHERE post_id IS NULL AND (story_id IS NULL OR story_id IN :keys);

-- name: known_post_looks
-- What some posts have looks at.
SELECT kind, source, post_id FROM look WHERE post_id IN :keys;

-- part: due
-- Whether a look is due at a time. One that was last made after :ahead was written down by a clock that was ahead,
-- and is due. Without a time (NULL), every look is.
SELECT (CAST(:at AS TEXT) IS NULL OR l.due_at <= :at OR l.last_at > :ahead);

-- name: due_ids
-- The looks that are due at a time: those of some stories, those at posts, and feeds.
SELECT id FROM look WHERE story_id IS NULL AND due_at <= :at
UNION ALL
SELECT id FROM look WHERE story_id IN :keys AND due_at <= :at
UNION ALL
SELECT id FROM look WHERE last_at > :ahead AND due_at > :at;

-- name: due_ids_of_posts
-- The same without the looks at posts that are no reactions to some stories: where more looks are due at posts than those
-- stories have. They are found by kind and by the posts: COALESCE keeps SQLite from walking all that are due.
SELECT id FROM look WHERE kind IN ('feed', 'files') AND COALESCE(due_at, '9999') <= :at
UNION ALL
SELECT id FROM look WHERE story_id IN :keys AND due_at <= :at
UNION ALL
SELECT id FROM look WHERE last_at > :ahead AND due_at > :at
UNION
SELECT l.id
FROM reaction r
JOIN look l ON l.post_id = r.post_id
WHERE r.story_id IN :keys AND COALESCE(l.due_at, '9999') <= :at;

-- name: due_at_posts
-- How many looks are due at posts and feeds, counted up to :most.
SELECT COUNT(*) FROM (SELECT 1 FROM look WHERE story_id IS NULL AND due_at <= :at LIMIT :most) due;

-- name: own_ids
-- A story's looks that are not done, those at its posts aside.
SELECT id FROM look WHERE story_id = :story_id AND due_at IS NOT NULL;

-- name: posts_of
-- How many posts react to some stories, added up by the hours of reach_hour.
SELECT CAST(COALESCE(SUM(posts), 0) AS BIGINT) AS posts FROM reach_hour WHERE story_id IN :keys;

-- name: unfinished_ids
-- The looks of some stories that are not done, those at their posts, and feeds.
SELECT id FROM look WHERE story_id IS NULL AND post_id IS NULL AND due_at IS NOT NULL
UNION ALL
SELECT id FROM look WHERE story_id IN :keys AND due_at IS NOT NULL
UNION
SELECT l.id FROM reaction r JOIN look l ON l.post_id = r.post_id WHERE r.story_id IN :keys AND l.due_at IS NOT NULL;

-- name: due_looks
-- Those of some looks that are at addresses and due: those of some stories, and those of no story (feeds).
SELECT l.id, l.story_id, l.kind, l.source, l.target, l.post_id, l.about, l.reason, l.added_at, l.last_at, l.grown_at,
    l.outcome, l.failures, l.idle, NULL AS external_id, NULL AS url, NULL AS post_kind, NULL AS handle,
    NULL AS posted_at, NULL AS deleted_at, NULL AS lacking, l.due_at, l.tempo
FROM look l
WHERE l.id IN :keys AND l.due_at IS NOT NULL AND l.post_id IS NULL AND :due
    AND (l.story_id IS NULL OR l.story_id IN :asked)
ORDER BY l.id;

-- name: due_post_looks
-- Those of some looks that are at posts and due, for reactions to some stories.
-- Threads are looked at only where at most :depth quotes lie between the post and one that an article shows or
-- that links to the story. "lacking" is how many answers the platform told of that are not stored.
SELECT l.id, MIN(r.story_id) AS story_id, l.kind, l.source, l.target, l.post_id, l.about, l.reason, l.added_at,
    l.last_at, l.grown_at, l.outcome, l.failures, l.idle, p.external_id, p.url, p.kind AS post_kind, a.handle,
    p.posted_at, p.deleted_at,
    CASE l.kind
        WHEN 'replies' THEN l.told
            - (SELECT COUNT(*) FROM post c WHERE c.platform = p.platform AND c.in_reply_to = p.key)
        WHEN 'quotes' THEN l.told
            - (SELECT COUNT(*) FROM post c WHERE c.platform = p.platform AND c.quotes = p.key)
    END AS lacking,
    l.due_at, l.tempo
FROM look l
JOIN post p ON p.id = l.post_id
JOIN reaction r ON r.post_id = l.post_id
LEFT JOIN account a ON a.id = p.account_id
WHERE l.id IN :keys AND l.due_at IS NOT NULL AND :due
    AND r.dropped_at IS NULL AND r.story_id IN :asked
    AND (l.kind = 'counts' OR (r.depth <= :depth AND p.deleted_at IS NULL))
    AND (p.external_id IS NOT NULL OR p.url IS NOT NULL)
GROUP BY l.id, p.id, a.id
ORDER BY l.id;

-- name: counts_due_soon
-- Looks at posts' counts at a source that were made before and are due between two times, the nearest first.
SELECT id, last_at, due_at
FROM look
WHERE story_id IS NULL AND due_at > :at AND due_at <= :soon AND kind = 'counts' AND source = :source AND last_at <= :at
ORDER BY due_at, id
LIMIT :most;

-- name: left_of
-- Those of some looks that are still there.
SELECT id FROM look WHERE id IN :keys;

-- name: settle_look
-- Writes how a look ended, and when it is due again.
UPDATE look
SET last_at = :at, due_at = :due_at, outcome = :outcome, note = :note, failures = :failures, idle = :idle,
    grown_at = CASE WHEN :grew = 1 THEN CAST(:at AS TEXT) ELSE grown_at END,
    tempo = COALESCE(CAST(:tempo AS FLOAT), tempo)
WHERE id = :id;

-- name: looks_at_counts
-- The looks at the counts of some posts. They are found by the posts: COALESCE keeps SQLite from walking all of the kind.
SELECT l.id, l.post_id, p.kind AS post_kind, l.added_at, l.last_at, p.deleted_at, l.tempo
FROM look l
JOIN post p ON p.id = l.post_id
WHERE COALESCE(l.kind, '') = 'counts' AND l.post_id IN :keys;

-- name: count_looks
-- How many looks of a kind a source has that are not done, of stories that are watched at a time.
SELECT COUNT(*)
FROM look l
JOIN story s ON s.id = l.story_id
WHERE l.kind = :kind AND l.source = :source AND l.due_at IS NOT NULL
    AND s.status = 'watched' AND s.watch_until > :at;
