-- name: take
-- Whether this session has now the right to ask a host.
SELECT PG_TRY_ADVISORY_LOCK(:lock, HASHTEXT(:host));

-- name: give
-- Gives that right back.
SELECT PG_ADVISORY_UNLOCK(:lock, HASHTEXT(:host));

-- name: standing
-- For how many seconds a host is not to be asked.
SELECT GREATEST(0, next_at - t.at) AS paced, GREATEST(0, limited_until - t.at) AS limited,
    GREATEST(0, closed_until - t.at) AS closed
FROM host_state, (SELECT EXTRACT(EPOCH FROM CLOCK_TIMESTAMP())::DOUBLE PRECISION AS at) AS t
WHERE host = :host;

-- name: keep
-- Keeps for how many seconds a host is not to be asked; a later time that is kept stays.
INSERT INTO host_state AS h (host, next_at, limited_until, closed_until)
SELECT :host, t.at + CAST(:paced AS DOUBLE PRECISION), t.at + CAST(:limited AS DOUBLE PRECISION),
    t.at + CAST(:closed AS DOUBLE PRECISION)
FROM (SELECT EXTRACT(EPOCH FROM CLOCK_TIMESTAMP())::DOUBLE PRECISION AS at) AS t
ON CONFLICT (host) DO UPDATE SET next_at = GREATEST(h.next_at, excluded.next_at),
    limited_until = GREATEST(h.limited_until, excluded.limited_until),
    closed_until = GREATEST(h.closed_until, excluded.closed_until);

-- name: robots
-- A host's robots.txt, and for how many seconds more it holds.
SELECT robots, robots_until - :at AS seconds
FROM host_state
WHERE host = :host AND robots IS NOT NULL AND robots_until > :at AND robots_until <= :latest;

-- name: keep_robots
-- Keeps a host's robots.txt for some seconds.
INSERT INTO host_state (host, robots, robots_until)
VALUES (:host, :robots, :until)
ON CONFLICT (host) DO UPDATE SET robots = excluded.robots, robots_until = excluded.robots_until;

-- name: drop_old
-- Forgets hosts that nothing is to be remembered of, and what a clock that was ahead wrote down.
DELETE FROM host_state
WHERE (next_at < :at AND limited_until < :at AND closed_until < :at AND robots_until < :at)
    OR next_at > :latest OR limited_until > :latest OR closed_until > :latest OR robots_until > :latest;
