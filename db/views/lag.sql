-- What a platform told of a reaction's answers and is not stored yet: one row a post where it told of more than is here.
-- told: replies and quotes by its last count; stored: those that are here and not gone
-- since: when it first told of more than is stored now
-- Hacker News, Lemmy, Reddit and YouTube count the answers to answers too: there stored does so as well
CREATE VIEW lag AS
WITH RECURSIVE asked AS (
    SELECT s.slug AS story, p.id, p.platform, p.key, p.external_id,
           COALESCE(k.replies, 0) + COALESCE(k.quotes, 0) AS told
    FROM latest k
    JOIN story s ON s.id = k.story_id
    JOIN post p ON p.id = k.post_id
    WHERE p.deleted_at IS NULL AND (k.replies > 0 OR k.quotes > 0)
),
below AS (
    SELECT a.id AS root, a.platform, c.id, c.key, c.deleted_at IS NOT NULL AS gone
    FROM asked a
    JOIN post c ON c.platform = a.platform AND c.in_reply_to = a.key
    UNION
    SELECT b.root, b.platform, c.id, c.key, c.deleted_at IS NOT NULL
    FROM below b
    JOIN post c ON c.platform = b.platform AND c.in_reply_to = b.key
    WHERE b.platform IN ('hackernews', 'lemmy', 'reddit', 'youtube')
),
answers AS (
    SELECT root, COUNT(*) AS stored FROM below WHERE NOT gone AND id <> root GROUP BY root
),
known AS (
    SELECT a.story, a.id, a.platform, a.external_id, a.told,
           COALESCE(n.stored, 0)
           + (
               SELECT COUNT(*) FROM post c
               WHERE c.platform = a.platform AND c.quotes = a.key AND c.deleted_at IS NULL) AS stored
    FROM asked a
    LEFT JOIN answers n ON n.root = a.id
)
SELECT k.story, k.platform, k.external_id, k.told, k.stored,
       (SELECT MIN(o.observed_at) FROM observation o
        WHERE o.post_id = k.id AND COALESCE(o.replies, 0) + COALESCE(o.quotes, 0) > k.stored) AS since
FROM known k
WHERE k.told > k.stored
