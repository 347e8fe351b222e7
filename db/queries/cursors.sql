-- name: move
-- Moves a stream's cursor forward, never back; to where another host, or another form of it, counts.
INSERT INTO stream_cursor (stream, position, host, kind, heard_at)
VALUES (:stream, :position, :host, :kind, :heard_at)
ON CONFLICT (stream) DO UPDATE
SET position = excluded.position, host = excluded.host, kind = excluded.kind,
    heard_at = COALESCE(excluded.heard_at, stream_cursor.heard_at)
WHERE excluded.position > stream_cursor.position
    OR COALESCE(stream_cursor.host, '') <> COALESCE(excluded.host, '')
    OR COALESCE(stream_cursor.kind, '') <> COALESCE(excluded.kind, '');

-- name: unreplayed
-- The watched stories, from a time on, whose past was not read of a stream; with when their own article came out.
SELECT s.id, s.created_at,
    (SELECT MIN(a.published_at) FROM article a WHERE a.story_id = s.id AND a.role = 'original') AS published_at
FROM story s
WHERE s.status = 'watched' AND s.replayed_at IS NULL AND s.created_at >= :since
ORDER BY s.id;
