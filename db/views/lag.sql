-- What a platform told of a reaction's answers and is not stored yet: one row a post where it told of more than is here.
-- told: replies and quotes by its last count; stored: those that are here and not gone
-- since: when it first told of more than is stored now
-- Hacker News, Lemmy, Reddit and YouTube count the answers to answers too: there stored does so as well. Reddit counts those
-- that are gone besides
CREATE VIEW lag AS
SELECT k.story, k.platform, k.external_id, k.told, k.stored,
       (SELECT MIN(o.observed_at) FROM observation o
        WHERE o.post_id = k.id AND COALESCE(o.replies, 0) + COALESCE(o.quotes, 0) > k.stored) AS since
FROM (
    SELECT s.slug AS story, p.id, p.platform, p.external_id, COALESCE(l.replies, 0) + COALESCE(l.quotes, 0) AS told,
           CASE WHEN p.platform IN ('hackernews', 'lemmy', 'reddit', 'youtube')
               THEN (
                   WITH RECURSIVE below (id, key, gone) AS (
                       SELECT c.id, c.key, c.deleted_at IS NOT NULL
                       FROM post c
                       WHERE c.platform = p.platform AND c.in_reply_to = p.key
                       UNION
                       SELECT c.id, c.key, c.deleted_at IS NOT NULL
                       FROM below b
                       JOIN post c ON c.platform = p.platform AND c.in_reply_to = b.key
                   )
                   SELECT COUNT(*) FROM below WHERE (NOT gone OR p.platform = 'reddit') AND id <> p.id)
               ELSE (
                   SELECT COUNT(*) FROM post c
                   WHERE c.platform = p.platform AND c.in_reply_to = p.key AND c.deleted_at IS NULL AND c.id <> p.id)
           END
           + (
               SELECT COUNT(*) FROM post c
               WHERE c.platform = p.platform AND c.quotes = p.key AND c.deleted_at IS NULL) AS stored
    FROM latest l
    JOIN story s ON s.id = l.story_id
    JOIN post p ON p.id = l.post_id
    WHERE p.deleted_at IS NULL AND (l.replies > 0 OR l.quotes > 0)
) k
WHERE k.told > k.stored
