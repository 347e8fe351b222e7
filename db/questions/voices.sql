-- What do journalists, politicians, scholars, authorities, companies and bots say, each kind by stance?
-- story: text = NULL; the story's short name
SELECT r.story, COALESCE(n.voice, 'unknown') AS voice, COUNT(DISTINCT r.person_id) AS people, COUNT(*) AS reactions,
       SUM(CASE WHEN r.stance = 'support' AND NOT r.unclear THEN 1 ELSE 0 END) AS support,
       SUM(CASE WHEN r.stance = 'deny' AND NOT r.unclear THEN 1 ELSE 0 END) AS deny,
       SUM(CASE WHEN r.stance = 'query' AND NOT r.unclear THEN 1 ELSE 0 END) AS query,
       SUM(CASE WHEN r.stance = 'comment' AND NOT r.unclear THEN 1 ELSE 0 END) AS comment,
       SUM(CASE WHEN r.unclear THEN 1 ELSE 0 END) AS unclear
FROM reactions r
JOIN person n ON n.id = r.person_id
WHERE (:story IS NULL OR r.story = :story)
GROUP BY r.story, COALESCE(n.voice, 'unknown')
ORDER BY r.story, CASE WHEN COALESCE(n.voice, 'unknown') = 'unknown' THEN 1 ELSE 0 END, COUNT(*) DESC, 2
