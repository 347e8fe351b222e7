-- name: keep
-- Keeps a forecast in the place of the one made at the same age; nothing of a story that was removed meanwhile.
INSERT INTO forecast (story_id, counted, age, made_at, seen, low, likely, high, alike, own)
SELECT id, :counted, :age, :made_at, :seen, :low, :likely, :high, :alike, :own
FROM story
WHERE id = :story_id
ON CONFLICT (story_id, counted, age) DO UPDATE
SET made_at = excluded.made_at, seen = excluded.seen, low = excluded.low, likely = excluded.likely,
    high = excluded.high, alike = excluded.alike, own = excluded.own;

-- name: outlook
-- The last forecast of a story's reactions that was made after a time and no later than another.
SELECT seen, low, high, alike, own
FROM forecast
WHERE story_id = :story_id AND counted = 'reactions' AND made_at > :since AND made_at <= :until
ORDER BY age DESC
LIMIT 1;
