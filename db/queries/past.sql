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

-- table: label_then
-- The label of reaction r towards claim c that was in force by then.
SELECT l.id
FROM label l
WHERE l.reaction_id = r.id AND l.claim_id = c.id AND l.set_at <= :until
ORDER BY l.set_at DESC, l.id DESC
LIMIT 1;

-- table: stance_then
-- Likewise its assessment: a fact-check's before a model's.
SELECT s.id
FROM stance s
WHERE s.reaction_id = r.id AND s.claim_id = c.id AND s.assessed_at <= :until
ORDER BY s.verdict DESC, s.assessed_at DESC, s.id DESC
LIMIT 1;

-- part: engagement
-- Likes, reposts, replies and quotes of observation o together; NULL where none is known.
SELECT CASE
    WHEN COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
        THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
END;

-- part: engagement_then
-- The same by then of the post of k, a row of latest that was looked at after the news began.
SELECT CASE WHEN k.observed_at <= :until THEN k.engagement ELSE (
    SELECT :engagement
    FROM observation o
    WHERE o.post_id = k.post_id AND o.observed_at > :since AND o.observed_at <= :until
    ORDER BY o.observed_at DESC
    LIMIT 1) END;

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
-- When the post of k, a row of latest, was last observed before the news.
SELECT (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = k.post_id AND m.observed_at <= :since);

-- part: who
-- Who wrote the post p of reaction r: the person, else the account, else the post itself; nobody where it is an article.
SELECT CASE WHEN p.kind <> 'article'
    THEN COALESCE('p' || CAST(r.person_id AS TEXT), 'a' || CAST(p.account_id AS TEXT), 'x' || CAST(p.id AS TEXT)) END;

-- part: words_then
-- The words of post p by then, also where it was edited since.
SELECT COALESCE((
    SELECT w.text
    FROM post_revision w
    WHERE w.post_id = p.id AND w.replaced_at > :until
    ORDER BY w.replaced_at
    LIMIT 1), p.text);

-- part: is_new
-- Whether reaction r is told as new.
SELECT (r.first_seen_at > :since OR r.id > CAST(:after AS INTEGER)) AND r.first_seen_at <= :until;

-- name: size
-- How many reactions to a story were known, by how many people.
SELECT COUNT(*) AS reactions, COUNT(DISTINCT :who) AS people
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story AND r.dropped_at IS NULL AND r.first_seen_at <= :until;

-- name: sizes_new
-- How many of some stories' reactions are new, by how many people.
SELECT r.story_id, COUNT(*) AS reactions, COUNT(DISTINCT :who) AS people
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.story_id IN :keys AND r.dropped_at IS NULL AND :is_new
GROUP BY r.story_id;

-- name: reach
-- A story's counts, added up over its posts' last observations by then; NULL where no platform told them: what they are now,
-- less what came after.
SELECT CASE WHEN n.tell_likes > a.tell_likes THEN CAST(n.likes - a.likes AS BIGINT) END AS likes,
    CASE WHEN n.tell_reposts > a.tell_reposts THEN CAST(n.reposts - a.reposts AS BIGINT) END AS reposts,
    CASE WHEN n.tell_replies > a.tell_replies THEN CAST(n.replies - a.replies AS BIGINT) END AS replies,
    CASE WHEN n.tell_quotes > a.tell_quotes THEN CAST(n.quotes - a.quotes AS BIGINT) END AS quotes,
    CASE WHEN n.tell_views > a.tell_views THEN CAST(n.views - a.views AS BIGINT) END AS views
FROM (
    SELECT SUM(likes) AS likes, SUM(reposts) AS reposts, SUM(replies) AS replies, SUM(quotes) AS quotes,
        SUM(views) AS views, SUM(tell_likes) AS tell_likes, SUM(tell_reposts) AS tell_reposts,
        SUM(tell_replies) AS tell_replies, SUM(tell_quotes) AS tell_quotes, SUM(tell_views) AS tell_views
    FROM reach_hour
    WHERE story_id = :story
) n
CROSS JOIN (
    SELECT COALESCE(SUM(k.likes), 0) - COALESCE(SUM(o.likes), 0) AS likes,
        COALESCE(SUM(k.reposts), 0) - COALESCE(SUM(o.reposts), 0) AS reposts,
        COALESCE(SUM(k.replies), 0) - COALESCE(SUM(o.replies), 0) AS replies,
        COALESCE(SUM(k.quotes), 0) - COALESCE(SUM(o.quotes), 0) AS quotes,
        COALESCE(SUM(k.views), 0) - COALESCE(SUM(o.views), 0) AS views,
        COUNT(k.likes) - COUNT(o.likes) AS tell_likes, COUNT(k.reposts) - COUNT(o.reposts) AS tell_reposts,
        COUNT(k.replies) - COUNT(o.replies) AS tell_replies, COUNT(k.quotes) - COUNT(o.quotes) AS tell_quotes,
        COUNT(k.views) - COUNT(o.views) AS tell_views
    FROM latest k
    LEFT JOIN reaction r ON r.id = k.reaction_id AND r.first_seen_at <= :until
    LEFT JOIN observation o ON o.post_id = r.post_id AND o.observed_at = :last_until
    WHERE k.story_id = :story AND (
        k.observed_at > :until
        OR k.reaction_id IN (SELECT m.id FROM reaction m WHERE m.story_id = :story AND m.first_seen_at > :until))
) a;

