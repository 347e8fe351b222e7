-- How did the stances develop, hour by hour, as running totals?
-- story: text; the story's short name
SELECT hour, stance, cumulative
FROM stance_over_time
WHERE story = :story AND claim = (
    SELECT c.text FROM claim c
    JOIN story s ON s.id = c.story_id
    WHERE s.slug = :story
    ORDER BY c.position
    LIMIT 1
)
ORDER BY hour, stance
