-- name: save_subscriber
-- Adds who wants alerts; of one that is there all but the secret and the beginning is changed.
INSERT INTO alert_subscriber (
    target, kinds, stories, quiet_from, quiet_until, zone, secret, after_alert, added_at)
VALUES (:target, :kinds, :stories, :quiet_from, :quiet_until, :zone, :secret, :after, :at)
ON CONFLICT (target) DO UPDATE
SET kinds = excluded.kinds, stories = excluded.stories, quiet_from = excluded.quiet_from,
    quiet_until = excluded.quiet_until, zone = excluded.zone;

-- name: waiting
-- The alerts that a subscriber wants and was not sent; kinds and stories stand between commas, '' means all.
SELECT a.id
FROM alert a
LEFT JOIN story s ON s.id = a.story_id
WHERE a.id > :after AND (:kinds = '' OR REPLACE(:kinds, ',' || a.kind || ',', '') <> :kinds)
    AND (:stories = '' OR s.slug IS NULL OR REPLACE(:stories, ',' || s.slug || ',', '') <> :stories)
    AND NOT EXISTS (
        SELECT 1 FROM alert_delivery d WHERE d.subscriber_id = :subscriber_id AND d.alert_id = a.id)
ORDER BY a.id
LIMIT :most;

-- name: undelivered
-- The messages of each subscriber that did not arrive or may not have, and why the last one did not.
SELECT m.subscriber_id, COUNT(*) AS n,
    (
        SELECT l.note FROM alert_message l
        WHERE l.subscriber_id = m.subscriber_id AND l.status <> 'handed_over'
        ORDER BY l.id DESC
        LIMIT 1
    ) AS note
FROM alert_message m
WHERE m.status <> 'handed_over'
GROUP BY m.subscriber_id;
