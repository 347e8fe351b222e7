-- name: standing
-- How many tasks of each kind wait, run and failed, and how long the one that waits longest has waited, in seconds.
SELECT j.task_name AS task, COUNT(*) FILTER (WHERE j.status = 'todo') AS waiting,
    COUNT(*) FILTER (WHERE j.status = 'doing') AS running, COUNT(*) FILTER (WHERE j.status = 'failed') AS failed,
    COALESCE(MAX(EXTRACT(EPOCH FROM NOW() - GREATEST(e.at, j.scheduled_at)))
        FILTER (WHERE j.status = 'todo'), 0) AS lag
FROM storywake_queue.procrastinate_jobs AS j
CROSS JOIN LATERAL (SELECT MIN(at) AS at FROM storywake_queue.procrastinate_events WHERE job_id = j.id) AS e
GROUP BY j.task_name
ORDER BY j.task_name;

-- name: alive
-- How many workers gave a sign of life in the last :silence seconds.
SELECT COUNT(*)
FROM storywake_queue.procrastinate_workers
WHERE last_heartbeat > NOW() - MAKE_INTERVAL(secs => :silence);

-- name: under_way
-- The locks of tasks that wait or run.
SELECT DISTINCT lock FROM storywake_queue.procrastinate_jobs WHERE status IN ('todo', 'doing');

-- name: stalled
-- The tasks of workers that gave no sign of life for :silence seconds.
SELECT j.id
FROM storywake_queue.procrastinate_jobs AS j
LEFT JOIN storywake_queue.procrastinate_workers AS w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat <= NOW() - MAKE_INTERVAL(secs => :silence))
ORDER BY j.id;

-- name: drop_stalled
-- Deletes a task of a dead worker; the same one waits.
DELETE FROM storywake_queue.procrastinate_jobs WHERE id = :job AND status = 'doing';

-- name: drop_ended
-- Deletes tasks that ended more than :hours hours ago.
DELETE FROM storywake_queue.procrastinate_jobs AS j
WHERE j.status NOT IN ('todo', 'doing') AND NOT EXISTS (
    SELECT 1 FROM storywake_queue.procrastinate_events AS e
    WHERE e.job_id = j.id AND e.at > NOW() - MAKE_INTERVAL(hours => :hours)
);
