-- name: accounts
-- The accounts that react to a story, each with the person it is taken for and its reactions.
SELECT a.id, a.platform, a.handle, a.name, a.followers, MIN(n.name) AS person, COUNT(*) AS reactions,
    MIN(r.first_seen_at) AS first_seen_at
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL
GROUP BY a.id, a.platform, a.handle, a.name, a.followers
ORDER BY a.id;

-- name: answers
-- Which account answers or quotes which, and how often, where both react to the story.
SELECT source, target, kind, COUNT(*) AS weight
FROM (
    SELECT p.account_id AS source, q.account_id AS target, 'replies' AS kind
    FROM reaction r
    JOIN post p ON p.id = r.post_id
    JOIN post q ON q.platform = p.platform AND q.key = p.in_reply_to
    JOIN reaction s ON s.post_id = q.id AND s.story_id = r.story_id
    WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND s.dropped_at IS NULL
    UNION ALL
    SELECT p.account_id AS source, q.account_id AS target, 'quotes' AS kind
    FROM reaction r
    JOIN post p ON p.id = r.post_id
    JOIN post q ON q.platform = p.platform AND q.key = p.quotes
    JOIN reaction s ON s.post_id = q.id AND s.story_id = r.story_id
    WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND s.dropped_at IS NULL
) t
WHERE source IS NOT NULL AND target IS NOT NULL
GROUP BY source, target, kind
ORDER BY source, target, kind;
