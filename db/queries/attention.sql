-- name: sizes
-- How many reactions each story has, how many came in the last span, and in the one before it.
-- All of them are added up by the hours of reach_hour; the last are counted.
SELECT h.story_id, CAST(SUM(h.posts) AS BIGINT) AS reactions,
    (
        SELECT COUNT(*) FROM reaction r
        WHERE r.story_id = h.story_id AND r.dropped_at IS NULL AND r.first_seen_at > :since
    ) AS fresh,
    (
        SELECT COUNT(*) FROM reaction r
        WHERE r.story_id = h.story_id AND r.dropped_at IS NULL
            AND r.first_seen_at > :before AND r.first_seen_at <= :since
    ) AS earlier
FROM reach_hour h
GROUP BY h.story_id
HAVING SUM(h.posts) > 0;

-- name: happened
-- What of each kind happened to the stories since a time, by the view changes.
SELECT story, kind, COUNT(*) AS n
FROM changes
WHERE found_at > :since
GROUP BY story, kind;

-- name: waiting
-- How many webmentions of each story wait to be verified.
SELECT story_id, COUNT(*) AS n FROM webmention WHERE status = 'waiting' GROUP BY story_id;

-- name: last_looks
-- When something of each story was last looked at: on its own account, or one of its posts.
SELECT story_id, MAX(at) AS at
FROM (
    SELECT story_id, last_at AS at FROM look WHERE story_id IS NOT NULL
    UNION ALL
    SELECT story_id, observed_at FROM latest
) looked
GROUP BY story_id;
