-- name: move
-- Moves a stream's cursor forward, never back.
INSERT INTO stream_cursor (stream, position) VALUES (:stream, :position)
ON CONFLICT (stream) DO UPDATE
SET position = CASE
    WHEN excluded.position > stream_cursor.position THEN excluded.position
    ELSE stream_cursor.position
END;
