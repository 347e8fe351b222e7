-- What a story's posts had gathered on a platform by each hour in which any was looked at.
-- likes ... views: sums over the posts of the last observation up to that hour; NULL where none tells
-- posts: posts known by then; observed_share: the share of them with an observation by then (0 to 1)
CREATE VIEW reach_over_time AS
WITH looks AS (
    SELECT o.post_id, SUBSTR(o.observed_at, 1, 13) AS hour, o.likes, o.reposts, o.replies, o.quotes, o.views,
           LAG(o.likes) OVER w AS likes_before, LAG(o.reposts) OVER w AS reposts_before,
           LAG(o.replies) OVER w AS replies_before, LAG(o.quotes) OVER w AS quotes_before,
           LAG(o.views) OVER w AS views_before, LAG(o.observed_at) OVER w AS before
    FROM observation o
    WINDOW w AS (PARTITION BY o.post_id ORDER BY o.observed_at)
),
seen AS (
    SELECT k.story_id, k.platform, k.post_id, SUBSTR(r.first_seen_at, 1, 13) AS since
    FROM latest k
    JOIN reaction r ON r.id = k.reaction_id
),
steps AS (
    SELECT e.story_id, e.platform, CASE WHEN l.hour < e.since THEN e.since ELSE l.hour END AS hour,
           CASE WHEN l.hour < e.since THEN 0 ELSE 1 END AS looked, 0 AS posts,
           CASE WHEN l.before IS NULL THEN 1 ELSE 0 END AS observed,
           COALESCE(l.likes, 0) - COALESCE(l.likes_before, 0) AS likes,
           COALESCE(l.reposts, 0) - COALESCE(l.reposts_before, 0) AS reposts,
           COALESCE(l.replies, 0) - COALESCE(l.replies_before, 0) AS replies,
           COALESCE(l.quotes, 0) - COALESCE(l.quotes_before, 0) AS quotes,
           COALESCE(l.views, 0) - COALESCE(l.views_before, 0) AS views,
           (CASE WHEN l.likes IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.likes_before IS NULL THEN 0 ELSE 1 END) AS tell_likes,
           (CASE WHEN l.reposts IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.reposts_before IS NULL THEN 0 ELSE 1 END) AS tell_reposts,
           (CASE WHEN l.replies IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.replies_before IS NULL THEN 0 ELSE 1 END) AS tell_replies,
           (CASE WHEN l.quotes IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.quotes_before IS NULL THEN 0 ELSE 1 END) AS tell_quotes,
           (CASE WHEN l.views IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.views_before IS NULL THEN 0 ELSE 1 END) AS tell_views
    FROM looks l
    JOIN seen e ON e.post_id = l.post_id
    UNION ALL
    SELECT story_id, platform, since, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM seen
    UNION ALL
    SELECT e.story_id, e.platform, SUBSTR(o.observed_at, 1, 13), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM seen e
    JOIN observation o ON o.post_id = e.post_id AND o.observed_at < e.since
),
hours AS (
    SELECT story_id, platform, hour, MAX(looked) AS looked, SUM(posts) AS posts, SUM(observed) AS observed,
           SUM(likes) AS likes, SUM(reposts) AS reposts, SUM(replies) AS replies, SUM(quotes) AS quotes,
           SUM(views) AS views,
           SUM(tell_likes) AS tell_likes, SUM(tell_reposts) AS tell_reposts, SUM(tell_replies) AS tell_replies,
           SUM(tell_quotes) AS tell_quotes, SUM(tell_views) AS tell_views
    FROM steps
    GROUP BY story_id, platform, hour
),
running AS (
    SELECT story_id, platform, hour, looked, SUM(posts) OVER w AS posts, SUM(observed) OVER w AS observed,
           SUM(likes) OVER w AS likes, SUM(reposts) OVER w AS reposts, SUM(replies) OVER w AS replies,
           SUM(quotes) OVER w AS quotes, SUM(views) OVER w AS views,
           SUM(tell_likes) OVER w AS tell_likes, SUM(tell_reposts) OVER w AS tell_reposts,
           SUM(tell_replies) OVER w AS tell_replies, SUM(tell_quotes) OVER w AS tell_quotes,
           SUM(tell_views) OVER w AS tell_views
    FROM hours
    WINDOW w AS (PARTITION BY story_id, platform ORDER BY hour)
)
SELECT s.slug AS story, n.platform, n.hour || ':00:00Z' AS hour,
       CASE WHEN tell_likes > 0 THEN CAST(likes AS BIGINT) END AS likes,
       CASE WHEN tell_reposts > 0 THEN CAST(reposts AS BIGINT) END AS reposts,
       CASE WHEN tell_replies > 0 THEN CAST(replies AS BIGINT) END AS replies,
       CASE WHEN tell_quotes > 0 THEN CAST(quotes AS BIGINT) END AS quotes,
       CASE WHEN tell_views > 0 THEN CAST(views AS BIGINT) END AS views,
       CAST(posts AS INTEGER) AS posts,
       CAST(observed AS DOUBLE PRECISION) / CAST(posts AS DOUBLE PRECISION) AS observed_share
FROM running n
JOIN story s ON s.id = n.story_id
WHERE looked = 1 AND posts > 0
