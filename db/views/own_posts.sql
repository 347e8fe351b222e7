-- Another post of a reaction's account, and what it had gathered at the age at which the reaction was last looked at: the
-- last hundred of its own posts, answers beside answers and others beside others.
-- AS_OLD(began, posted, at): when what began then was as old as what was posted is at a time; SECONDS(at): since 1970.
-- Between two looks the count is taken as growing evenly; one look stands for an age that is at most a tenth away.
CREATE VIEW own_posts AS
SELECT reaction_id, story, url, posted_at,
       CASE WHEN by_seconds = seconds THEN CAST(by_then AS DOUBLE PRECISION)
            WHEN by_seconds IS NOT NULL AND from_seconds IS NOT NULL
                THEN by_then + CAST(from_then - by_then AS DOUBLE PRECISION) * (seconds - by_seconds)
                    / (from_seconds - by_seconds)
            WHEN 10 * by_seconds >= 9 * seconds THEN CAST(by_then AS DOUBLE PRECISION)
            WHEN 10 * from_seconds <= 11 * seconds THEN CAST(from_then AS DOUBLE PRECISION)
       END AS engagement
FROM (
    SELECT k.reaction_id, s.slug AS story, q.url, q.posted_at,
           SECONDS(k.observed_at) - SECONDS(p.posted_at) AS seconds,
           SECONDS(b.observed_at) - SECONDS(q.posted_at) AS by_seconds,
           SECONDS(n.observed_at) - SECONDS(q.posted_at) AS from_seconds,
           CASE WHEN COALESCE(b.likes, b.reposts, b.replies, b.quotes) IS NOT NULL
                THEN COALESCE(b.likes, 0) + COALESCE(b.reposts, 0) + COALESCE(b.replies, 0) + COALESCE(b.quotes, 0)
           END AS by_then,
           CASE WHEN COALESCE(n.likes, n.reposts, n.replies, n.quotes) IS NOT NULL
                THEN COALESCE(n.likes, 0) + COALESCE(n.reposts, 0) + COALESCE(n.replies, 0) + COALESCE(n.quotes, 0)
           END AS from_then
    FROM latest k
    JOIN post p ON p.id = k.post_id
    JOIN post q ON q.account_id = p.account_id
        AND q.posted_at >= COALESCE((
            SELECT z.posted_at FROM post z
            WHERE z.account_id = p.account_id AND z.posted_at IS NOT NULL
            ORDER BY z.posted_at DESC LIMIT 1 OFFSET 100), '')
        AND q.id <> p.id AND LENGTH(q.posted_at) > 10
        AND (q.kind IN ('reply', 'comment')) = (p.kind IN ('reply', 'comment'))
    LEFT JOIN story s ON s.id = k.story_id
    LEFT JOIN observation b ON b.post_id = q.id AND b.observed_at = (
        SELECT MAX(m.observed_at) FROM observation m
        WHERE m.post_id = q.id
            AND m.observed_at <= AS_OLD(q.posted_at, p.posted_at, k.observed_at))
    LEFT JOIN observation n ON n.post_id = q.id AND n.observed_at = (
        SELECT MIN(m.observed_at) FROM observation m
        WHERE m.post_id = q.id
            AND m.observed_at >= AS_OLD(q.posted_at, p.posted_at, k.observed_at))
    WHERE LENGTH(p.posted_at) > 10 AND k.engagement IS NOT NULL
) compared
