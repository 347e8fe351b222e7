-- Did the correction reach those who saw the error?
-- story: text = NULL; the story's short name
WITH corrected AS (
    SELECT story, what AS publisher, url, MIN(at) AS at
    FROM changes
    WHERE kind = 'correction' AND (:story IS NULL OR story = :story)
    GROUP BY story, what, url
),
sides AS (
    SELECT c.story, c.publisher, c.url, c.at, r.platform || ':' || r.author AS account,
           COALESCE(r.posted_at, r.first_seen_at) < c.at AS early,
           r.tie IN ('links', 'quotes') AND r.tie_source = c.url AS linking,
           r.engagement AS engagement_now, r.views AS views_now, x.post_id,
           (SELECT MAX(o.observed_at) FROM observation o
            WHERE o.post_id = x.post_id AND o.observed_at <= c.at) AS seen_at
    FROM corrected c
    JOIN reactions r ON r.story = c.story
    JOIN reaction x ON x.id = r.reaction_id
),
counted AS (
    SELECT s.*, o.views AS views_then,
           CASE WHEN COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
                THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
           END AS engagement_then
    FROM sides s
    LEFT JOIN observation o ON o.post_id = s.post_id AND o.observed_at = s.seen_at
)
SELECT story, publisher, at AS corrected_at,
       SUM(CASE WHEN early THEN 1 ELSE 0 END) AS posts_before,
       SUM(CASE WHEN early AND seen_at IS NULL THEN 1 ELSE 0 END) AS not_looked_at_before,
       SUM(CASE WHEN early THEN engagement_then END) AS engagement_before,
       SUM(CASE WHEN early THEN views_then END) AS views_before,
       SUM(CASE WHEN linking AND NOT early THEN 1 ELSE 0 END) AS posts_that_carry_it,
       SUM(CASE WHEN linking AND NOT early THEN engagement_now END) AS engagement_of_these,
       SUM(CASE WHEN linking AND NOT early THEN views_now END) AS views_of_these,
       COUNT(DISTINCT CASE WHEN early THEN account END) AS accounts_before,
       COUNT(DISTINCT CASE WHEN linking AND NOT early AND account IN (
           SELECT b.account FROM counted b WHERE b.early AND b.story = counted.story
       ) THEN account END) AS accounts_that_carry_both
FROM counted
GROUP BY story, publisher, url, at
ORDER BY story, at
