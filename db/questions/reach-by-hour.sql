-- What had the posts gathered on each network, hour by hour?
-- story: text; the story's short name
SELECT hour, platform, likes, reposts, replies, quotes, views, posts, observed_share
FROM reach_over_time
WHERE story = :story
ORDER BY hour, platform
