-- What did networks tell of that is not stored yet?
-- story: text = NULL; the story's short name
SELECT story, platform, SUM(told - stored) AS answers, COUNT(*) AS posts, MIN(since) AS since
FROM lag
WHERE (:story IS NULL OR story = :story)
GROUP BY story, platform
ORDER BY SUM(told - stored) DESC, story, platform
