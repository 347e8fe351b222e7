-- Which posts grew most?
-- story: text = NULL; the story's short name
-- since: moment = yesterday; counted from that day on
-- most: integer = 20; rows
WITH gained AS (
    SELECT reaction_id, SUM(likes) AS likes, SUM(reposts) AS reposts, SUM(replies) AS replies, SUM(quotes) AS quotes,
           SUM(views) AS views,
           SUM(CASE WHEN COALESCE(likes, reposts, replies, quotes) IS NOT NULL
                    THEN COALESCE(likes, 0) + COALESCE(reposts, 0) + COALESCE(replies, 0) + COALESCE(quotes, 0)
               END) AS engagement
    FROM growth
    WHERE day >= SUBSTR(:since, 1, 10) AND (:story IS NULL OR story = :story)
    GROUP BY reaction_id
)
SELECT r.story, r.platform, r.author, g.engagement, g.likes, g.reposts, g.replies, g.quotes, g.views, r.stance, r.text,
       r.url, r.reaction_id
FROM gained g
JOIN reactions r ON r.reaction_id = g.reaction_id
ORDER BY COALESCE(g.engagement, -1) DESC, COALESCE(g.views, -1) DESC, r.reaction_id
LIMIT :most