-- name: new_posts
-- New posts with words, those with most reach first: size is their engagement.
SELECT r.id AS reaction_id, :who AS who, :words_then AS text, :engagement AS size
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN observation o ON o.post_id = r.post_id AND o.observed_at = :last_until
WHERE r.story_id = :story AND r.dropped_at IS NULL AND p.deleted_at IS NULL AND p.text IS NOT NULL AND :is_new
ORDER BY COALESCE(:engagement, -1) DESC, r.id
LIMIT :most;

-- table: grown
-- Earlier posts with words that gained engagement: size is what they gained.
SELECT k.story_id, k.reaction_id, :engagement_then - :engagement_before AS size
FROM latest k
CROSS JOIN reaction r
CROSS JOIN observation b
CROSS JOIN post p
WHERE k.observed_at > :since AND r.id = k.reaction_id AND NOT (:is_new) AND r.first_seen_at <= :since
    AND b.post_id = k.post_id AND b.observed_at = :last_before AND :engagement_then > :engagement_before
    AND p.id = k.post_id AND p.deleted_at IS NULL AND p.text IS NOT NULL;

-- name: grown_posts
-- Those of a story, those that gained most first.
SELECT m.reaction_id, :who AS who, :words_then AS text, m.size
FROM (
    SELECT g.reaction_id, g.size
    FROM (:grown) g
    WHERE g.story_id = :story
    ORDER BY g.size DESC, g.reaction_id
    LIMIT :most
) m
JOIN reaction r ON r.id = m.reaction_id
JOIN post p ON p.id = r.post_id
ORDER BY m.size DESC, m.reaction_id;

-- name: grew
-- Which of some stories have any.
SELECT s.id FROM story s WHERE s.id IN :keys AND EXISTS (SELECT 1 FROM (:grown) g WHERE g.story_id = s.id);

-- table: seen_before
-- The reactions to a story whose posts were looked at before the news, with the engagement that they then had.
SELECT reaction_id, COALESCE(engagement, -1) AS size
FROM (
    SELECT k.reaction_id, k.engagement
    FROM latest k
    WHERE k.story_id = :story AND k.observed_at <= :since
    UNION ALL
    SELECT k.reaction_id, :engagement_before AS engagement
    FROM latest k
    JOIN observation b ON b.post_id = k.post_id AND b.observed_at = :last_before
    WHERE k.story_id = :story AND k.observed_at > :since
) seen
WHERE reaction_id NOT IN (SELECT r.id FROM reaction r WHERE r.story_id = :story AND r.first_seen_at > :since);

-- name: largest_before
-- The most that any of some reactions had; NULL where none was looked at.
SELECT MAX(COALESCE(:engagement_before, -1)) AS size
FROM latest k
JOIN reaction r ON r.id = k.reaction_id
JOIN observation b ON b.post_id = k.post_id AND b.observed_at = :last_before
WHERE k.reaction_id IN :keys AND r.first_seen_at <= :since;

-- name: larger_before
-- Some of a story's that had more.
SELECT s.reaction_id FROM (:seen_before) s WHERE s.size > :size LIMIT :most;

-- name: most_seen_before
-- Those of a story that had most.
SELECT s.reaction_id FROM (:seen_before) s ORDER BY s.size DESC, s.reaction_id LIMIT :most;

-- name: posts
-- Some reactions as they were known: who, where, their counts, and the stance towards the story's main claim.
SELECT r.id AS reaction_id, p.platform, p.url, a.handle AS author, a.name AS author_name, n.name AS person, p.posted_at,
    :words_then AS text, r.tie, r.tie_source, o.likes, o.reposts, o.replies, o.quotes, o.views,
    COALESCE(y.stance, x.stance) AS stance, y.id IS NOT NULL AS by_analyst,
    y.id IS NULL AND COALESCE(x.unclear, FALSE) AS unclear, x.confidence
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
LEFT JOIN observation o ON o.post_id = r.post_id AND o.observed_at = :last_until
LEFT JOIN claim c ON c.story_id = r.story_id
    AND c.position = (SELECT MIN(m.position) FROM claim m WHERE m.story_id = r.story_id)
