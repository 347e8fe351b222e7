-- A reaction to a story: one row, whatever the platform.
CREATE VIEW reactions AS
SELECT k.reaction_id, s.slug AS story, k.platform, p.external_id, p.url,
       a.handle AS author, a.name AS author_name, n.name AS person,
       p.posted_at, p.text, k.language, p.kind,
       k.tie, r.tie_source, r.confidence,
       k.stance, k.probability AS stance_probability,
       k.likes, k.reposts, k.replies, k.quotes, k.views,
       r.first_seen_at, k.observed_at AS last_observed_at,
       p.deleted_at IS NOT NULL AS deleted,
       k.unclear, a.followers, k.engagement, k.growth,
       p.deleted_at, COALESCE(b.handle, b.name) AS reply_to_author, s.title AS story_title,
       k.confidence AS stance_confidence, k.by_analyst, k.person_id,
       p.quote_state,
       NULLIF(TRIM(COALESCE(p.labels, '') || ' ' || COALESCE(a.labels, '')), '') AS labels,
       r.rests_on
FROM latest k
LEFT JOIN story s ON s.id = k.story_id
LEFT JOIN reaction r ON r.id = k.reaction_id
LEFT JOIN post p ON p.id = k.post_id
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = k.person_id
LEFT JOIN post q ON q.platform = p.platform AND q.key = p.in_reply_to
LEFT JOIN account b ON b.id = q.account_id
