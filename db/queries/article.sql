-- name: article
-- One article with its story; dropped ones too.
SELECT a.id AS article_id, a.story_id, s.slug, s.title AS story_title, a.key, a.url, a.title, a.publisher, a.authors,
    a.published_at, a.language, a.role, a.corrected, a.correction, a.corrected_at, a.rests_on, a.confidence,
    a.stance, a.stance_rests_on, a.copy_of, a.agency,
    a.first_seen_at, a.dropped_at
FROM article a
JOIN story s ON s.id = a.story_id
WHERE a.id = :article_id;

-- name: versions
-- The versions seen of an article, oldest first, without their text.
SELECT id, seen_at, title, LENGTH(text) AS letters FROM article_revision WHERE article_id = :article_id ORDER BY id;

-- name: version
-- The words of a version.
SELECT title, text, seen_at FROM article_revision WHERE article_id = :article_id AND id = :version;

-- name: relatives
-- The article that had the same text first, and those that have this one's.
SELECT id, title, publisher, url, first_seen_at, CASE WHEN id = :copy_of THEN 'first' ELSE 'copy' END AS kind
FROM article
WHERE story_id = :story_id AND dropped_at IS NULL AND (id = :copy_of OR copy_of = :article_id)
ORDER BY first_seen_at, id;

-- name: shown
-- The reactions that an article is a witness of, by how it shows them.
SELECT r.id AS reaction_id, w.tie, p.platform, p.text, p.deleted_at, COALESCE(p.posted_at, r.first_seen_at) AS at,
    a.handle AS author, a.name AS author_name, n.name AS person
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND w.source IN (:url, :key) AND w.tie = :tie
ORDER BY at, r.id
LIMIT :most;