LEFT JOIN label y ON y.id = (:label_then)
LEFT JOIN stance x ON x.id = (:stance_then)
WHERE r.id IN :keys;

-- name: first_words
-- Who reacts to some stories for the first time, of those with a name: what an article reports of them or shows is not
-- counted. own is 1 where an account is declared to be that of somebody whom the story names.
SELECT r.story_id, MIN(r.id) AS reaction_id, COALESCE(o.name, n.name, a.name) AS name, r.person_id,
    MAX(CASE WHEN o.name IS NULL THEN 0 ELSE 1 END) AS own
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
LEFT JOIN own_account o ON o.story_id = r.story_id AND o.account_id = p.account_id
WHERE r.story_id IN :keys AND r.dropped_at IS NULL AND p.deleted_at IS NULL AND p.kind <> 'article'
    AND r.tie NOT IN ('reported', 'embedded') AND COALESCE(o.name, n.name, a.name) IS NOT NULL
    AND :is_new
    AND NOT EXISTS (
        SELECT 1
        FROM reaction e
        JOIN post q ON q.id = e.post_id
        WHERE e.story_id = r.story_id AND q.account_id = p.account_id AND e.first_seen_at <= :since
            AND e.id <> r.id AND e.tie NOT IN ('reported', 'embedded') AND e.dropped_at IS NULL)
GROUP BY r.story_id, COALESCE(o.name, n.name, a.name), r.person_id
ORDER BY 2;

-- name: named
-- The persons whom an article of some stories quotes, or whose post it shows.
SELECT DISTINCT r.person_id
FROM witness w
JOIN reaction r ON r.id = w.reaction_id
WHERE r.story_id IN :keys AND r.person_id IS NOT NULL AND r.dropped_at IS NULL AND w.tie IN ('reported', 'embedded');

-- name: story_words
-- The words of some stories' own articles by then.
SELECT s.id AS story_id, v.text
FROM story s
JOIN article_revision v ON v.id = (
    SELECT MAX(e.id)
    FROM article_revision e
    JOIN article a ON a.id = e.article_id
    WHERE a.story_id = s.id AND a.dropped_at IS NULL AND a.role = 'original' AND e.seen_at <= :until)
WHERE s.id IN :keys;

-- name: changes
-- What happened to some stories and was found in a span of time: rows of the view changes, in the order in which they were
-- found. That its own paper has it is no news.
SELECT c.story, c.at, c.kind, c.what, c.before, c.after, c.url, c.found_at, c.reaction_id, c.article_id,
    a.stance AS says, a.copy_of IS NOT NULL AS copied,
    c.kind = 'correction' AND a.corrected_at <= a.first_seen_at AS by_then
FROM changes c
LEFT JOIN article a ON a.id = c.article_id
WHERE c.story IN :keys AND c.found_at > :earliest AND c.found_at <= :until
    AND (c.kind <> 'publisher' OR a.role <> 'original')
ORDER BY c.found_at, c.at;

