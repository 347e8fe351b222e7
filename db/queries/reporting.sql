-- name: reactions
-- A story's rows of the view reactions, in the order in which they were posted.
SELECT * FROM reactions WHERE story = :slug ORDER BY COALESCE(posted_at, first_seen_at), reaction_id;

-- name: new_reactions
-- A story's reactions first seen after a time, newest first.
SELECT * FROM reactions WHERE story = :slug AND first_seen_at > :since ORDER BY first_seen_at DESC, reaction_id;

-- name: witnesses
-- What a story's reactions rest on.
SELECT w.reaction_id, w.tie, w.source, w.rests_on, w.words, w.verbatim
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
WHERE r.story_id = :story_id
ORDER BY w.id;

-- name: reacted_by
-- What each of a story's reactions is, and whose.
SELECT p.kind, r.person_id, p.account_id, r.id AS reaction_id
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL;

-- name: links
-- The links in a story's reactions.
SELECT r.id, p.links FROM reaction r JOIN post p ON p.id = r.post_id WHERE r.story_id = :story_id;

-- name: reach_beside_usual
-- How far beyond their accounts' usual some reactions went.
SELECT reaction_id, engagement, beside_usual FROM reach WHERE reaction_id IN :keys;

-- name: reach_among
-- The rows of the view reach of some reactions.
SELECT * FROM reach WHERE reaction_id IN :keys;

-- name: reach_over_time
-- A story's rows of the view reach_over_time.
SELECT platform, hour, likes, reposts, replies, quotes, views, posts, observed_share
FROM reach_over_time
WHERE story = :slug
ORDER BY platform, hour;

-- name: articles
-- A story's rows of the view articles: the original, what came before it, what covers it, the rest.
SELECT *
FROM articles
WHERE story = :slug
ORDER BY CASE role WHEN 'original' THEN 0 WHEN 'earlier' THEN 1 WHEN 'coverage' THEN 2 ELSE 3 END, published_at,
    publisher;

-- name: people
-- A story's people, those who reacted most first.
SELECT person, affiliation, accounts, reactions, rests_on
FROM people
WHERE story = :slug
ORDER BY reactions DESC, person;

-- name: stance_counts
-- How many reactions take each stance towards each claim, in the claims' order.
SELECT claim, position, CASE WHEN unclear THEN 'unclear' ELSE stance END AS counted, COUNT(*) AS n
FROM stances
WHERE story = :slug
GROUP BY claim, position, CASE WHEN unclear THEN 'unclear' ELSE stance END
ORDER BY position;

-- name: stance_over_time
-- A story's rows of the view stance_over_time.
SELECT claim, hour, stance, reactions, cumulative, share
FROM stance_over_time
WHERE story = :slug
ORDER BY claim, hour, stance;
