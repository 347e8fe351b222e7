-- Is this normal beside the other stories kept here, at the same age?
-- hours: integer = 24; the age at which they are compared
-- now: moment = now; stories younger than that then are left out
WITH begun AS (
    SELECT s.id, s.slug, COALESCE((
        SELECT MIN(a.published_at) FROM article a
        WHERE a.story_id = s.id AND a.role = 'original' AND LENGTH(a.published_at) > 10
    ), s.created_at) AS at
    FROM story s
),
moments AS (
    SELECT slug AS story, 'begun' AS what, at, CAST(NULL AS BIGINT) AS engagement, NULL AS stance FROM begun
    UNION ALL
    SELECT slug, 'now', :now, NULL, NULL FROM begun
    UNION ALL
    SELECT story, 'reaction', COALESCE(posted_at, first_seen_at), engagement,
           CASE WHEN unclear THEN 'unclear' ELSE stance END
    FROM reactions
),
parts AS (
    SELECT m.*, CAST(SUBSTR(at, 1, 4) AS INTEGER) AS y, CAST(SUBSTR(at, 6, 2) AS INTEGER) AS m,
           CAST(SUBSTR(at, 9, 2) AS INTEGER) AS d,
           CAST(COALESCE(NULLIF(SUBSTR(at, 12, 2), ''), '0') AS INTEGER) AS h
    FROM moments m
),
hours AS (
    SELECT story, what, engagement, stance,
           24 * (367 * y - 7 * (y + (m + 9) / 12) / 4 + 275 * m / 9 + d) + h AS hour
    FROM parts
),
ages AS (
    SELECT x.*, hour - MAX(CASE WHEN what = 'begun' THEN hour END) OVER (PARTITION BY story) AS age
    FROM hours x
),
stories AS (
    SELECT story, SUM(CASE WHEN what = 'reaction' AND age < :hours THEN 1 ELSE 0 END) AS reactions,
           SUM(CASE WHEN what = 'reaction' AND age < :hours THEN engagement END) AS engagement,
           SUM(CASE WHEN what = 'reaction' AND age < :hours AND stance IS NOT NULL THEN 1 ELSE 0 END) AS assessed,
           SUM(CASE WHEN age < :hours AND stance = 'deny' THEN 1 ELSE 0 END) AS denials
    FROM ages
    GROUP BY story
    HAVING MAX(CASE WHEN what = 'now' THEN age END) >= :hours
)
SELECT story, reactions, engagement, denials, assessed,
       RANK() OVER (ORDER BY reactions DESC) AS place_by_reactions,
       RANK() OVER (ORDER BY COALESCE(engagement, -1) DESC) AS place_by_engagement,
       RANK() OVER (ORDER BY COALESCE(1.0 * denials / NULLIF(assessed, 0), -1) DESC) AS place_by_denials,
       COUNT(*) OVER () AS stories
FROM stories
ORDER BY reactions DESC, story
