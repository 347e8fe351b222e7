-- Did the correction reach those who saw the error?
-- story: text = NULL; the story's short name
WITH corrected AS (
    SELECT story, article_id, what AS publisher, url, MIN(at) AS at
    FROM changes
    WHERE kind = 'correction' AND (:story IS NULL OR story = :story)
    GROUP BY story, article_id, what, url
),
sides AS (
    SELECT c.story, c.article_id, c.publisher, c.at, p.account_id AS account,
           CASE WHEN k.posted_at < c.at AND k.posted_at <> SUBSTR(c.at, 1, 10) THEN 1 ELSE 0 END AS early,
           CASE WHEN p.posted_at >= c.at AND r.tie IN ('links', 'quotes') AND r.tie_source = c.url
                THEN 1 ELSE 0 END AS carrying,
           k.engagement AS engagement_now, k.views AS views_now, k.post_id,
           CASE WHEN k.posted_at < c.at AND k.posted_at <> SUBSTR(c.at, 1, 10)
                THEN (SELECT MAX(o.observed_at) FROM observation o
                      WHERE o.post_id = k.post_id AND o.observed_at <= c.at) END AS seen_at
    FROM corrected c
    JOIN story s ON s.slug = c.story
    JOIN latest k ON k.story_id = s.id
    JOIN reaction r ON r.id = k.reaction_id
    JOIN post p ON p.id = k.post_id
),
counted AS (
    SELECT s.*, o.views AS views_then,
           CASE WHEN COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
                THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
           END AS engagement_then
    FROM sides s
    LEFT JOIN observation o ON o.post_id = s.post_id AND o.observed_at = s.seen_at
),
accounts AS (
    SELECT story, article_id, account, MAX(early) AS early, MAX(carrying) AS carrying
    FROM sides
    WHERE account IS NOT NULL
    GROUP BY story, article_id, account
),
people AS (
    SELECT story, article_id, SUM(early) AS early, SUM(early * carrying) AS both_times
    FROM accounts
    GROUP BY story, article_id
)
SELECT c.story, c.publisher, c.at AS corrected_at, SUM(c.early) AS posts_before,
       SUM(CASE WHEN c.early = 1 AND c.seen_at IS NULL THEN 1 ELSE 0 END) AS not_looked_at_before,
       SUM(CASE WHEN c.early = 1 THEN c.engagement_then END) AS engagement_before,
       SUM(CASE WHEN c.early = 1 THEN c.views_then END) AS views_before,
       SUM(c.carrying) AS posts_that_carry_it,
       SUM(CASE WHEN c.carrying = 1 THEN c.engagement_now END) AS engagement_of_these,
       SUM(CASE WHEN c.carrying = 1 THEN c.views_now END) AS views_of_these,
       p.early AS accounts_before, p.both_times AS accounts_that_carry_both, c.article_id
FROM counted c
LEFT JOIN people p ON p.story = c.story AND p.article_id = c.article_id
GROUP BY c.story, c.article_id, c.publisher, c.at, p.early, p.both_times
ORDER BY c.story, c.at, c.article_id
