-- name: corrected
-- A story's corrected articles that reactions may be to, when each was first known to be corrected, and whether it
-- was so when it was first seen: then it may have been corrected any time before.
SELECT a.id, a.url, a.publisher, a.role, a.correction,
    a.corrected_at AS at, a.corrected_at <= a.first_seen_at AS by_then
FROM article a
WHERE a.story_id = :story_id AND a.corrected_at IS NOT NULL AND a.dropped_at IS NULL AND a.role IN :keys
ORDER BY a.id;

-- name: gained
-- What the posts from before a time gathered since, and how many of them were observed on both sides of it.
SELECT SUM(
        COALESCE(n.likes, 0) + COALESCE(n.reposts, 0) + COALESCE(n.replies, 0) + COALESCE(n.quotes, 0)
        - COALESCE(o.likes, 0) - COALESCE(o.reposts, 0) - COALESCE(o.replies, 0) - COALESCE(o.quotes, 0)
    ) AS engagement, COUNT(*) AS posts
FROM reaction r
JOIN post p ON p.id = r.post_id
JOIN observation o ON o.post_id = p.id
    AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id AND m.observed_at <= :at)
JOIN observation n ON n.post_id = p.id
    AND n.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id AND m.observed_at > :at)
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND COALESCE(p.posted_at, r.first_seen_at) < :at
    AND COALESCE(p.posted_at, '') <> SUBSTR(:at, 1, 10)
    AND COALESCE(n.likes, n.reposts, n.replies, n.quotes) IS NOT NULL
    AND COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL;

-- name: happened
-- A story's corrections and headline changes, in the order of time; by_then where it was corrected when it was first seen.
SELECT c.at, c.kind, c.what, c.before, c.after, c.url, c.article_id,
    c.kind = 'correction' AND a.corrected_at <= a.first_seen_at AS by_then
FROM changes c
JOIN article a ON a.id = c.article_id
WHERE c.story = :slug AND c.kind IN ('correction', 'headline')
ORDER BY c.at, c.kind, c.article_id;
