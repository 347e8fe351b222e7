-- A post's counts at a time. A count the platform does not tell is NULL.
-- platform: name of the platform
-- external_id: the post's id there
-- observed_at: when it was looked at (UTC)
-- likes, reposts, replies, quotes, views: the counts then
CREATE VIEW observations AS
SELECT p.platform, p.external_id, o.observed_at, o.likes, o.reposts, o.replies, o.quotes, o.views
FROM observation o
JOIN post p ON p.id = o.post_id
