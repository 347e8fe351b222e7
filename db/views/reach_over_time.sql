-- What a story's posts had gathered on a platform by each hour in which any was looked at.
-- likes ... views: sums over the posts of the last observation up to that hour; NULL where none tells
-- posts: posts known by then; observed_share: the share of them with an observation by then (0 to 1)
CREATE VIEW reach_over_time AS
WITH seen AS (
    SELECT s.slug AS story, p.platform, p.id AS post_id, SUBSTR(r.first_seen_at, 1, 13) AS since
    FROM reaction r
    JOIN story s ON s.id = r.story_id
    JOIN post p ON p.id = r.post_id
    WHERE r.dropped_at IS NULL
),
looks AS (
    SELECT e.story, e.platform, e.post_id, e.since, o.observed_at, SUBSTR(o.observed_at, 1, 13) AS hour
    FROM seen e
    JOIN observation o ON o.post_id = e.post_id
),
last_looks AS (
    SELECT story, platform, post_id, CASE WHEN hour < since THEN since ELSE hour END AS hour,
           MAX(observed_at) AS observed_at
    FROM looks
    GROUP BY story, platform, post_id, CASE WHEN hour < since THEN since ELSE hour END
),
pairs AS (
    SELECT l.story, l.platform, l.hour, o.likes, o.reposts, o.replies, o.quotes, o.views,
           LAG(o.likes) OVER w AS likes_before, LAG(o.reposts) OVER w AS reposts_before,
           LAG(o.replies) OVER w AS replies_before, LAG(o.quotes) OVER w AS quotes_before,
           LAG(o.views) OVER w AS views_before, LAG(l.hour) OVER w AS hour_before
    FROM last_looks l
    JOIN observation o ON o.post_id = l.post_id AND o.observed_at = l.observed_at
    WINDOW w AS (PARTITION BY l.story, l.post_id ORDER BY l.hour)
),
steps AS (
    SELECT story, platform, hour, 0 AS looked, 0 AS posts,
           CASE WHEN hour_before IS NULL THEN 1 ELSE 0 END AS observed,
           COALESCE(likes, 0) - COALESCE(likes_before, 0) AS likes,
           COALESCE(reposts, 0) - COALESCE(reposts_before, 0) AS reposts,
           COALESCE(replies, 0) - COALESCE(replies_before, 0) AS replies,
           COALESCE(quotes, 0) - COALESCE(quotes_before, 0) AS quotes,
           COALESCE(views, 0) - COALESCE(views_before, 0) AS views,
           CASE WHEN likes IS NULL THEN 0 ELSE 1 END - CASE WHEN likes_before IS NULL THEN 0 ELSE 1 END AS tell_likes,
           CASE WHEN reposts IS NULL THEN 0 ELSE 1 END
               - CASE WHEN reposts_before IS NULL THEN 0 ELSE 1 END AS tell_reposts,
           CASE WHEN replies IS NULL THEN 0 ELSE 1 END
               - CASE WHEN replies_before IS NULL THEN 0 ELSE 1 END AS tell_replies,
           CASE WHEN quotes IS NULL THEN 0 ELSE 1 END
               - CASE WHEN quotes_before IS NULL THEN 0 ELSE 1 END AS tell_quotes,
           CASE WHEN views IS NULL THEN 0 ELSE 1 END - CASE WHEN views_before IS NULL THEN 0 ELSE 1 END AS tell_views
    FROM pairs
    UNION ALL
    SELECT story, platform, since, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM seen
    UNION ALL
    SELECT story, platform, hour, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM looks
),
hours AS (
    SELECT story, platform, hour, MAX(looked) AS looked, SUM(posts) AS posts, SUM(observed) AS observed,
           SUM(likes) AS likes, SUM(reposts) AS reposts, SUM(replies) AS replies, SUM(quotes) AS quotes,
           SUM(views) AS views,
           SUM(tell_likes) AS tell_likes, SUM(tell_reposts) AS tell_reposts, SUM(tell_replies) AS tell_replies,
           SUM(tell_quotes) AS tell_quotes, SUM(tell_views) AS tell_views
    FROM steps
    GROUP BY story, platform, hour
),
running AS (
    SELECT story, platform, hour, looked, SUM(posts) OVER w AS posts, SUM(observed) OVER w AS observed,
           SUM(likes) OVER w AS likes, SUM(reposts) OVER w AS reposts, SUM(replies) OVER w AS replies,
           SUM(quotes) OVER w AS quotes, SUM(views) OVER w AS views,
           SUM(tell_likes) OVER w AS tell_likes, SUM(tell_reposts) OVER w AS tell_reposts,
           SUM(tell_replies) OVER w AS tell_replies, SUM(tell_quotes) OVER w AS tell_quotes,
           SUM(tell_views) OVER w AS tell_views
    FROM hours
    WINDOW w AS (PARTITION BY story, platform ORDER BY hour)
)
SELECT story, platform, hour || ':00:00Z' AS hour,
       CASE WHEN tell_likes > 0 THEN CAST(likes AS BIGINT) END AS likes,
       CASE WHEN tell_reposts > 0 THEN CAST(reposts AS BIGINT) END AS reposts,
       CASE WHEN tell_replies > 0 THEN CAST(replies AS BIGINT) END AS replies,
       CASE WHEN tell_quotes > 0 THEN CAST(quotes AS BIGINT) END AS quotes,
       CASE WHEN tell_views > 0 THEN CAST(views AS BIGINT) END AS views,
       CAST(posts AS INTEGER) AS posts,
       CAST(observed AS DOUBLE PRECISION) / CAST(posts AS DOUBLE PRECISION) AS observed_share
FROM running
WHERE looked = 1 AND posts > 0
