-- What is kept in the table reach_hour: by how much the counts of a story's posts on a platform grew in an hour.
-- STEPS: looks, each beside the look before it of the same post (before ...; NULL where there is none).
-- SEEN: reactions that were not dropped. Both have a sign: 1, or -1 for what is taken back.
-- A look from before the reaction was first seen counts at that hour (since).
-- looked: looks in the hour; posts: posts first seen in it; observed: posts first looked at in it
-- likes ... views: gained; tell_likes ... tell_views: posts that began to tell the count, less those that ceased to
SELECT story_id, platform, hour, SUM(looked) AS looked, SUM(posts) AS posts, SUM(observed) AS observed,
       SUM(likes) AS likes, SUM(reposts) AS reposts, SUM(replies) AS replies, SUM(quotes) AS quotes,
       SUM(views) AS views,
       SUM(tell_likes) AS tell_likes, SUM(tell_reposts) AS tell_reposts, SUM(tell_replies) AS tell_replies,
       SUM(tell_quotes) AS tell_quotes, SUM(tell_views) AS tell_views
FROM (
    SELECT e.story_id, e.platform, CASE WHEN l.hour < e.since THEN e.since ELSE l.hour END AS hour,
           CASE WHEN l.hour < e.since THEN 0 ELSE l.sign * e.sign END AS looked, 0 AS posts,
           l.sign * e.sign * CASE WHEN l.before IS NULL THEN 1 ELSE 0 END AS observed,
           l.sign * e.sign * (COALESCE(l.likes, 0) - COALESCE(l.likes_before, 0)) AS likes,
           l.sign * e.sign * (COALESCE(l.reposts, 0) - COALESCE(l.reposts_before, 0)) AS reposts,
           l.sign * e.sign * (COALESCE(l.replies, 0) - COALESCE(l.replies_before, 0)) AS replies,
           l.sign * e.sign * (COALESCE(l.quotes, 0) - COALESCE(l.quotes_before, 0)) AS quotes,
           l.sign * e.sign * (COALESCE(l.views, 0) - COALESCE(l.views_before, 0)) AS views,
           l.sign * e.sign * ((CASE WHEN l.likes IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.likes_before IS NULL THEN 0 ELSE 1 END)) AS tell_likes,
           l.sign * e.sign * ((CASE WHEN l.reposts IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.reposts_before IS NULL THEN 0 ELSE 1 END)) AS tell_reposts,
           l.sign * e.sign * ((CASE WHEN l.replies IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.replies_before IS NULL THEN 0 ELSE 1 END)) AS tell_replies,
           l.sign * e.sign * ((CASE WHEN l.quotes IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.quotes_before IS NULL THEN 0 ELSE 1 END)) AS tell_quotes,
           l.sign * e.sign * ((CASE WHEN l.views IS NULL THEN 0 ELSE 1 END)
               - (CASE WHEN l.views_before IS NULL THEN 0 ELSE 1 END)) AS tell_views
    FROM (STEPS) l
    JOIN (SEEN) e ON e.post_id = l.post_id
    UNION ALL
    SELECT e.story_id, e.platform, l.hour, l.sign * e.sign, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM (STEPS) l
    JOIN (SEEN) e ON e.post_id = l.post_id AND l.hour < e.since
    UNION ALL
    SELECT story_id, platform, since, 0, posts, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM (SEEN) s WHERE posts <> 0
) steps
GROUP BY story_id, platform, hour
