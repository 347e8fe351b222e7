-- name: unreplayed
-- The watched stories, from a time on, for which a stream's past was neither read nor is to be; with when their own article came out.
SELECT s.id, s.created_at,
    (SELECT MIN(a.published_at) FROM article a WHERE a.story_id = s.id AND a.role = 'original') AS published_at
FROM story s
WHERE s.status = 'watched' AND s.replayed_at IS NULL AND s.created_at >= :since
    AND NOT EXISTS (SELECT 1 FROM unheard u WHERE u.story_id = s.id AND u.stream = :stream)
ORDER BY s.id;

-- name: waiting
-- What is to be read of a stream's past, for stories that are watched or for all.
SELECT u.id, u.story_id, u.since, u.host, u.position, u.bytes, u.cut_at
FROM unheard u
LEFT JOIN story s ON s.id = u.story_id
WHERE u.stream = :stream AND u.done_at IS NULL
    AND (u.story_id IS NULL OR (s.status = 'watched' AND s.watch_until > :at))
ORDER BY u.id;

-- name: missing
-- What was not read of a stream's past, for stories that are watched: each story's own, and what is missing for all that were watched then.
SELECT s.slug AS story, s.id AS story_id, COALESCE(u.cut_at, u.since) AS since, u.until, u.note,
    u.cut_at IS NOT NULL AS cut
FROM unheard u
JOIN story s ON s.id = u.story_id OR (u.story_id IS NULL AND s.created_at < u.until)
WHERE u.stream = :stream AND s.status = 'watched' AND s.watch_until > :at
    AND (CAST(:story_id AS INTEGER) IS NULL OR s.id = :story_id)
ORDER BY s.slug, u.id;

-- name: go_on
-- Notes how far a stretch was read; never back where the same host counts.
UPDATE unheard
SET position = CASE WHEN host = :host AND position > :position THEN position ELSE :position END,
    host = :host,
    since = CASE WHEN :since > since THEN :since ELSE since END,
    bytes = bytes + :bytes,
    note = CASE WHEN cut_at IS NULL THEN :note ELSE note END
WHERE id = :id;
