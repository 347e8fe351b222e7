-- What a story's posts had gathered on a platform by each hour in which any was looked at, or came with counts from before.
-- likes ... views: sums over the posts of the last observation up to that hour; NULL where none tells
-- posts: posts known by then; observed_share: the share of them with an observation by then (0 to 1)
CREATE VIEW reach_over_time AS
WITH running AS (
    SELECT s.slug AS story, h.platform, h.hour, POSTS_OF_WRITERS(h.looked) AS looked,
           POSTS_OF_WRITERS(h.observed) AS came,
           SUM(POSTS_OF_WRITERS(h.posts)) OVER w AS posts,
           SUM(POSTS_OF_WRITERS(h.observed)) OVER w AS observed,
           SUM(OF_WRITERS(h.likes)) OVER w AS likes, SUM(OF_WRITERS(h.reposts)) OVER w AS reposts,
           SUM(OF_WRITERS(h.replies)) OVER w AS replies, SUM(OF_WRITERS(h.quotes)) OVER w AS quotes,
           SUM(OF_WRITERS(h.views)) OVER w AS views,
           SUM(POSTS_OF_WRITERS(h.tell_likes)) OVER w AS tell_likes,
           SUM(POSTS_OF_WRITERS(h.tell_reposts)) OVER w AS tell_reposts,
           SUM(POSTS_OF_WRITERS(h.tell_replies)) OVER w AS tell_replies,
           SUM(POSTS_OF_WRITERS(h.tell_quotes)) OVER w AS tell_quotes,
           SUM(POSTS_OF_WRITERS(h.tell_views)) OVER w AS tell_views
    FROM story s
    JOIN reach_hour h ON h.story_id = s.id
    GROUP BY WRITERS(s.slug, h.platform, h.hour)
    WINDOW w AS (PARTITION BY s.slug, h.platform ORDER BY h.hour ROWS UNBOUNDED PRECEDING)
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
WHERE (looked > 0 OR came > 0) AND posts > 0
