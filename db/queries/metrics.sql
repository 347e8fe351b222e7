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
