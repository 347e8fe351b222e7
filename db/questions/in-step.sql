-- Which accounts post in step: in the same minute, again and again, and more often than chance?
-- story: text = NULL; the story's short name
-- times: integer = 3; minutes that they share at least
WITH named AS (
    SELECT id, platform || ':' || handle AS name, DENSE_RANK() OVER (ORDER BY platform || ':' || handle) AS n
    FROM account
    WHERE handle IS NOT NULL
),
acts AS (
    SELECT DISTINCT s.slug AS story, k.story_id, a.n AS account, SUBSTR(k.posted_at, 1, 16) AS minute
    FROM latest k
    JOIN story s ON s.id = k.story_id
    JOIN post p ON p.id = k.post_id
    JOIN named a ON a.id = p.account_id
    WHERE LENGTH(p.posted_at) > 10 AND (:story IS NULL OR s.slug = :story)
),
often AS (
    SELECT story_id, account, COUNT(*) AS minutes FROM acts GROUP BY story_id, account HAVING COUNT(*) >= :times
),
active AS (
    SELECT a.story_id, a.account, a.minute FROM acts a JOIN often o ON o.story_id = a.story_id AND o.account = a.account
),
pairs AS (
    SELECT a.story_id, a.account AS one, b.account AS other, COUNT(*) AS together
    FROM active a
    JOIN active b ON b.story_id = a.story_id AND b.minute = a.minute AND b.account > a.account
    GROUP BY a.story_id, a.account, b.account
    HAVING COUNT(*) >= :times
),
names AS (
    SELECT n, MIN(name) AS name FROM named GROUP BY n
),
all_minutes AS (
    SELECT story_id, story, COUNT(DISTINCT minute) AS n FROM acts GROUP BY story_id, story
)
SELECT m.story, x.name AS one, y.name AS other, p.together AS minutes_together, a.minutes AS minutes_of_one,
       b.minutes AS minutes_of_other, 1.0 * a.minutes * b.minutes / m.n AS expected_by_chance
FROM pairs p
JOIN all_minutes m ON m.story_id = p.story_id
JOIN often a ON a.story_id = p.story_id AND a.account = p.one
JOIN often b ON b.story_id = p.story_id AND b.account = p.other
JOIN names x ON x.n = p.one
JOIN names y ON y.n = p.other
ORDER BY p.together DESC, 1.0 * a.minutes * b.minutes / m.n, x.name, y.name
