-- name: looks
-- How many looks ended how the last time.
SELECT COALESCE(outcome, 'new') AS outcome, COUNT(*) AS n
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

-- name: sources
-- How the last looks at each source ended.
SELECT source, COALESCE(outcome, 'new') AS outcome, COUNT(*) AS n
FROM look
GROUP BY source, COALESCE(outcome, 'new');

-- name: hour
-- What runs since a time counted.
SELECT counts FROM job_run WHERE counts IS NOT NULL AND finished_at >= :since;
