-- part: counted_then
-- What reaction r counted as towards claim c by then (a stance, or unclear), by the rule of the view stances.
SELECT COALESCE(
    (
        SELECT y.stance FROM label y
        WHERE y.reaction_id = r.id AND y.claim_id = c.id AND y.set_at <= :until
        ORDER BY y.set_at DESC, y.id DESC
        LIMIT 1
    ),
    (
        SELECT CASE WHEN x.unclear THEN 'unclear' ELSE x.stance END FROM stance x
        WHERE x.reaction_id = r.id AND x.claim_id = c.id AND x.assessed_at <= :until
        ORDER BY x.verdict DESC, x.assessed_at DESC, x.id DESC
        LIMIT 1
    )
);

-- part: by_person
-- Whether an analyst or a fact-check had said the stance of reaction r towards claim c by then.
SELECT (
    EXISTS (SELECT 1 FROM label y WHERE y.reaction_id = r.id AND y.claim_id = c.id AND y.set_at <= :until)
    OR EXISTS (
        SELECT 1 FROM stance k
        WHERE k.reaction_id = r.id AND k.claim_id = c.id AND k.assessed_at <= :until AND k.verdict)
);

-- table: newest_of_assessor
-- The newest assessment of reaction r towards claim c by one assessor (:assessor is a pattern of its models' names);
-- one of those adapted by labels (not like :unadapted) only where there is no other.
SELECT m.id
FROM stance m
WHERE m.reaction_id = r.id AND m.claim_id = c.id AND m.assessed_at <= :until AND m.model LIKE :assessor
ORDER BY CASE WHEN m.model LIKE :unadapted THEN 0 ELSE 1 END, m.assessed_at DESC, m.id DESC
LIMIT 1;

-- part: engagement
-- Likes, reposts, replies and quotes of observation o together; NULL where none is known.
SELECT CASE
    WHEN COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
        THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
END;

-- part: engagement_before
-- The same of observation b.
SELECT CASE
    WHEN COALESCE(b.likes, b.reposts, b.replies, b.quotes) IS NOT NULL
        THEN COALESCE(b.likes, 0) + COALESCE(b.reposts, 0) + COALESCE(b.replies, 0) + COALESCE(b.quotes, 0)
END;

-- part: last_until
-- When the post of reaction r was last observed by then.
SELECT (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = r.post_id AND m.observed_at <= :until);

-- part: last_before
-- When it was last observed before the news.
SELECT (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = r.post_id AND m.observed_at <= :since);

-- part: who
-- Who wrote the post p of reaction r: the person, else the account, else the post itself; nobody where it is an article.
SELECT CASE WHEN p.kind <> 'article'
    THEN COALESCE('p' || CAST(r.person_id AS TEXT), 'a' || CAST(p.account_id AS TEXT), 'x' || CAST(p.id AS TEXT)) END;

-- part: is_new
-- Whether reaction r is told as new.
SELECT (r.first_seen_at > :since OR r.id > CAST(:after AS INTEGER)) AND r.first_seen_at <= :until;

-- name: size
-- How many reactions to a story were known, by how many people.
SELECT COUNT(*) AS reactions, COUNT(DISTINCT :who) AS people
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story AND r.dropped_at IS NULL AND r.first_seen_at <= :until;

-- name: size_new
-- How many of them are new, by how many people.
SELECT COUNT(*) AS reactions, COUNT(DISTINCT :who) AS people
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story AND r.dropped_at IS NULL AND :is_new;

-- name: reach
-- A story's counts, added up over its posts' last observations by then; NULL where no platform told them.
SELECT CAST(SUM(o.likes) AS BIGINT) AS likes, CAST(SUM(o.reposts) AS BIGINT) AS reposts,
    CAST(SUM(o.replies) AS BIGINT) AS replies, CAST(SUM(o.quotes) AS BIGINT) AS quotes,
    CAST(SUM(o.views) AS BIGINT) AS views
FROM reaction r
JOIN observation o ON o.post_id = r.post_id AND o.observed_at = :last_until
WHERE r.story_id = :story AND r.dropped_at IS NULL AND r.first_seen_at <= :until;

-- name: new_posts
-- New posts with words, those with most reach first: size is their engagement.
SELECT r.id AS reaction_id, :who AS who, p.text, :engagement AS size
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN observation o ON o.post_id = r.post_id AND o.observed_at = :last_until
WHERE r.story_id = :story AND r.dropped_at IS NULL AND p.deleted_at IS NULL AND p.text IS NOT NULL AND :is_new
ORDER BY COALESCE(:engagement, -1) DESC, r.id
LIMIT :most;

-- name: grown_posts
-- Earlier posts with words that gained engagement, those that gained most first: size is what they gained.
SELECT r.id AS reaction_id, :who AS who, p.text, :engagement - :engagement_before AS size
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN observation o ON o.post_id = r.post_id AND o.observed_at = :last_until
JOIN observation b ON b.post_id = r.post_id AND b.observed_at = :last_before
WHERE r.story_id = :story AND r.dropped_at IS NULL AND p.deleted_at IS NULL AND p.text IS NOT NULL AND NOT (:is_new)
    AND r.first_seen_at <= :since AND o.observed_at > :since AND :engagement > :engagement_before
ORDER BY :engagement - :engagement_before DESC, r.id
LIMIT :most;

-- name: most_seen_before
-- The posts that had most reach before the news.
SELECT r.id AS reaction_id
FROM reaction r
JOIN observation b ON b.post_id = r.post_id AND b.observed_at = :last_before
WHERE r.story_id = :story AND r.dropped_at IS NULL AND r.first_seen_at <= :since
ORDER BY COALESCE(:engagement_before, -1) DESC, r.id
LIMIT :most;

-- name: posts
-- Some reactions as they were known: who, where, their counts, and the stance towards the story's main claim.
SELECT r.id AS reaction_id, p.platform, p.url, a.handle AS author, a.name AS author_name, n.name AS person, p.posted_at,
    p.text, r.tie, r.tie_source, o.likes, o.reposts, o.replies, o.quotes, o.views,
    COALESCE(y.stance, x.stance) AS stance, y.id IS NOT NULL AS by_analyst,
    y.id IS NULL AND COALESCE(x.unclear, FALSE) AS unclear, x.confidence
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
LEFT JOIN observation o ON o.post_id = r.post_id AND o.observed_at = :last_until
LEFT JOIN claim c ON c.story_id = r.story_id
    AND c.position = (SELECT MIN(m.position) FROM claim m WHERE m.story_id = r.story_id)
LEFT JOIN label y ON y.id = (
    SELECT l.id FROM label l
    WHERE l.reaction_id = r.id AND l.claim_id = c.id AND l.set_at <= :until
    ORDER BY l.set_at DESC, l.id DESC
    LIMIT 1)
LEFT JOIN stance x ON x.id = (
    SELECT s.id FROM stance s
    WHERE s.reaction_id = r.id AND s.claim_id = c.id AND s.assessed_at <= :until
    ORDER BY s.verdict DESC, s.assessed_at DESC, s.id DESC
    LIMIT 1)
WHERE r.id IN :keys;

-- name: first_words
-- Who reacts for the first time, of those with a name: what an article reports of them or shows is not counted.
SELECT MIN(r.id) AS reaction_id, COALESCE(n.name, a.name) AS name, r.person_id
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
WHERE r.story_id = :story AND r.dropped_at IS NULL AND p.deleted_at IS NULL AND p.kind <> 'article'
    AND r.tie NOT IN ('reported', 'embedded') AND COALESCE(n.name, a.name) IS NOT NULL AND :is_new
    AND NOT EXISTS (
        SELECT 1
        FROM reaction e
        JOIN post q ON q.id = e.post_id
        WHERE e.story_id = r.story_id AND q.account_id = p.account_id AND e.first_seen_at <= :since
            AND e.id <> r.id AND e.tie NOT IN ('reported', 'embedded') AND e.dropped_at IS NULL)
GROUP BY COALESCE(n.name, a.name), r.person_id
ORDER BY 1;

-- name: named
-- The persons whom an article of the story quotes, or whose post it shows.
SELECT DISTINCT r.person_id
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
WHERE r.story_id = :story AND r.person_id IS NOT NULL AND r.dropped_at IS NULL AND w.tie IN ('reported', 'embedded');

-- name: story_words
-- The words of the story's own article by then.
SELECT v.text
FROM article_revision v
JOIN article a ON a.id = v.article_id
WHERE a.story_id = :story AND a.dropped_at IS NULL AND a.role = 'original' AND v.seen_at <= :until
ORDER BY v.id DESC
LIMIT 1;

-- name: changes
-- What happened to a story and was found in a span of time: rows of the view changes, in the order in which they were
-- found. That its own paper has it is no news.
SELECT c.at, c.kind, c.what, c.before, c.after, c.url, c.found_at, c.reaction_id, c.article_id
FROM changes c
LEFT JOIN article a ON a.id = c.article_id
WHERE c.story = :slug AND c.found_at > :earliest AND c.found_at <= :until
    AND (c.kind <> 'publisher' OR a.role <> 'original')
ORDER BY c.found_at, c.at;

-- name: asked
-- What is asked: the remarks of the main claim that are questions, by how many reactions made them by then, and how
-- many of those are new.
SELECT g.text, g.reaction_id, g.n AS reactions, g.fresh
FROM (
    SELECT k.id, COUNT(*) AS n, SUM(CASE WHEN :is_new THEN 1 ELSE 0 END) AS fresh,
        MAX(CASE WHEN m.central THEN p.text END) AS text, MAX(CASE WHEN m.central THEN r.id END) AS reaction_id
    FROM remark_member m
    JOIN remark k ON k.id = m.remark_id
    JOIN claim c ON c.id = k.claim_id
    JOIN reaction r ON r.id = m.reaction_id
    JOIN post p ON p.id = r.post_id
    WHERE c.story_id = :story AND k.stance = 'query' AND r.dropped_at IS NULL AND p.deleted_at IS NULL
        AND p.text IS NOT NULL AND r.first_seen_at <= :until
        AND c.position = (SELECT MIN(x.position) FROM claim x WHERE x.story_id = :story)
    GROUP BY k.id
) g
WHERE g.n >= 3 AND g.text IS NOT NULL
ORDER BY g.n DESC, g.id
LIMIT :most;

-- name: probabilities_then
-- What each reaction to a story counted as towards each claim, when it was posted, and the probabilities by one assessor.
SELECT c.text AS claim, :counted_then AS counted, COALESCE(p.posted_at, r.first_seen_at) AS at, :by_person AS by_person,
    b.support, b.deny, b.query, b.comment, b.covered
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN claim c ON c.story_id = r.story_id
LEFT JOIN stance b ON b.id = (:newest_of_assessor)
WHERE r.story_id = :story AND r.dropped_at IS NULL AND r.first_seen_at <= :until
ORDER BY c.position, r.id;

-- name: probabilities_of
-- The same of a story now, by the view stances, with the reactions' platforms, languages and counts.
SELECT stances.claim, CASE WHEN stances.unclear THEN 'unclear' ELSE stances.stance END AS counted,
    COALESCE(v.posted_at, v.first_seen_at) AS at, v.platform, v.language, v.likes, v.reposts, v.replies, v.quotes,
    :by_person AS by_person, b.support, b.deny, b.query, b.comment, b.covered
FROM stances
JOIN reactions v ON v.reaction_id = stances.reaction_id
JOIN reaction r ON r.id = stances.reaction_id
JOIN claim c ON c.story_id = r.story_id AND c.position = stances.position
LEFT JOIN stance b ON b.id = (:newest_of_assessor)
WHERE stances.story = :slug
ORDER BY stances.position, stances.reaction_id;
