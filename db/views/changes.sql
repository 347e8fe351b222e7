-- Something that happened to a story, of seven kinds in one list.
-- Fact-checks and quotations taken back are few, so SQLite is kept from looking for one at each reaction (+).
CREATE VIEW changes AS
SELECT s.slug AS story, a.corrected_at AS at, 'correction' AS kind, COALESCE(a.publisher, a.title) AS what,
       NULL AS before, a.correction AS after, a.url, a.corrected_at AS found_at, CAST(NULL AS INTEGER) AS reaction_id,
       a.id AS article_id
FROM article a
JOIN story s ON s.id = a.story_id
WHERE a.corrected_at IS NOT NULL AND a.dropped_at IS NULL
UNION ALL
SELECT s.slug, v.seen_at, 'headline', a.publisher, b.title, v.title, a.url, v.seen_at, NULL, a.id
FROM story s
JOIN article a ON a.story_id = s.id
JOIN article_revision v ON v.article_id = a.id
JOIN article_revision b ON b.id = (
    SELECT MAX(e.id) FROM article_revision e WHERE e.article_id = v.article_id AND e.id < v.id)
WHERE b.title <> v.title AND a.dropped_at IS NULL
UNION ALL
SELECT s.slug, b.at, 'balance', c.text, b.before, b.after, NULL, b.found_at, NULL, NULL
FROM balance_change b
JOIN claim c ON c.id = b.claim_id
JOIN story s ON s.id = b.story_id
WHERE b.withdrawn_at IS NULL
UNION ALL
SELECT s.slug, p.deleted_at, 'deletion', COALESCE(a.handle, a.name), p.text, NULL, p.url, p.deleted_at, r.id, NULL
FROM post p
JOIN reaction r ON r.post_id = p.id
JOIN story s ON s.id = r.story_id
LEFT JOIN account a ON a.id = p.account_id
WHERE p.deleted_at IS NOT NULL AND r.dropped_at IS NULL
UNION ALL
SELECT s.slug, p.quote_ended_at, 'quote', COALESCE(a.handle, a.name), 'accepted', p.quote_state, p.url,
       p.quote_ended_at, r.id, NULL
FROM post p
JOIN reaction r ON r.post_id = p.id
JOIN story s ON s.id = +r.story_id
LEFT JOIN account a ON a.id = p.account_id
WHERE p.quote_ended_at IS NOT NULL AND r.dropped_at IS NULL
UNION ALL
SELECT s.slug, COALESCE(a.published_at, a.first_seen_at), 'publisher', a.publisher, NULL, a.title, a.url,
       a.first_seen_at, NULL, a.id
FROM (
    SELECT x.*, ROW_NUMBER() OVER (PARTITION BY story_id, publisher ORDER BY first_seen_at, id) AS n
    FROM article x
    WHERE publisher IS NOT NULL AND dropped_at IS NULL AND role <> 'earlier'
) a
JOIN story s ON s.id = a.story_id
WHERE a.n = 1
UNION ALL
SELECT s.slug, v.seen_at, 'factcheck', v.claim_reviewed, NULL, COALESCE(v.rating, v.stance), p.url, v.seen_at, r.id,
       NULL
FROM review v
JOIN reaction r ON r.id = +v.reaction_id
JOIN post p ON p.id = r.post_id
JOIN story s ON s.id = r.story_id
WHERE r.dropped_at IS NULL
