-- An article of a story. url is NULL for one that prose only names.
-- role: original (what the story is about), coverage, earlier, followup
-- copy_of: the address of the article that had the same text first (agency copy, reprints)
-- rests_on, confidence: why it belongs to the story, and how sure that is (0 to 1)
-- stance, stance_rests_on: what it says of the report that the story is about (repeats, confirms, doubts, corrects), and its
-- sentence; NULL where that cannot be told
-- agency: the news agency whose text it has, by its dateline, last line or byline; NULL where nothing says so
-- revisions: versions of its text seen; corrected: whether it is known to have been corrected
CREATE VIEW articles AS
SELECT s.slug AS story, a.url, a.title, a.publisher, a.published_at, a.role,
       (SELECT COUNT(*) FROM article_revision v WHERE v.article_id = a.id) AS revisions,
       a.corrected, a.correction, a.language, a.authors, a.first_seen_at,
       f.url AS copy_of, a.rests_on, a.confidence, a.corrected_at,
       a.stance, a.stance_rests_on, a.agency,
       a.id AS article_id
FROM article a
JOIN story s ON s.id = a.story_id
LEFT JOIN article f ON f.id = a.copy_of AND f.dropped_at IS NULL
WHERE a.dropped_at IS NULL
