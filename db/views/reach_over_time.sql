-- What a story's posts had gathered on a platform by each hour in which any was looked at.
-- likes ... views: sums over the posts of the last observation up to that hour; NULL where none tells
-- posts: posts known by then; observed_share: the share of them with an observation by then (0 to 1)
CREATE VIEW reach_over_time AS
WITH seen AS (
    SELECT s.slug AS story, p.platform, p.id AS post_id, r.first_seen_at
    FROM reaction r
    JOIN story s ON s.id = r.story_id
    JOIN post p ON p.id = r.post_id
),
hours AS (
    SELECT DISTINCT e.story, e.platform, SUBSTR(o.observed_at, 1, 13) AS hour
    FROM seen e
    JOIN observation o ON o.post_id = e.post_id
),
carried AS (
    SELECT h.story, h.platform, h.hour, e.post_id,
           (SELECT MAX(o.observed_at) FROM observation o
            WHERE o.post_id = e.post_id AND SUBSTR(o.observed_at, 1, 13) <= h.hour) AS observed_at
    FROM hours h
    JOIN seen e ON e.story = h.story AND e.platform = h.platform AND SUBSTR(e.first_seen_at, 1, 13) <= h.hour
)
SELECT c.story, c.platform, c.hour || ':00:00Z' AS hour,
       CAST(SUM(o.likes) AS BIGINT) AS likes, CAST(SUM(o.reposts) AS BIGINT) AS reposts,
       CAST(SUM(o.replies) AS BIGINT) AS replies, CAST(SUM(o.quotes) AS BIGINT) AS quotes,
       CAST(SUM(o.views) AS BIGINT) AS views,
       COUNT(*) AS posts,
       CAST(COUNT(c.observed_at) AS DOUBLE PRECISION) / COUNT(*) AS observed_share
FROM carried c
LEFT JOIN observation o ON o.post_id = c.post_id AND o.observed_at = c.observed_at
GROUP BY c.story, c.platform, c.hour
