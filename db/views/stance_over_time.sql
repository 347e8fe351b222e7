-- How many reactions took a stance towards a claim, hour by hour of their posting.
-- stance: support, deny, query, comment, or unclear, which are counted apart and not as comments
-- hour: UTC; a reaction known only to the day counts at that day's first hour
-- reactions: new in that hour; cumulative: up to and with it; share: of all reactions assessed up to then, unclear ones included (0 to 1)
CREATE VIEW stance_over_time AS
WITH timed AS (
    SELECT t.story, t.claim, CASE WHEN t.unclear THEN 'unclear' ELSE t.stance END AS stance,
           CASE WHEN LENGTH(k.posted_at) = 10 THEN k.posted_at || 'T00:00:00Z'
                ELSE SUBSTR(k.posted_at, 1, 13) || ':00:00Z' END AS hour
    FROM stances t
    JOIN latest k ON k.reaction_id = t.reaction_id
),
counted AS (
    SELECT story, claim, hour, stance, COUNT(*) AS reactions FROM timed GROUP BY story, claim, hour, stance
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
