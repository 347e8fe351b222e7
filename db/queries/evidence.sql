-- name: save_body
-- Keeps the content of an answer once, however often it comes.
INSERT INTO evidence_body (hash, packed) VALUES (:hash, :packed) ON CONFLICT (hash) DO NOTHING;

-- name: save_evidence
-- Keeps how an answer came.
INSERT INTO evidence (story_id, source, url, final_url, chain, fetched_at, status, headers, body_hash)
VALUES (:story_id, :source, :url, :final_url, :chain, :fetched_at, :status, :headers, :body_hash)
RETURNING id;

-- name: led_to
-- Where addresses led when they were last asked for, those that led elsewhere.
SELECT e.url, e.final_url
FROM evidence e
WHERE e.url IN :keys AND e.final_url <> e.url AND e.id = (SELECT MAX(m.id) FROM evidence m WHERE m.url = e.url);

-- name: led_through
-- By which addresses others led when they were last asked for, those that led elsewhere; a line each.
SELECT e.url, e.chain
FROM evidence e
WHERE e.url IN :keys AND e.final_url <> e.url AND e.id = (SELECT MAX(m.id) FROM evidence m WHERE m.url = e.url);

-- name: last_answer
-- The last full answer for an address.
SELECT e.id, e.source, e.url, e.final_url, e.chain, e.fetched_at, e.status, e.headers, b.packed
FROM evidence e
JOIN evidence_body b ON b.hash = e.body_hash
WHERE e.url = :url AND e.status = 200
ORDER BY e.id DESC
LIMIT 1;

-- name: answer_at
-- A story's full answer of an address that came at a time.
SELECT e.id, e.source, e.url, e.final_url, e.chain, e.fetched_at, e.status, e.headers, b.packed
FROM evidence e
JOIN evidence_body b ON b.hash = e.body_hash
WHERE e.story_id = :story_id AND e.final_url = :final_url AND e.fetched_at = :at AND e.status = 200
ORDER BY e.id
LIMIT 1;

-- name: next_of_story
-- A story's first answer after the one with the id :after.
SELECT e.id, e.source, e.url, e.final_url, e.chain, e.fetched_at, e.status, e.headers, b.packed
FROM evidence e
LEFT JOIN evidence_body b ON b.hash = e.body_hash
WHERE e.story_id = :story_id AND e.id > :after
ORDER BY e.id
LIMIT 1;

-- name: next_unrecorded
-- A source's first answer after the one with the id :after that has content, came at :since or later, and of which
-- no row in "shown" says what posts it showed.
SELECT e.id, e.source, e.url, e.final_url, e.chain, e.fetched_at, e.status, e.headers, b.packed
FROM evidence e
JOIN evidence_body b ON b.hash = e.body_hash
WHERE e.source = :source AND e.fetched_at >= :since AND e.id > :after
    AND NOT EXISTS (SELECT 1 FROM shown h WHERE h.evidence_id = e.id)
ORDER BY e.id
LIMIT 1;

-- name: answers_that_showed
-- A source's answers with content that are recorded to have shown any of some posts.
SELECT DISTINCT e.id
FROM shown h
JOIN evidence e ON e.id = h.evidence_id
WHERE e.source = :source AND e.body_hash IS NOT NULL AND h.post_id IN :keys
ORDER BY e.id;

-- name: save_shown
-- Records that an answer showed a post.
INSERT INTO shown (evidence_id, post_id) VALUES (:evidence_id, :post_id) ON CONFLICT DO NOTHING;
