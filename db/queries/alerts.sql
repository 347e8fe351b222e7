-- part: engagement
-- The likes, reposts, replies and quotes of an observation o together; NULL where none is known.
SELECT CASE
    WHEN COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
        THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
END;

-- name: save_state
-- Records when a story was looked through; the first time stays as since when its news are told.
INSERT INTO alert_state (story_id, since, checked_at) VALUES (:story_id, :at, :at)
ON CONFLICT (story_id) DO UPDATE SET checked_at = excluded.checked_at;

-- name: save_alert
-- Keeps what happened, once.
INSERT INTO alert (key, kind, story_id, reaction_id, at, found_at, facts)
VALUES (:key, :kind, :story_id, :reaction_id, :at, :found_at, :facts)
ON CONFLICT (key) DO NOTHING;

-- name: told
-- Alerts with their story and the reaction that each is about; no words of a deleted post.
SELECT a.id, a.kind, a.at, a.facts, s.slug AS story, s.title AS story_title, a.reaction_id, p.platform, p.url,
    u.handle AS author, u.name AS author_name, n.name AS person,
    CASE WHEN p.deleted_at IS NULL THEN p.text END AS text
FROM alert a
LEFT JOIN story s ON s.id = a.story_id
LEFT JOIN reaction r ON r.id = a.reaction_id
LEFT JOIN post p ON p.id = r.post_id
LEFT JOIN account u ON u.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
WHERE a.id IN :keys
ORDER BY a.id;

-- name: last_pass
-- When the last pass or what is worked out after one, and when the last pass, ended that began after a story was added.
SELECT MAX(j.finished_at) AS ended, MAX(CASE WHEN j.job = 'collect' THEN j.finished_at END) AS read_at
FROM job_run j
JOIN story s ON s.id = :story_id
WHERE j.job NOT IN ('digest', 'alerts') AND j.status = 'done' AND j.started_at >= s.created_at
    AND j.finished_at <= :at;

-- name: changes_since
-- What happened to a story after a time.
SELECT at, kind, what, before, after, url, found_at, reaction_id, article_id
FROM changes
WHERE story = :slug AND at > :since AND found_at > :since AND kind IN ('balance', 'correction', 'factcheck', 'headline')
ORDER BY found_at, kind, url;

-- name: grown_since
-- The posts of a story that were observed after a time and have some engagement, with what they had before that time.
SELECT l.reaction_id, l.platform, p.posted_at, l.observed_at,
    (
        SELECT :engagement FROM observation o
        WHERE o.post_id = p.id AND o.observed_at <= :since
        ORDER BY o.observed_at DESC
        LIMIT 1
    ) AS before, l.engagement AS now
FROM latest l
JOIN post p ON p.id = l.post_id
WHERE l.story_id = :story_id AND l.engagement >= :least AND l.observed_at > :since AND p.deleted_at IS NULL
ORDER BY l.reaction_id;

-- table: gained
-- What posts gained day by day, where it is known.
SELECT g.reaction_id, g.story, p.platform, p.posted_at, g.day,
    COALESCE(g.likes, 0) + COALESCE(g.reposts, 0) + COALESCE(g.replies, 0) + COALESCE(g.quotes, 0) AS gained
FROM growth g
JOIN reaction r ON r.id = g.reaction_id
JOIN post p ON p.id = r.post_id
WHERE p.posted_at IS NOT NULL AND COALESCE(g.likes, g.reposts, g.replies, g.quotes) IS NOT NULL;

-- name: gains_of
-- What some reactions gained, where it is much; those of whose growth was told before are left out.
SELECT reaction_id, platform, posted_at, day, gained
FROM (:gained) t
WHERE reaction_id IN :keys AND gained >= :least
    AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.kind = 'growth' AND a.reaction_id = t.reaction_id);

-- name: gains_of_story
-- What a network's posts in a story gained on whole days.
SELECT posted_at, day, gained FROM (:gained) t WHERE day < :day AND platform = :platform AND story = :slug;

-- name: gains_everywhere
-- The same in all stories.
SELECT posted_at, day, gained FROM (:gained) t WHERE day < :day AND platform = :platform;

