-- name: reacted
-- Every reaction to a story: who, when, where, what it counts as towards the main claim, its counts and its words.
SELECT r.id AS reaction_id, p.platform, p.key, p.in_reply_to, p.quotes AS quoted, p.kind, r.person_id, p.account_id,
    p.posted_at, r.first_seen_at, v.tie, v.tie_source, CASE WHEN v.unclear THEN 'unclear' ELSE v.stance END AS counted,
    v.likes, v.reposts, v.replies, v.quotes, v.views, v.last_observed_at, p.links, p.text, p.deleted_at
FROM reactions v
JOIN reaction r ON r.id = v.reaction_id
JOIN post p ON p.id = r.post_id
WHERE v.story = :slug
ORDER BY r.id;

-- name: saying
-- Which remark about the main claim each reaction belongs to, and how near it is to the middle of what is said there.
SELECT m.reaction_id, m.remark_id, m.likeness, m.central
FROM remark_member m
JOIN remark k ON k.id = m.remark_id
WHERE k.claim_id = (SELECT c.id FROM claim c WHERE c.story_id = :story_id ORDER BY c.position LIMIT 1);

-- name: words_of
-- The words of some reactions.
SELECT r.id AS reaction_id, p.text FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.id IN :keys AND p.text <> '';

-- name: words_of_remarks
-- The words of all reactions that make some remarks.
SELECT m.remark_id, r.id AS reaction_id, p.text
FROM remark_member m
JOIN reaction r ON r.id = m.reaction_id
JOIN post p ON p.id = r.post_id
WHERE m.remark_id IN :keys AND r.dropped_at IS NULL AND p.text <> '';

-- name: named
-- The persons whom an article of the story quotes, or whose post it shows.
SELECT DISTINCT r.person_id AS id
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
WHERE r.story_id = :story_id AND r.person_id IS NOT NULL AND r.dropped_at IS NULL AND w.tie IN ('reported', 'embedded');

-- name: voices
-- How many people of each kind of voice reacted to a story, how often, and how many of these reactions take each stance.
SELECT COALESCE(n.voice, 'unknown') AS voice, COUNT(DISTINCT l.person_id) AS people, COUNT(*) AS reactions,
    SUM(CASE WHEN l.stance = 'support' AND NOT l.unclear THEN 1 ELSE 0 END) AS support,
    SUM(CASE WHEN l.stance = 'deny' AND NOT l.unclear THEN 1 ELSE 0 END) AS deny,
    SUM(CASE WHEN l.stance = 'query' AND NOT l.unclear THEN 1 ELSE 0 END) AS query,
    SUM(CASE WHEN l.stance = 'comment' AND NOT l.unclear THEN 1 ELSE 0 END) AS comment,
    SUM(CASE WHEN l.unclear THEN 1 ELSE 0 END) AS unclear
FROM latest l
JOIN person n ON n.id = l.person_id
WHERE l.story_id = :story_id
GROUP BY COALESCE(n.voice, 'unknown')
ORDER BY CASE WHEN COALESCE(n.voice, 'unknown') = 'unknown' THEN 1 ELSE 0 END, COUNT(*) DESC, 1;

-- name: affiliated
-- The persons of whom it is known what they belong to.
SELECT id FROM person WHERE story_id = :story_id AND affiliation IS NOT NULL;

-- name: persons
-- Persons by id.
SELECT id, name, affiliation FROM person WHERE id IN :keys;

-- name: accounts
-- Accounts by id.
SELECT id, platform, handle, name, followers FROM account WHERE id IN :keys;

-- name: posts_shown
-- Some reactions as a page shows them today; those that were dropped meanwhile are left out.
SELECT r.id AS reaction_id, p.platform, p.url, a.handle AS author, a.name AS author_name, n.name AS person, r.person_id,
    p.posted_at, p.text, p.language, p.kind, r.tie, r.tie_source, r.first_seen_at, p.deleted_at IS NOT NULL AS deleted,
    COALESCE(l.stance, t.stance) AS stance, l.stance IS NOT NULL AS by_analyst,
    CASE WHEN l.stance IS NOT NULL THEN FALSE ELSE t.unclear END AS unclear,
    CASE WHEN l.stance IS NOT NULL THEN 1.0 ELSE t.confidence END AS confidence,
    o.likes, o.reposts, o.replies, o.quotes, o.views, o.observed_at AS last_observed_at
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
LEFT JOIN observation o ON o.post_id = p.id
    AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
LEFT JOIN claim c ON c.story_id = r.story_id
    AND c.position = (SELECT MIN(d.position) FROM claim d WHERE d.story_id = r.story_id)
LEFT JOIN stance t ON t.id = (
    SELECT x.id
    FROM stance x
    WHERE x.reaction_id = r.id AND x.claim_id = c.id
    ORDER BY x.verdict DESC, x.assessed_at DESC, x.id DESC
    LIMIT 1)
LEFT JOIN label l ON l.id = (
    SELECT y.id
    FROM label y
    WHERE y.reaction_id = r.id AND y.claim_id = c.id
    ORDER BY y.set_at DESC, y.id DESC
    LIMIT 1)
WHERE r.id IN :keys AND r.dropped_at IS NULL;

-- name: witnesses
-- What some reactions rest on.
SELECT w.reaction_id, w.tie, w.source, a.publisher
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
LEFT JOIN article a ON a.story_id = r.story_id AND w.source IN (a.url, a.key) AND a.dropped_at IS NULL
WHERE w.reaction_id IN :keys
ORDER BY w.reaction_id, w.id;

-- name: new_since
-- How many of a story's reactions were first seen after a time.
SELECT COUNT(*) FROM reaction WHERE story_id = :story_id AND first_seen_at > :since AND dropped_at IS NULL;

-- name: own_looks
-- When a story's own pages were last looked at, and when the next of these looks is due.
SELECT MAX(last_at) AS last_at, MIN(due_at) AS due_at FROM look WHERE story_id = :story_id;

-- name: articles
-- A story's articles, its own first, then those that reactions came through most.
SELECT a.id, a.url, a.title, a.publisher, a.published_at, a.role, a.corrected, a.correction, a.first_seen_at,
    a.stance, a.stance_rests_on, a.agency, f.id AS copy_of, COALESCE(f.publisher, f.url) AS copied_from,
    (SELECT COUNT(*) FROM article_revision v WHERE v.article_id = a.id) AS versions,
    COUNT(*) OVER () AS in_all
FROM article a
LEFT JOIN article f ON f.id = a.copy_of AND f.dropped_at IS NULL
WHERE a.story_id = :story_id AND a.dropped_at IS NULL
ORDER BY CASE a.role WHEN 'original' THEN 0 WHEN 'coverage' THEN 1 WHEN 'followup' THEN 2 ELSE 3 END,
    CASE WHEN f.id IS NULL THEN 0 ELSE 1 END, COALESCE(a.published_at, a.first_seen_at), a.id
LIMIT :most;
