-- name: looks
-- How many looks ended how the last time, and how many of them are due.
SELECT COALESCE(outcome, 'new') AS outcome, COUNT(*) AS n, SUM(CASE WHEN due_at <= :at THEN 1 ELSE 0 END) AS due
FROM look
GROUP BY COALESCE(outcome, 'new');

-- name: reactions
-- How many reactions there are on each network; dropped ones are left out.
SELECT p.platform, COUNT(*) AS n
FROM reaction AS r INNER JOIN post AS p ON r.post_id = p.id
WHERE r.dropped_at IS NULL
GROUP BY p.platform;

-- name: deliveries
-- How many mails stand how.
SELECT status, COUNT(*) AS n FROM delivery GROUP BY status;

-- name: runs
-- How many runs of each job ended how.
SELECT job, status, COUNT(*) AS n FROM job_run GROUP BY job, status;

-- name: overdue
-- Since when looks of each kind are due, of stories that are watched and of feeds.
SELECT l.kind, MIN(l.due_at) AS since
FROM look AS l
WHERE l.due_at <= :at AND (
    (l.post_id IS NULL AND l.story_id IS NULL)
    OR EXISTS (SELECT 1 FROM story AS s WHERE s.id = l.story_id AND s.status = 'watched' AND s.watch_until > :at)
    OR EXISTS (
        SELECT 1 FROM reaction AS r INNER JOIN story AS s ON r.story_id = s.id
        WHERE r.post_id = l.post_id AND s.status = 'watched' AND s.watch_until > :at
    )
)
GROUP BY l.kind;

-- name: sources
-- How the last looks at each source ended.
SELECT source, COALESCE(outcome, 'new') AS outcome, COUNT(*) AS n
FROM look
GROUP BY source, COALESCE(outcome, 'new');

-- name: hour
-- What runs since a time counted.
SELECT counts FROM job_run WHERE counts IS NOT NULL AND finished_at >= :since;
