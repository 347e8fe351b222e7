-- How does the balance differ by network, with the 95 % interval of each share (Wilson)?
-- story: text = NULL; the story's short name
WITH counted AS (
    SELECT s.slug AS story, k.platform, CASE WHEN k.unclear THEN 'unclear' ELSE k.stance END AS stance,
           COUNT(*) AS reactions
    FROM latest k
    JOIN story s ON s.id = k.story_id
    WHERE k.stance IS NOT NULL AND (:story IS NULL OR s.slug = :story)
    GROUP BY s.slug, k.platform, CASE WHEN k.unclear THEN 'unclear' ELSE k.stance END
),
shares AS (
    SELECT c.*, 1.0 * reactions / SUM(reactions) OVER (PARTITION BY story, platform) AS share,
           1.0 * SUM(reactions) OVER (PARTITION BY story, platform) AS n
    FROM counted c
)
SELECT story, platform, stance, reactions, share,
       (share + 1.92 / n - 1.96 * SQRT(share * (1 - share) / n + 0.96 / (n * n))) / (1 + 3.84 / n) AS low,
       (share + 1.92 / n + 1.96 * SQRT(share * (1 - share) / n + 0.96 / (n * n))) / (1 + 3.84 / n) AS high
FROM shares
ORDER BY story, n DESC, platform, reactions DESC, stance
