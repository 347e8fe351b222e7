-- name: reaction
-- One reaction with its story, post, account and person; dropped ones too.
SELECT r.id AS reaction_id, r.story_id, s.slug, s.title AS story_title, r.tie, r.tie_source, r.rests_on, r.confidence,
    r.depth, r.dropped_at, r.first_seen_at AS found_at, p.id AS post_id, p.platform, p.key, p.url, p.kind, p.text,
    p.language, p.posted_at, p.deleted_at, p.forgotten_at, p.in_reply_to, p.quotes, p.links, p.own_words,
    a.handle AS author, a.name AS author_name, a.followers, n.id AS person_id, n.name AS person, n.affiliation
FROM reaction r
JOIN story s ON s.id = r.story_id
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
WHERE r.id = :reaction_id;

-- name: witnesses
-- What a reaction rests on, the surest first, with the article or the reaction that each names.
SELECT w.tie, w.source, w.rests_on, w.confidence, w.words, w.verbatim, x.id AS article_id, x.title, x.publisher,
    x.dropped_at AS article_dropped_at,
    (
        SELECT MIN(q.id)
        FROM post p
        JOIN reaction q ON q.post_id = p.id AND q.story_id = :story_id
        WHERE p.platform = :platform AND p.key = w.source) AS through_id
FROM witness w
LEFT JOIN article x ON x.id = (
    SELECT MIN(a.id) FROM article a WHERE a.story_id = :story_id AND (a.url = w.source OR a.key = w.source))
WHERE w.reaction_id = :reaction_id
ORDER BY w.confidence DESC, w.id;

-- name: observations
-- A post's counts, oldest first.
SELECT observed_at, likes, reposts, replies, quotes, views, followers
FROM observation
WHERE post_id = :post_id
ORDER BY observed_at;

-- name: reach
-- How far a reaction reached, by the view reach; none where it was dropped.
SELECT * FROM reach WHERE reaction_id = :reaction_id;

-- name: odd_steps
-- The looks of a reaction at which counts fell or mean something else than at the look before, newest first.
SELECT observed_at, fell, broken
FROM steps
WHERE reaction_id = :reaction_id AND (fell IS NOT NULL OR broken IS NOT NULL)
ORDER BY observed_at DESC
LIMIT :most;

-- name: revisions
-- The words that a post had before, oldest first.
SELECT replaced_at, text FROM post_revision WHERE post_id = :post_id ORDER BY replaced_at;

-- name: answers_kept
-- The answers that showed a post, newest first.
SELECT e.url, e.fetched_at, e.status, e.source
FROM shown h
JOIN evidence e ON e.id = h.evidence_id
WHERE h.post_id = :post_id
ORDER BY e.fetched_at DESC, e.id DESC
LIMIT :most;

-- name: assessments
-- What models and fact-checks said of a reaction, by claim; what is in force of each claim comes first.
SELECT c.id AS claim_id, c.text AS claim, x.model, x.assessed_at, x.stance, x.support, x.deny, x.query, x.comment,
    x.confidence, x.covered, x.unclear, x.verdict
FROM claim c
LEFT JOIN stance x ON x.claim_id = c.id AND x.reaction_id = :reaction_id
WHERE c.story_id = :story_id
ORDER BY c.position, x.verdict DESC, x.assessed_at DESC, x.id DESC;

-- table: listed
-- Reactions as a short list shows them.
SELECT r.id AS reaction_id, r.story_id, r.dropped_at, p.platform, p.key, p.text, p.deleted_at, p.in_reply_to, p.quotes,
    COALESCE(p.posted_at, r.first_seen_at) AS at, a.handle AS author, a.name AS author_name, n.name AS person
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id;

-- name: above
-- What a post answers or quotes, where it is stored; reaction_id is NULL where it is no reaction of the story.
SELECT r.id AS reaction_id, p.platform, p.key, p.url, p.text, p.deleted_at, p.posted_at AS at, a.handle AS author,
    a.name AS author_name, NULL AS person
FROM post p
LEFT JOIN reaction r ON r.post_id = p.id AND r.story_id = :story_id
LEFT JOIN account a ON a.id = p.account_id
WHERE p.platform = :platform AND p.key IN (:in_reply_to, :quotes);

-- name: below
-- The reactions of a story that answer or quote a post, oldest first.
SELECT *
FROM (:listed) x
WHERE x.story_id = :story_id AND x.dropped_at IS NULL AND x.platform = :platform
    AND (x.in_reply_to = :key OR x.quotes = :key)
ORDER BY x.at, x.reaction_id
LIMIT :most;

-- name: alike
-- Reactions that may be near-copies: those that say the same (remarks), oldest first.
SELECT DISTINCT x.*
FROM remark_member m
JOIN remark_member o ON o.remark_id = m.remark_id AND o.reaction_id <> m.reaction_id
JOIN (:listed) x ON x.reaction_id = o.reaction_id
WHERE m.reaction_id = :reaction_id AND x.dropped_at IS NULL AND x.deleted_at IS NULL AND x.text IS NOT NULL
ORDER BY x.at, x.reaction_id
LIMIT :most;
