-- How large will a story have become a week after it came out, and what was said of that at each age?
-- story: text = NULL; the story's short name; without it, all stories
SELECT story, counted, age, seen, low, likely, high, made_at, alike, own
FROM forecasts
WHERE :story IS NULL OR story = :story
ORDER BY story, counted DESC, age DESC
