-- A reaction to a story: one row, whatever the platform.
CREATE VIEW reactions AS
SELECT r.id AS reaction_id, s.slug AS story, p.platform, p.external_id, p.url,
       a.handle AS author, a.name AS author_name, n.name AS person,
       p.posted_at, p.text, p.language, p.kind,
       r.tie, r.tie_source, r.confidence,
       st.stance, st.probability AS stance_probability,
       o.likes, o.reposts, o.replies, o.quotes, o.views,
       r.first_seen_at, o.observed_at AS last_observed_at,
       p.deleted_at IS NOT NULL AS deleted,
       st.unclear, a.followers,
       CASE WHEN COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
            THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
       END AS engagement,
       p.deleted_at, COALESCE(b.handle, b.name) AS reply_to_author, s.title AS story_title,
       st.confidence AS stance_confidence, r.person_id
FROM reaction r
JOIN story s ON s.id = r.story_id
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
LEFT JOIN post q ON q.platform = p.platform AND q.key = p.in_reply_to
LEFT JOIN account b ON b.id = q.account_id
LEFT JOIN observation o ON o.post_id = p.id
     AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
LEFT JOIN stances st ON st.reaction_id = r.id
     AND st.position = (SELECT MIN(c.position) FROM claim c WHERE c.story_id = r.story_id)
WHERE r.dropped_at IS NULL
