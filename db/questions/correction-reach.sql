-- Did the correction reach those who saw the error?
-- story: text = NULL; the story's short name
WITH corrected AS (
    SELECT c.story, c.article_id, c.what AS publisher, c.url, MIN(c.at) AS at,
           MAX(CASE WHEN a.corrected_at <= a.first_seen_at THEN 1 ELSE 0 END) AS by_then
    FROM changes c
    JOIN article a ON a.id = c.article_id
    WHERE c.kind = 'correction' AND (:story IS NULL OR c.story = :story)
    GROUP BY c.story, c.article_id, c.what, c.url
),
sides AS (
    SELECT c.story, c.article_id, c.publisher, c.at, c.by_then, p.account_id AS account,
           CASE WHEN c.by_then = 0 AND k.posted_at < c.at AND k.posted_at <> SUBSTR(c.at, 1, 10)
                THEN 1 ELSE 0 END AS early,
           CASE WHEN p.posted_at >= c.at AND r.tie IN ('links', 'quotes') AND r.tie_source = c.url
                THEN 1 ELSE 0 END AS carrying,
           k.engagement AS engagement_now, k.views AS views_now, k.post_id,
           CASE WHEN c.by_then = 0 AND k.posted_at < c.at AND k.posted_at <> SUBSTR(c.at, 1, 10)
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
SELECT c.story, c.publisher, c.at AS corrected_at, CASE WHEN c.by_then = 0 THEN SUM(c.early) END AS posts_before,
       CASE WHEN c.by_then = 0 THEN SUM(CASE WHEN c.early = 1 AND c.seen_at IS NULL THEN 1 ELSE 0 END) END
           AS not_looked_at_before,
       SUM(CASE WHEN c.early = 1 THEN c.engagement_then END) AS engagement_before,
       SUM(CASE WHEN c.early = 1 THEN c.views_then END) AS views_before,
       SUM(c.carrying) AS posts_that_carry_it,
       SUM(CASE WHEN c.carrying = 1 THEN c.engagement_now END) AS engagement_of_these,
       SUM(CASE WHEN c.carrying = 1 THEN c.views_now END) AS views_of_these,
       CASE WHEN c.by_then = 0 THEN p.early END AS accounts_before,
       CASE WHEN c.by_then = 0 THEN p.both_times END AS accounts_that_carry_both, c.article_id
FROM counted c
LEFT JOIN people p ON p.story = c.story AND p.article_id = c.article_id
GROUP BY c.story, c.article_id, c.publisher, c.at, c.by_then, p.early, p.both_times
ORDER BY c.story, c.at, c.article_id