-- name: answers_since
-- The reactions first seen after a time of persons, and by accounts that are declared to be of somebody whom the story
-- names. who: the person, else the account; spoke: whether a page reports what that person said; reported: whether this is
-- such words itself; declared: whether the account is declared to be theirs.
SELECT r.id AS reaction_id, COALESCE('p' || CAST(n.id AS TEXT), 'a' || CAST(p.account_id AS TEXT)) AS who,
    COALESCE(o.name, n.name) AS person, p.posted_at, r.first_seen_at,
    EXISTS(
        SELECT 1
        FROM reaction x
        JOIN witness w ON w.reaction_id = x.id
        WHERE x.person_id = n.id AND w.tie = 'reported' AND x.first_seen_at <= :at
    ) AS spoke,
    p.kind = 'statement' AS reported, o.name IS NOT NULL AS declared
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN person n ON n.id = r.person_id
LEFT JOIN own_account o ON o.story_id = r.story_id AND o.account_id = p.account_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND p.deleted_at IS NULL AND r.first_seen_at > :at
    AND COALESCE(o.name, n.name) IS NOT NULL
ORDER BY r.first_seen_at, r.id;

-- name: last_answers
-- When each one's last answer was told of.
SELECT COALESCE('p' || CAST(r.person_id AS TEXT), 'a' || CAST(p.account_id AS TEXT)) AS who, MAX(a.at) AS at
FROM alert a
JOIN reaction r ON r.id = a.reaction_id
JOIN post p ON p.id = r.post_id
WHERE a.story_id = :story_id AND a.kind = 'answer'
GROUP BY COALESCE('p' || CAST(r.person_id AS TEXT), 'a' || CAST(p.account_id AS TEXT));

-- name: own_words
-- What a story itself says: its title, its claims, the versions of its own articles.
SELECT title AS words, 0 AS place, 0 AS id FROM story WHERE id = :story_id AND title IS NOT NULL
UNION ALL
SELECT text AS words, 1 AS place, id FROM claim WHERE story_id = :story_id
UNION ALL
SELECT COALESCE(v.title, '') || ' ' || v.text AS words, 2 AS place, v.id
FROM article_revision v
JOIN article a ON a.id = v.article_id
WHERE a.story_id = :story_id AND a.dropped_at IS NULL AND (a.rests_on IS NULL OR a.role = 'original')
ORDER BY place, id;

-- name: gone_since
-- Those of the posts with most engagement that were deleted, or lost what they quote, after a time.
SELECT reaction_id, CASE WHEN deleted_at > :since THEN 'deletion' ELSE 'quote' END AS kind,
    CASE WHEN deleted_at > :since THEN deleted_at ELSE quote_ended_at END AS ended_at, engagement, place
FROM (
    SELECT l.reaction_id, p.deleted_at, p.quote_ended_at, r.first_seen_at, l.engagement,
        ROW_NUMBER() OVER (ORDER BY l.engagement DESC, l.reaction_id) AS place
    FROM (
        SELECT * FROM latest
        WHERE story_id = :story_id AND engagement IS NOT NULL
        ORDER BY engagement DESC, reaction_id
        LIMIT :places
    ) l
    JOIN reaction r ON r.id = l.reaction_id
    JOIN post p ON p.id = l.post_id
) ranked
WHERE (deleted_at > :since AND first_seen_at < deleted_at)
    OR (quote_ended_at > :since AND first_seen_at < quote_ended_at)
ORDER BY place;

-- name: asked_since
-- How the looks of each source stand that were made after a time. A look keeps how it ended the last time alone, so the
-- last answer known is that of a look that went well, or brought something when it did.
SELECT source,
    SUM(CASE WHEN outcome IN ('ok', 'gone') AND last_at > :since THEN 1 ELSE 0 END) AS answered,
    SUM(CASE WHEN outcome IN ('failed', 'given up') AND last_at > :since THEN 1 ELSE 0 END) AS failed,
    MAX(CASE WHEN outcome IN ('ok', 'gone') THEN last_at ELSE grown_at END) AS last_ok,
    MIN(CASE WHEN outcome IN ('failed', 'given up') AND last_at > :since THEN failures END) AS in_a_row,
    MAX(CASE WHEN outcome IN ('failed', 'given up') AND last_at > :since THEN note END) AS note
FROM look
WHERE last_at IS NOT NULL
GROUP BY source
ORDER BY source;

-- name: brought
-- How many reactions each network brought in two spans, of stories that are still watched.
SELECT p.platform, SUM(CASE WHEN r.first_seen_at <= :later THEN 1 ELSE 0 END) AS earlier,
    SUM(CASE WHEN r.first_seen_at > :later THEN 1 ELSE 0 END) AS later, MAX(r.first_seen_at) AS last_at
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN story s ON s.id = r.story_id
WHERE r.first_seen_at > :earlier AND s.status = 'watched' AND s.watch_until > :later
    AND p.kind NOT IN ('article', 'statement')
GROUP BY p.platform
ORDER BY p.platform;
