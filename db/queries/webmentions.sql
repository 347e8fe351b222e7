-- name: receive
-- Keeps a webmention until it is verified; one that came before is verified anew.
INSERT INTO webmention (source, target, story_id, received_at, status)
VALUES (:source, :target, :story_id, :at, 'waiting')
ON CONFLICT (source, target) DO UPDATE SET received_at = excluded.received_at, status = 'waiting', note = NULL;

-- name: one_waits
-- A row where any webmention waits that no due look is to verify.
SELECT 1
FROM webmention w
WHERE w.status = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM look l
    WHERE l.kind = 'webmention' AND l.story_id = w.story_id AND l.target = w.source AND l.due_at IS NOT NULL)
LIMIT 1;

-- name: refuse_unwatched
-- Refuses those that wait and are to stories that are watched no more.
UPDATE webmention
SET status = 'refused', note = 'the story is no longer watched'
WHERE status = 'waiting' AND story_id IN (SELECT id FROM story WHERE status = 'ended' OR watch_until <= :at);

-- name: refuse_unreadable
-- Refuses those that wait and whose look was given up after they were received.
UPDATE webmention
SET status = 'refused', note = 'could not be read'
WHERE status = 'waiting' AND EXISTS (
    SELECT 1 FROM look l
    WHERE l.kind = 'webmention' AND l.story_id = webmention.story_id AND l.target = webmention.source
        AND l.about = webmention.target AND l.outcome = 'given up' AND l.last_at >= webmention.received_at);

-- name: adopt
-- Makes looks of those that wait. One page may name several articles of a story: since an upsert may not touch a row
-- twice, one is taken now and the next when this runs again.
INSERT INTO look (story_id, kind, source, target, about, reason, added_at, due_at)
SELECT story_id, 'webmention', 'web', source, target, 'it sent a webmention', CAST(:at AS TEXT), CAST(:at AS TEXT)
FROM webmention
WHERE id IN (SELECT MIN(w.id) FROM webmention w WHERE w.status = 'waiting' GROUP BY w.story_id, w.source)
ON CONFLICT (kind, source, target, COALESCE(story_id, 0)) DO UPDATE
SET due_at = excluded.due_at, about = excluded.about, failures = 0
WHERE look.due_at IS NULL;
