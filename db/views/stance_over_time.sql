-- How many reactions took a stance towards a claim, hour by hour of their posting.
-- stance: support, deny, query, comment, or unclear, which are counted apart and not as comments
-- hour: UTC; a reaction known only to the day counts at that day's first hour
-- reactions: new in that hour; cumulative: up to and with it; share: of all reactions assessed up to then, unclear ones included (0 to 1)
CREATE VIEW stance_over_time AS
WITH counted AS (
    SELECT s.slug AS story, c.text AS claim, h.hour, SUM(h.supporting) AS support, SUM(h.denying) AS deny,
           SUM(h.asking) AS query, SUM(h.commenting) AS comment, SUM(h.undecided) AS unclear
    FROM story s
    JOIN stance_hour h ON h.story_id = s.id
    JOIN claim c ON c.id = h.claim_id AND c.story_id = s.id
    GROUP BY s.slug, c.text, h.hour
    HAVING SUM(h.supporting + h.denying + h.asking + h.commenting + h.undecided) > 0
    UNION ALL
    SELECT s.slug, c.text,
           CASE WHEN LENGTH(k.posted_at) = 10 THEN k.posted_at || 'T00' ELSE SUBSTR(k.posted_at, 1, 13) END,
           COUNT(CASE WHEN l.stance = 'support'
               OR (l.id IS NULL AND NOT COALESCE(a.unclear, FALSE) AND a.stance = 'support') THEN 1 END),
           COUNT(CASE WHEN l.stance = 'deny'
               OR (l.id IS NULL AND NOT COALESCE(a.unclear, FALSE) AND a.stance = 'deny') THEN 1 END),
           COUNT(CASE WHEN l.stance = 'query'
               OR (l.id IS NULL AND NOT COALESCE(a.unclear, FALSE) AND a.stance = 'query') THEN 1 END),
           COUNT(CASE WHEN l.stance = 'comment'
               OR (l.id IS NULL AND NOT COALESCE(a.unclear, FALSE) AND a.stance = 'comment') THEN 1 END),
           COUNT(CASE WHEN l.id IS NULL AND a.unclear THEN 1 END)
    FROM story s
    JOIN claim c ON c.story_id = s.id
        AND c.id <> (SELECT m.id FROM claim m WHERE m.story_id = s.id ORDER BY m.position, m.id LIMIT 1)
        AND (EXISTS (SELECT 1 FROM stance x WHERE x.claim_id = c.id)
            OR EXISTS (SELECT 1 FROM label y WHERE y.claim_id = c.id))
    JOIN latest k ON k.story_id = s.id
    LEFT JOIN stance a ON a.id = (
        SELECT x.id FROM stance x
        WHERE x.reaction_id = k.reaction_id AND x.claim_id = c.id
        ORDER BY x.verdict DESC, x.assessed_at DESC, x.id DESC LIMIT 1)
    LEFT JOIN label l ON l.id = (
        SELECT y.id FROM label y
        WHERE y.reaction_id = k.reaction_id AND y.claim_id = c.id
        ORDER BY y.set_at DESC, y.id DESC LIMIT 1)
    WHERE a.stance IS NOT NULL OR l.stance IS NOT NULL
    GROUP BY s.slug, c.text,
        CASE WHEN LENGTH(k.posted_at) = 10 THEN k.posted_at || 'T00' ELSE SUBSTR(k.posted_at, 1, 13) END
),
running AS (
    SELECT story, claim, hour, support, deny, query, comment, unclear,
           SUM(support) OVER w AS support_so_far, SUM(deny) OVER w AS deny_so_far, SUM(query) OVER w AS query_so_far,
           SUM(comment) OVER w AS comment_so_far, SUM(unclear) OVER w AS unclear_so_far,
           SUM(support + deny + query + comment + unclear) OVER w AS all_so_far,
           SUM(support) OVER p AS ever_support, SUM(deny) OVER p AS ever_deny, SUM(query) OVER p AS ever_query,
           SUM(comment) OVER p AS ever_comment, SUM(unclear) OVER p AS ever_unclear
    FROM counted
    WINDOW w AS (PARTITION BY story, claim ORDER BY hour), p AS (PARTITION BY story, claim)
),
apart AS (
    SELECT r.story, r.claim, r.hour, k.stance, r.all_so_far,
           CASE k.n WHEN 1 THEN r.support WHEN 2 THEN r.deny WHEN 3 THEN r.query
                    WHEN 4 THEN r.comment ELSE r.unclear END AS reactions,
           CASE k.n WHEN 1 THEN r.support_so_far WHEN 2 THEN r.deny_so_far WHEN 3 THEN r.query_so_far
                    WHEN 4 THEN r.comment_so_far ELSE r.unclear_so_far END AS cumulative,
           CASE k.n WHEN 1 THEN r.ever_support WHEN 2 THEN r.ever_deny WHEN 3 THEN r.ever_query
                    WHEN 4 THEN r.ever_comment ELSE r.ever_unclear END AS ever
    FROM running r
    CROSS JOIN (
        SELECT 1 AS n, 'support' AS stance UNION ALL SELECT 2, 'deny' UNION ALL SELECT 3, 'query'
        UNION ALL SELECT 4, 'comment' UNION ALL SELECT 5, 'unclear'
    ) k
)
SELECT story, claim, hour || ':00:00Z' AS hour, stance, CAST(reactions AS INTEGER) AS reactions,
       CAST(cumulative AS INTEGER) AS cumulative,
       CAST(cumulative AS DOUBLE PRECISION) / CAST(all_so_far AS DOUBLE PRECISION) AS share
FROM apart
WHERE ever > 0
