-- name: noted_posts
-- The posts of a platform that stories hold, by their ids there.
SELECT DISTINCT p.external_id, p.id
FROM post p
JOIN reaction r ON r.post_id = p.id
WHERE p.platform = :platform AND p.external_id IS NOT NULL AND r.dropped_at IS NULL;

-- name: known_notes
-- The notes that are stored and not gone, on posts that stories hold.
SELECT n.id
FROM note n
WHERE n.gone_at IS NULL
    AND EXISTS (SELECT 1 FROM reaction r WHERE r.post_id = n.post_id AND r.dropped_at IS NULL);

-- name: save_note
-- Stores a note as the day's file has it; one that comes back is no longer gone.
INSERT INTO note (id, post_id, written_at, classification, text, first_seen_at)
VALUES (:note_id, :post_id, :written_at, :classification, :text, :at)
ON CONFLICT (id) DO UPDATE SET
    classification = excluded.classification, text = COALESCE(excluded.text, note.text), gone_at = NULL;

-- name: save_status
-- Keeps that a note had a status from a time on.
INSERT INTO note_status (note_id, since, status) VALUES (:note_id, :since, :status)
ON CONFLICT (note_id, since) DO UPDATE SET status = excluded.status;

-- name: set_status
-- The status that a note has now.
UPDATE note SET status = :status, status_since = :since WHERE id = :note_id;

-- name: set_ratings
-- How many raters found a note helpful.
UPDATE note SET helpful = :helpful, somewhat_helpful = :somewhat_helpful, not_helpful = :not_helpful
WHERE id = :note_id;

-- name: set_gone
-- A note that the day's file no longer has.
UPDATE note SET gone_at = :at WHERE id = :note_id;

-- name: statuses
-- The statuses that the notes on a post had, oldest first.
SELECT n.id AS note_id, h.since, h.status
FROM note n
JOIN note_status h ON h.note_id = n.id
WHERE n.post_id = :post_id
ORDER BY n.id, h.since;

-- name: notes_of
-- The notes on a post, the earliest first.
SELECT id AS note_id, written_at, text, classification, status, status_since AS since, helpful, somewhat_helpful,
    not_helpful, gone_at
FROM note
WHERE post_id = :post_id
ORDER BY written_at, id;

-- name: notes_of_story
-- The notes on the posts of a story's reactions, as the view tells them.
SELECT * FROM notes WHERE story = :story ORDER BY reaction_id, written_at, note_id;
