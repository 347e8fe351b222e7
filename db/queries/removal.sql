-- name: going_post
-- Posts of the story that no other story reacts with, and that no answer of another one shows.
CREATE TEMPORARY TABLE going_post AS
SELECT p.id
FROM post p
WHERE (
    EXISTS (SELECT 1 FROM reaction r WHERE r.post_id = p.id AND r.story_id = :story_id)
    OR EXISTS (
        SELECT 1
        FROM shown h
        JOIN evidence e ON e.id = h.evidence_id
        WHERE h.post_id = p.id AND e.story_id = :story_id))
AND NOT EXISTS (SELECT 1 FROM reaction r WHERE r.post_id = p.id AND r.story_id <> :story_id)
AND NOT EXISTS (
    SELECT 1
    FROM shown h
    JOIN evidence e ON e.id = h.evidence_id
    WHERE h.post_id = p.id AND e.story_id <> :story_id);

-- name: hand_over
-- An answer that shows another story's reaction is that story's too: it is handed over.
UPDATE evidence
SET story_id = (
    SELECT MIN(r.story_id)
    FROM shown h
    JOIN reaction r ON r.post_id = h.post_id
    WHERE h.evidence_id = evidence.id AND r.story_id <> :story_id)
WHERE story_id = :story_id AND EXISTS (
    SELECT 1
    FROM shown h
    JOIN reaction r ON r.post_id = h.post_id
    WHERE h.evidence_id = evidence.id AND r.story_id <> :story_id);

-- name: staying_post
-- Posts that such an answer shows stay with it.
DELETE FROM going_post WHERE EXISTS (
    SELECT 1
    FROM shown h
    JOIN evidence e ON e.id = h.evidence_id
    WHERE h.post_id = going_post.id AND e.story_id <> :story_id);

-- name: going_evidence
-- The story's answers, and answers of no story (a post's own looks) that show nothing but what goes.
CREATE TEMPORARY TABLE going_evidence AS
SELECT e.id
FROM evidence e
WHERE e.story_id = :story_id OR (
    e.story_id IS NULL
    AND EXISTS (
        SELECT 1 FROM shown h WHERE h.evidence_id = e.id AND h.post_id IN (SELECT id FROM going_post))
    AND NOT EXISTS (
        SELECT 1 FROM shown h WHERE h.evidence_id = e.id AND h.post_id NOT IN (SELECT id FROM going_post)));

-- name: going_body
-- The contents of the answers that go.
CREATE TEMPORARY TABLE going_body AS
SELECT DISTINCT body_hash
FROM evidence
WHERE id IN (SELECT id FROM going_evidence) AND body_hash IS NOT NULL;

-- name: going_account
-- The accounts of the posts that go.
CREATE TEMPORARY TABLE going_account AS
SELECT DISTINCT account_id AS id
FROM post
WHERE id IN (SELECT id FROM going_post) AND account_id IS NOT NULL;

-- name: looks
-- Deletes looks.
DELETE FROM look WHERE story_id = :story_id OR post_id IN (SELECT id FROM going_post);

-- name: shown
-- Deletes what says which answers showed which posts.
DELETE FROM shown
WHERE evidence_id IN (SELECT id FROM going_evidence) OR post_id IN (SELECT id FROM going_post);

-- name: latest
-- Deletes how its reactions stand.
DELETE FROM latest WHERE story_id = :story_id;

-- name: witnesses
-- Deletes why its reactions are there.
DELETE FROM witness WHERE reaction_id IN (SELECT id FROM reaction WHERE story_id = :story_id);

-- name: stances
-- Deletes assessments.
DELETE FROM stance WHERE reaction_id IN (SELECT id FROM reaction WHERE story_id = :story_id);

-- name: labels
-- Deletes labels.
DELETE FROM label WHERE reaction_id IN (SELECT id FROM reaction WHERE story_id = :story_id);

-- name: reviews
-- Deletes fact-checks' verdicts.
DELETE FROM review WHERE reaction_id IN (SELECT id FROM reaction WHERE story_id = :story_id);

-- name: reactions
-- Deletes reactions.
DELETE FROM reaction WHERE story_id = :story_id;

-- name: persons
-- Deletes persons.
DELETE FROM person WHERE story_id = :story_id;

-- name: identities
-- Deletes the analysts' word on persons.
DELETE FROM identity WHERE story_id = :story_id;

-- name: balance_changes
-- Deletes changes of the balance.
DELETE FROM balance_change WHERE story_id = :story_id;

-- name: claims
-- Deletes claims.
DELETE FROM claim WHERE story_id = :story_id;

-- name: webmentions
-- Deletes webmentions.
DELETE FROM webmention WHERE story_id = :story_id;

-- name: revisions
-- Deletes the versions of articles.
DELETE FROM article_revision WHERE article_id IN (SELECT id FROM article WHERE story_id = :story_id);

-- name: articles
-- Deletes articles.
DELETE FROM article WHERE story_id = :story_id;

-- name: evidence
-- Deletes answers.
DELETE FROM evidence WHERE id IN (SELECT id FROM going_evidence);

-- name: bodies
-- Deletes contents that no answer has any more.
DELETE FROM evidence_body
WHERE hash IN (SELECT body_hash FROM going_body)
    AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.body_hash = evidence_body.hash);

-- name: observations
-- Deletes counts.
DELETE FROM observation WHERE post_id IN (SELECT id FROM going_post);

-- name: post_revisions
-- Deletes earlier texts.
DELETE FROM post_revision WHERE post_id IN (SELECT id FROM going_post);

-- name: posts
-- Deletes posts.
DELETE FROM post WHERE id IN (SELECT id FROM going_post);

-- name: accounts
-- Deletes accounts that have no post any more.
DELETE FROM account
WHERE id IN (SELECT id FROM going_account) AND NOT EXISTS (SELECT 1 FROM post p WHERE p.account_id = account.id);

-- name: reach_hours
-- Deletes what its posts gained hour by hour.
DELETE FROM reach_hour WHERE story_id = :story_id;

-- name: stance_hours
-- Deletes how its stances came hour by hour.
DELETE FROM stance_hour WHERE story_id = :story_id;

-- name: unheard
-- Deletes what was still to be read for it of a stream's past.
DELETE FROM unheard WHERE story_id = :story_id;

-- name: stream_cursors
-- Deletes how far streams and searches were read for it, alone or with other stories.
DELETE FROM stream_cursor
WHERE REPLACE(stream, (SELECT ' ' || slug || '@' || created_at FROM story WHERE id = :story_id), '') <> stream;

-- name: story
-- Deletes the story.
DELETE FROM story WHERE id = :story_id;

-- name: without_going_post
-- What was written down is done with.
DROP TABLE going_post;

-- name: without_going_evidence
-- What was written down is done with.
DROP TABLE going_evidence;

-- name: without_going_body
-- What was written down is done with.
DROP TABLE going_body;

-- name: without_going_account
-- What was written down is done with.
DROP TABLE going_account;
