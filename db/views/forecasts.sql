-- What a story was forecast to have gathered a week after it came out: one row a count and age (hours) at which one was made.
-- counted: reactions, or engagement (likes, reposts, replies and quotes together)
-- low, high: nine of ten such counts come to lie between them, both included; likely: as many lie above as below
-- alike: cascades of the table that ships which it rests on; own: stories kept here that it was adapted to, 0 where too few
CREATE VIEW forecasts AS
SELECT s.slug AS story, f.counted, f.age, f.made_at, f.seen, f.low, f.likely, f.high, f.alike, f.own
FROM forecast f
JOIN story s ON s.id = f.story_id
