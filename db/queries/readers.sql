-- name: add_reader
-- Takes a reader in, or changes what they get; one who had left is back.
INSERT INTO reader (address, hour, time_zone, language, stories, threshold, below, added_at)
VALUES (:address, :hour, :time_zone, :language, :stories, :threshold, :below, :added_at)
ON CONFLICT (address) DO UPDATE
SET hour = excluded.hour, time_zone = excluded.time_zone, language = excluded.language, stories = excluded.stories,
    threshold = excluded.threshold, below = excluded.below, left_at = NULL;

-- name: leave
-- Notes that a reader left, also one who is not in the table; when they first did stays.
INSERT INTO reader (address, hour, time_zone, language, stories, threshold, below, added_at, left_at)
VALUES (:address, :hour, :time_zone, :language, :stories, :threshold, :below, :added_at, :added_at)
ON CONFLICT (address) DO UPDATE SET left_at = COALESCE(reader.left_at, excluded.left_at);

-- name: mailed
-- Everybody who was ever to get a mail.
SELECT address FROM reader
UNION
SELECT reader FROM delivery
ORDER BY 1;
