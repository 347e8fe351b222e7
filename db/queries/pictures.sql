-- name: save_lead
-- Keeps a picture at the head of a story's article; one that was read again takes the place of what it was.
INSERT INTO lead_picture (story_id, address, article, sign, max_distance, read_at)
VALUES (:story_id, :address, :article, :sign, :max_distance, :at)
ON CONFLICT (story_id, address) DO UPDATE
SET article = excluded.article, sign = excluded.sign, max_distance = excluded.max_distance, read_at = excluded.read_at;

-- name: leads
-- The pictures that tell a story: not those of dropped articles, nor of a paper that shows the same one, at whatever address, over another story.
SELECT l.address, l.article, l.sign, l.max_distance
FROM lead_picture l
WHERE l.story_id = :story_id AND l.max_distance > 0
    AND NOT EXISTS (
        SELECT 1 FROM article a WHERE a.dropped_at IS NOT NULL AND a.story_id = l.story_id AND a.key = l.article)
    AND NOT EXISTS (
        SELECT 1 FROM lead_picture o
        WHERE (o.address = l.address OR o.sign = l.sign) AND o.story_id <> l.story_id AND o.article <> l.article)
ORDER BY l.address;

-- name: look_again
-- Makes the looks at posts' pictures due that found nothing before this pass began, since a story can be told by another picture now.
UPDATE look SET due_at = :at
WHERE story_id = :story_id AND kind = 'picture' AND outcome = 'ok' AND grown_at IS NULL AND last_at < :began;

-- name: waiting
-- How many posts' pictures of a story wait to be looked at.
SELECT COUNT(*) FROM look WHERE story_id = :story_id AND kind = 'picture' AND due_at IS NOT NULL;

-- name: reacting
-- Those of some posts of a platform that are reactions to a story, dropped ones too.
SELECT p.key
FROM post p
JOIN reaction r ON r.post_id = p.id
WHERE r.story_id = :story_id AND p.platform = :platform AND p.key IN :keys;

-- name: old
-- Takes out looks at posts' pictures that ended before a time.
DELETE FROM look WHERE kind = 'picture' AND due_at IS NULL AND last_at < :before;

-- name: all_waiting
-- All looks at posts' pictures, with what would tell whose these are.
SELECT id, target, about FROM look WHERE kind = 'picture';
