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
