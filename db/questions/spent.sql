-- What do networks cost, day by day (x in millionths of a dollar, youtube in units, others a request or post each)?
-- since: moment = 30 days ago; from that day on
SELECT day, platform, SUM(amount) AS amount
FROM spending
WHERE day >= SUBSTR(:since, 1, 10)
GROUP BY day, platform
ORDER BY day DESC, platform
