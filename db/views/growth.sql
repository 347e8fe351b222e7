-- What a reaction's post gained on a day: its last counts of the day less those of the last look on any earlier day, or
-- less 0 where it was posted that day. No views across a day of the view breaks.
CREATE VIEW growth AS
SELECT k.reaction_id, s.slug AS story, SUBSTR(o.observed_at, 1, 10) AS day,
       o.likes - CASE WHEN b.post_id IS NOT NULL THEN b.likes
                      WHEN SUBSTR(p.posted_at, 1, 10) = SUBSTR(o.observed_at, 1, 10) THEN 0 END AS likes,
       o.reposts - CASE WHEN b.post_id IS NOT NULL THEN b.reposts
                        WHEN SUBSTR(p.posted_at, 1, 10) = SUBSTR(o.observed_at, 1, 10) THEN 0 END AS reposts,
       o.replies - CASE WHEN b.post_id IS NOT NULL THEN b.replies
                        WHEN SUBSTR(p.posted_at, 1, 10) = SUBSTR(o.observed_at, 1, 10) THEN 0 END AS replies,
       o.quotes - CASE WHEN b.post_id IS NOT NULL THEN b.quotes
                       WHEN SUBSTR(p.posted_at, 1, 10) = SUBSTR(o.observed_at, 1, 10) THEN 0 END AS quotes,
       o.views - CASE WHEN EXISTS (
                          SELECT 1 FROM breaks d
                          WHERE d.platform = p.platform AND d.counted = 'views'
                              AND d.day > b.observed_at AND d.day <= o.observed_at) THEN NULL
                      WHEN b.post_id IS NOT NULL THEN b.views
                      WHEN SUBSTR(p.posted_at, 1, 10) = SUBSTR(o.observed_at, 1, 10) THEN 0 END AS views,
       b.observed_at AS since
FROM latest k
JOIN observation o ON o.post_id = k.post_id
LEFT JOIN story s ON s.id = k.story_id
LEFT JOIN post p ON p.id = k.post_id
LEFT JOIN observation b ON b.post_id = o.post_id AND b.observed_at = (
    SELECT MAX(m.observed_at) FROM observation m
    WHERE m.post_id = o.post_id AND m.observed_at < SUBSTR(o.observed_at, 1, 10))
WHERE NOT EXISTS (
    SELECT 1 FROM observation l
    WHERE l.post_id = o.post_id AND l.observed_at > o.observed_at
        AND l.observed_at < SUBSTR(o.observed_at, 1, 10) || 'U')
