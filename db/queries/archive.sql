-- name: size
-- How many reactions to a story go out.
SELECT COUNT(*) FROM reaction WHERE story_id = :story_id AND dropped_at IS NULL;

-- name: ids
-- A story's reactions that go out, in the order in which they were stored.
SELECT id FROM reaction WHERE story_id = :story_id AND dropped_at IS NULL ORDER BY id;

-- name: reactions
-- Some reactions in the order in which they were stored, with their posts, authors and persons.
SELECT r.id, r.post_id, r.tie, r.tie_source, r.rests_on, r.confidence, r.first_seen_at, r.depth, p.platform, p.key,
    p.external_id, p.url, p.kind, p.text, p.language, p.posted_at, p.in_reply_to, p.quotes, p.quote_state,
    p.quote_ended_at, p.links, p.deleted_at,
    p.own_words, p.media, p.labels AS post_labels,
    a.key AS author_key, a.external_id AS author_id, a.handle, a.name, a.followers,
    a.links AS author_links, a.labels AS author_labels, a.bio AS author_bio,
    n.name AS person, n.affiliation, n.rests_on AS person_rests_on, n.voice, n.voice_rests_on
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
WHERE r.id IN :keys
ORDER BY r.id;

-- name: witnesses
-- What some reactions rest on.
SELECT reaction_id AS owner, tie, source, rests_on, confidence, words, verbatim
FROM witness
WHERE reaction_id IN :keys
ORDER BY id;

-- name: observations
-- The counts of some posts.
SELECT post_id AS owner, observed_at, likes, reposts, replies, quotes, views, followers
FROM observation
WHERE post_id IN :keys
ORDER BY post_id, observed_at;

-- name: earlier
-- The texts that some posts had before.
SELECT post_id AS owner, replaced_at, text FROM post_revision WHERE post_id IN :keys ORDER BY post_id, replaced_at;

-- name: assessments
-- All assessments of some reactions.
SELECT x.reaction_id AS owner, c.text AS claim, x.model, x.input_hash, x.assessed_at, x.stance, x.support, x.deny,
    x.query, x.comment, x.confidence, x.covered, x.verdict, x.unclear
FROM stance x
JOIN claim c ON c.id = x.claim_id
WHERE x.reaction_id IN :keys
ORDER BY x.id;

-- name: labels
-- All labels of some reactions.
SELECT l.reaction_id AS owner, c.text AS claim, l.analyst, l.stance, l.set_at
FROM label l
JOIN claim c ON c.id = l.claim_id
WHERE l.reaction_id IN :keys
ORDER BY l.set_at, l.id;

-- name: reviews
-- The fact-checks' verdicts that some reactions are.
SELECT reaction_id AS owner, claim_reviewed, claimant, rating, rating_value, stance, seen_at
FROM review
WHERE reaction_id IN :keys
ORDER BY id;

-- name: notes
-- The notes on some posts.
SELECT post_id AS owner, id AS note_id, first_seen_at, written_at, classification, text, status, status_since, helpful,
    somewhat_helpful, not_helpful, gone_at
FROM note
WHERE post_id IN :keys
ORDER BY post_id, first_seen_at, id;

-- name: note_statuses
-- The statuses that the notes on some posts had.
SELECT n.post_id AS owner, h.note_id, h.since, h.status
FROM note n
JOIN note_status h ON h.note_id = n.id
WHERE n.post_id IN :keys
ORDER BY h.note_id, h.since;

-- name: said_voices
-- What analysts said of the kinds of voices in a story.
SELECT mark, kind, analyst, set_at FROM voice WHERE story_id = :story_id;

-- name: add_note
-- Keeps a note on a post; one that is there stays.
INSERT INTO note (id, post_id, written_at, classification, text, status, status_since, helpful, somewhat_helpful,
    not_helpful, first_seen_at, gone_at)
VALUES (:note_id, :post_id, :written_at, :classification, :text, :status, :status_since, :helpful, :somewhat_helpful,
    :not_helpful, :first_seen_at, :gone_at)
ON CONFLICT (id) DO NOTHING;

-- name: add_note_status
-- Keeps a status that a note had; one that is there stays.
INSERT INTO note_status (note_id, since, status) VALUES (:note_id, :since, :status)
ON CONFLICT (note_id, since) DO NOTHING;

-- name: add_voice
-- Keeps an analyst's word on what kind of voice somebody is; a later one that is there stays.
INSERT INTO voice (story_id, mark, kind, analyst, set_at) VALUES (:story_id, :mark, :kind, :analyst, :set_at)
ON CONFLICT (story_id, mark) DO UPDATE
SET kind = excluded.kind, analyst = excluded.analyst, set_at = excluded.set_at
WHERE excluded.set_at > voice.set_at;

-- name: seen_earlier
-- Writes when a reaction was first seen, where that was earlier.
UPDATE reaction SET first_seen_at = :at WHERE id = :id AND first_seen_at > :at;

-- name: person_of
-- Writes whose a reaction is.
UPDATE reaction SET person_id = :person_id WHERE id = :id;

-- name: add_earlier
-- Keeps a text that a post had before.
INSERT INTO post_revision (post_id, replaced_at, text) VALUES (:post_id, :replaced_at, :text)
ON CONFLICT (post_id, replaced_at) DO NOTHING;

-- name: add_observation
-- Keeps a post's counts at a time; those that are there stay.
INSERT INTO observation (post_id, observed_at, likes, reposts, replies, quotes, views, followers)
VALUES (:post_id, :at, :likes, :reposts, :replies, :quotes, :views, :followers)
ON CONFLICT (post_id, observed_at) DO NOTHING;

-- name: add_assessment
-- Keeps an assessment as it was made.
INSERT INTO stance (
    reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment, confidence, covered,
    unclear, verdict)
VALUES (
    :reaction_id, :claim_id, :model, :input_hash, :assessed_at, :stance, :support, :deny, :query, :comment,
    :confidence, :covered, :unclear, :verdict)
ON CONFLICT (reaction_id, claim_id, model, input_hash) DO NOTHING;

-- name: add_review
-- Keeps a fact-check's verdict; one that is there stays.
INSERT INTO review (reaction_id, claim_reviewed, claimant, rating, rating_value, stance, seen_at)
VALUES (:reaction_id, :claim_reviewed, :claimant, :rating, :rating_value, :stance, :seen_at)
ON CONFLICT (reaction_id, claim_reviewed) DO NOTHING;

-- name: add_label
-- Keeps an analyst's label; a later one that is there stays.
INSERT INTO label (reaction_id, claim_id, analyst, stance, set_at)
VALUES (:reaction_id, :claim_id, :analyst, :stance, :set_at)
ON CONFLICT (reaction_id, claim_id, analyst) DO UPDATE SET stance = excluded.stance, set_at = excluded.set_at
WHERE excluded.set_at > label.set_at;
