-- How many reactions took a stance towards a claim, hour by hour of their posting.
-- stance: support, deny, query, comment, or unclear, which are counted apart and not as comments
-- hour: UTC; a reaction known only to the day counts at that day's first hour
-- reactions: new in that hour; cumulative: up to and with it; share: of all reactions assessed up to then, unclear ones included (0 to 1)
CREATE VIEW stance_over_time AS
WITH others AS (
    SELECT c.id, c.story_id
    FROM claim c
    WHERE EXISTS (SELECT 1 FROM stance x WHERE x.claim_id = c.id)
        OR EXISTS (SELECT 1 FROM label y WHERE y.claim_id = c.id)
),
timed AS (
    SELECT story_id, claim_id, posted_at, CASE WHEN unclear THEN 'unclear' ELSE stance END AS stance
    FROM latest
    WHERE stance IS NOT NULL
    UNION ALL
    SELECT k.story_id, o.id, k.posted_at,
           CASE WHEN l.stance IS NOT NULL THEN l.stance WHEN a.unclear THEN 'unclear' ELSE a.stance END
    FROM latest k
    JOIN others o ON o.story_id = k.story_id AND o.id <> k.claim_id
    LEFT JOIN stance a ON a.id = (
        SELECT x.id FROM stance x
        WHERE x.reaction_id = k.reaction_id AND x.claim_id = o.id
        ORDER BY x.verdict DESC, x.assessed_at DESC, x.id DESC LIMIT 1)
    LEFT JOIN label l ON l.id = (
        SELECT y.id FROM label y
        WHERE y.reaction_id = k.reaction_id AND y.claim_id = o.id
        ORDER BY y.set_at DESC, y.id DESC LIMIT 1)
    WHERE a.stance IS NOT NULL OR l.stance IS NOT NULL
),
counted AS (
    SELECT s.slug AS story, c.text AS claim,
           CASE WHEN LENGTH(t.hour) = 10 THEN t.hour || 'T00:00:00Z' ELSE t.hour || ':00:00Z' END AS hour,
           t.stance, SUM(t.reactions) AS reactions
    FROM (
        SELECT story_id, claim_id, SUBSTR(posted_at, 1, 13) AS hour, stance, COUNT(*) AS reactions
        FROM timed
        GROUP BY story_id, claim_id, SUBSTR(posted_at, 1, 13), stance
    ) t
    JOIN story s ON s.id = t.story_id
    JOIN claim c ON c.id = t.claim_id
    GROUP BY 1, 2, 3, 4
),
grid AS (
    SELECT h.story, h.claim, h.hour, k.stance
    FROM (SELECT DISTINCT story, claim, hour FROM counted) h
    JOIN (SELECT DISTINCT story, claim, stance FROM counted) k ON k.story = h.story AND k.claim = h.claim
),
filled AS (
    SELECT g.story, g.claim, g.hour, g.stance, COALESCE(c.reactions, 0) AS reactions
    FROM grid g
    LEFT JOIN counted c ON c.story = g.story AND c.claim = g.claim AND c.hour = g.hour AND c.stance = g.stance
),
running AS (
    SELECT story, claim, hour, stance, reactions,
           SUM(reactions) OVER (PARTITION BY story, claim, stance ORDER BY hour) AS cumulative
    FROM filled
)
SELECT story, claim, hour, stance, CAST(reactions AS INTEGER) AS reactions,
       CAST(cumulative AS INTEGER) AS cumulative,
       CAST(cumulative AS DOUBLE PRECISION)
           / CAST(SUM(cumulative) OVER (PARTITION BY story, claim, hour) AS DOUBLE PRECISION) AS share
FROM running
