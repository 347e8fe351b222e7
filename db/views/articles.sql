-- An article of a story. url is NULL for one that prose only names.
-- role: original (what the story is about), coverage, earlier, followup
-- revisions: versions of its text seen; corrected: whether it is known to have been corrected
CREATE VIEW articles AS
SELECT s.slug AS story, a.url, a.title, a.publisher, a.published_at, a.role,
       (SELECT COUNT(*) FROM article_revision v WHERE v.article_id = a.id) AS revisions,
       a.corrected, a.correction, a.language, a.authors, a.first_seen_at
FROM article a
JOIN story s ON s.id = a.story_id
