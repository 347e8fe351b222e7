-- What is kept in the table latest, told from the tables it rests on: a row a reaction that was not dropped.
-- growth: engagement gained in the day up to the last look; since its posting or its first look, where that is later.
-- DAY_BEFORE(at): the same time on the day before (each database writes it its own way).
SELECT r.id AS reaction_id, r.story_id, r.post_id, r.person_id, r.tie, p.platform, p.language,
       COALESCE(p.posted_at, r.first_seen_at) AS posted_at,
       o.likes, o.reposts, o.replies, o.quotes, o.views,
       CASE WHEN COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
            THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
       END AS engagement,
       CASE WHEN COALESCE(o.likes - b.likes, o.reposts - b.reposts, o.replies - b.replies, o.quotes - b.quotes) IS NOT NULL
            THEN COALESCE(o.likes - b.likes, 0) + COALESCE(o.reposts - b.reposts, 0)
                + COALESCE(o.replies - b.replies, 0) + COALESCE(o.quotes - b.quotes, 0)
            WHEN b.post_id IS NULL AND p.posted_at >= DAY_BEFORE(o.observed_at)
                AND COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
            THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
       END AS growth,
       o.observed_at, c.id AS claim_id,
       COALESCE(l.stance, t.stance) AS stance,
       CASE WHEN l.stance IS NOT NULL THEN 1.0
            WHEN t.stance = 'support' THEN t.support
            WHEN t.stance = 'deny' THEN t.deny
            WHEN t.stance = 'query' THEN t.query
            ELSE t.comment END AS probability,
       CASE WHEN l.stance IS NOT NULL THEN 1.0 ELSE t.confidence END AS confidence,
       CASE WHEN l.stance IS NOT NULL THEN FALSE ELSE t.unclear END AS unclear,
       CASE WHEN COALESCE(l.stance, t.stance) IS NOT NULL THEN l.stance IS NOT NULL END AS by_analyst
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN observation o ON o.post_id = r.post_id
     AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = r.post_id)
LEFT JOIN observation b ON b.post_id = r.post_id AND b.observed_at < o.observed_at AND b.observed_at = COALESCE(
    (SELECT MAX(m.observed_at) FROM observation m
     WHERE m.post_id = r.post_id AND m.observed_at <= DAY_BEFORE(o.observed_at)),
    CASE WHEN COALESCE(p.posted_at, '') < DAY_BEFORE(o.observed_at)
         THEN (SELECT MIN(m.observed_at) FROM observation m WHERE m.post_id = r.post_id) END)
LEFT JOIN claim c ON c.id = (
    SELECT m.id FROM claim m WHERE m.story_id = r.story_id ORDER BY m.position, m.id LIMIT 1)
LEFT JOIN label l ON l.id = (
    SELECT y.id FROM label y WHERE y.reaction_id = r.id AND y.claim_id = c.id ORDER BY y.set_at DESC, y.id DESC LIMIT 1)
LEFT JOIN stance t ON t.id = (
    SELECT x.id FROM stance x
    WHERE x.reaction_id = r.id AND x.claim_id = c.id
    ORDER BY x.verdict DESC, x.assessed_at DESC, x.id DESC LIMIT 1)
WHERE r.dropped_at IS NULL