-- name: asked
-- What is asked: the remarks of the main claim that are questions, by how many reactions made them by then, and how
-- many of those are new.
SELECT g.text, g.reaction_id, g.n AS reactions, g.fresh
FROM (
    SELECT k.id, COUNT(*) AS n, SUM(CASE WHEN :is_new THEN 1 ELSE 0 END) AS fresh,
        MAX(CASE WHEN m.central THEN :words_then END) AS text, MAX(CASE WHEN m.central THEN r.id END) AS reaction_id
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

-- table: counted_by_then
-- What each reaction to a story counted as towards each of its claims by then, in the hour of its posting: known where an
-- analyst or a fact-check said it; else with an assessor's probabilities, where they count. Only reactions that came after
-- :since, or were assessed or labelled after it; all of them where it is ''.
SELECT c.id AS claim_id, CASE
        WHEN LENGTH(COALESCE(p.posted_at, r.first_seen_at)) <= 10
            THEN COALESCE(p.posted_at, r.first_seen_at) || 'T00:00:00Z'
        ELSE SUBSTR(COALESCE(p.posted_at, r.first_seen_at), 1, 13) || ':00:00Z'
    END AS hour,
    CASE WHEN y.id IS NOT NULL THEN y.stance WHEN x.unclear THEN 'unclear' ELSE x.stance END AS counted,
    CASE WHEN y.id IS NOT NULL OR x.verdict THEN 1 ELSE 0 END AS known,
    b.support, b.deny, b.query, b.comment
FROM claim c
JOIN reaction r ON r.story_id = c.story_id
JOIN post p ON p.id = r.post_id
LEFT JOIN label y ON y.id = (:label_then)
LEFT JOIN stance x ON x.id = (:stance_then)
LEFT JOIN stance b ON y.id IS NULL AND NOT x.verdict AND b.id = (:newest_of_assessor) AND COALESCE(b.covered, TRUE)
WHERE c.story_id = :story AND r.dropped_at IS NULL AND r.first_seen_at <= :until
    AND r.id IN (
        SELECT n.id FROM reaction n WHERE n.story_id = :story AND n.first_seen_at > :since
        UNION ALL
        SELECT n.reaction_id FROM claim m JOIN stance n ON n.claim_id = m.id
        WHERE m.story_id = :story AND :since <> '' AND n.assessed_at > :since
        UNION ALL
        SELECT n.reaction_id FROM claim m JOIN label n ON n.claim_id = m.id
        WHERE m.story_id = :story AND n.set_at > :since)
    AND (x.id IS NOT NULL OR y.id IS NOT NULL)
    AND (
        EXISTS (SELECT 1 FROM stance s WHERE s.claim_id = c.id)
        OR EXISTS (SELECT 1 FROM label l WHERE l.claim_id = c.id));

-- name: hours_then
-- How many reactions to a story counted as what towards each claim by then, by hour, in the claims' order; unread are those
-- that count and whose probabilities are not known; then what an estimate adds up (added_up in figures/shares.py).
SELECT c.text AS claim, u.hour, u.support, u.deny, u.query, u.comment, u.unclear, u.unread,
    u.labelled_support, u.labelled_deny, u.labelled_query, u.labelled_comment,
    u.likeliest_support, u.likeliest_deny, u.likeliest_query, u.reads - u.likeliest_support - u.likeliest_deny
    - u.likeliest_query AS likeliest_comment,
    u.sum_support, u.sum_deny, u.sum_query, u.sum_comment, u.square_support, u.square_deny, u.square_query
FROM (
    SELECT claim_id, hour,
        SUM(CASE WHEN counted = 'support' THEN 1 ELSE 0 END) AS support,
        SUM(CASE WHEN counted = 'deny' THEN 1 ELSE 0 END) AS deny,
        SUM(CASE WHEN counted = 'query' THEN 1 ELSE 0 END) AS query,
        SUM(CASE WHEN counted = 'comment' THEN 1 ELSE 0 END) AS comment,
        SUM(CASE WHEN counted = 'unclear' THEN 1 ELSE 0 END) AS unclear,
        SUM(CASE WHEN known = 0 AND support IS NULL AND counted <> 'unclear' THEN 1 ELSE 0 END) AS unread,
        SUM(CASE WHEN known = 1 AND counted = 'support' THEN 1 ELSE 0 END) AS labelled_support,
        SUM(CASE WHEN known = 1 AND counted = 'deny' THEN 1 ELSE 0 END) AS labelled_deny,
        SUM(CASE WHEN known = 1 AND counted = 'query' THEN 1 ELSE 0 END) AS labelled_query,
        SUM(CASE WHEN known = 1 AND counted = 'comment' THEN 1 ELSE 0 END) AS labelled_comment,
        COUNT(support) AS reads,
        SUM(CASE WHEN support >= deny AND support >= query AND support >= comment THEN 1 ELSE 0 END)
            AS likeliest_support,
        SUM(CASE WHEN deny > support AND deny >= query AND deny >= comment THEN 1 ELSE 0 END) AS likeliest_deny,
        SUM(CASE WHEN query > support AND query > deny AND query >= comment THEN 1 ELSE 0 END) AS likeliest_query,
        COALESCE(SUM(support), 0) AS sum_support,
        COALESCE(SUM(deny), 0) AS sum_deny,
        COALESCE(SUM(query), 0) AS sum_query,
        COALESCE(SUM(comment), 0) AS sum_comment,
        COALESCE(SUM(support * support), 0) AS square_support,
        COALESCE(SUM(deny * deny), 0) AS square_deny,
        COALESCE(SUM(query * query), 0) AS square_query
    FROM (:counted_by_then) t
    GROUP BY claim_id, hour
) u
JOIN claim c ON c.id = u.claim_id
ORDER BY c.position, u.hour;

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
