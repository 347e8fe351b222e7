-- What ran, and what went wrong?
-- most: integer = 20; rows
SELECT job, scheduled_for, started_at, finished_at, status, notes
FROM job_run
ORDER BY id DESC
LIMIT :most
