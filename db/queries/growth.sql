-- name: growth_of
-- What some reactions gained on each of their days, by the view growth.
SELECT reaction_id, day, likes, reposts, replies, quotes
FROM growth
WHERE reaction_id IN :keys
ORDER BY reaction_id, day;
