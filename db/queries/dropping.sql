-- name: reactions_at
-- A story's reactions whose posts have one of some keys or addresses.
SELECT r.id
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story_id AND (p.key IN :keys OR p.url IN :keys);

-- name: drop_looks
-- Takes out a dropped post's looks: the story's own, and all where no story reacts with it any more.
DELETE FROM look
WHERE post_id = :post_id AND (
    story_id = :story_id
    OR NOT EXISTS (SELECT 1 FROM reaction r WHERE r.post_id = :post_id AND r.dropped_at IS NULL));

-- name: looks_at
-- A story's looks at some addresses.
SELECT id FROM look WHERE story_id = :story_id AND target IN :keys;

-- name: witnesses_of_pages
-- What pages bear witness to: witnesses of reactions of a story that are not dropped themselves.
SELECT w.id, w.reaction_id, p.platform, p.key
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND w.tie NOT IN ('quotes', 'replies') AND w.source IN :keys;

-- name: witnesses_of_posts
-- What posts of a platform bear witness to: those that quote or answer them and are not dropped themselves.
SELECT w.id, w.reaction_id, p.platform, p.key
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND w.tie IN ('quotes', 'replies') AND p.platform = :platform
    AND w.source IN :keys;
