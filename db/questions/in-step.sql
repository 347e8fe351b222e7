-- Which accounts post in step: in the same minute, again and again, and more often than chance?
-- story: text = NULL; the story's short name
-- times: integer = 3; minutes that they share at least
WITH acts AS (
    SELECT DISTINCT story, platform || ':' || author AS account, SUBSTR(posted_at, 1, 16) AS minute
    FROM reactions
    WHERE author IS NOT NULL AND LENGTH(posted_at) > 10 AND (:story IS NULL OR story = :story)
),
active AS (
    SELECT a.*, COUNT(*) OVER (PARTITION BY story, account) AS minutes
    FROM acts a
),
all_minutes AS (
    SELECT story, COUNT(DISTINCT minute) AS n FROM acts GROUP BY story
)
SELECT a.story, a.account AS one, b.account AS other, COUNT(*) AS minutes_together, a.minutes AS minutes_of_one,
       b.minutes AS minutes_of_other, 1.0 * a.minutes * b.minutes / m.n AS expected_by_chance
FROM active a
JOIN active b ON b.story = a.story AND b.minute = a.minute AND b.account > a.account AND b.minutes >= :times
JOIN all_minutes m ON m.story = a.story
WHERE a.minutes >= :times
GROUP BY a.story, a.account, b.account, a.minutes, b.minutes, m.n
HAVING COUNT(*) >= :times
ORDER BY COUNT(*) DESC, 1.0 * a.minutes * b.minutes / m.n, a.account, b.account
