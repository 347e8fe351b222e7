-- name: keep_earlier
-- Keeps an analyst's judgement that is about to be replaced by another stance (:stance), or taken back (NULL).
INSERT INTO earlier_label (reaction_id, claim_id, analyst, stance, set_at, replaced_at)
SELECT reaction_id, claim_id, analyst, stance, set_at, :at
FROM label
WHERE reaction_id = :reaction_id AND claim_id = :claim_id AND analyst = :analyst
    AND (CAST(:stance AS TEXT) IS NULL OR stance <> :stance);

-- name: labels_of
-- The judgements of a reaction, the newest first; those that were replaced or taken back say when.
SELECT claim_id, analyst, stance, set_at, NULL AS replaced_at, id FROM label WHERE reaction_id = :reaction_id
UNION ALL
SELECT claim_id, analyst, stance, set_at, replaced_at, id FROM earlier_label WHERE reaction_id = :reaction_id
ORDER BY set_at DESC, id DESC;

-- name: last_label
-- What an analyst judged last of a story's reactions to a claim.
SELECT l.reaction_id, l.stance, l.set_at, p.text
FROM label l
JOIN reaction r ON r.id = l.reaction_id
JOIN post p ON p.id = r.post_id
WHERE l.claim_id = :claim_id AND l.analyst = :analyst
ORDER BY l.set_at DESC, l.id DESC
LIMIT 1;

-- name: to_label
-- The reactions to a claim that an analyst has not judged: those whose stance is least sure first (in steps of five in
-- a hundred; unclear ones before all), then those with most reach.
SELECT r.id AS reaction_id, p.platform, p.text, p.url, p.language, COALESCE(p.posted_at, r.first_seen_at) AS at,
    a.handle AS author, a.name AS author_name, n.name AS person, x.stance, x.unclear, x.confidence, x.covered,
    x.support, x.deny, x.query, x.comment, parent.text AS parent_text,
    COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0) AS engagement
FROM stance x
JOIN reaction r ON r.id = x.reaction_id
JOIN post p ON p.id = r.post_id
LEFT JOIN post parent ON parent.platform = p.platform AND parent.key = COALESCE(p.in_reply_to, p.quotes)
    AND parent.deleted_at IS NULL
LEFT JOIN account a ON a.id = p.account_id
LEFT JOIN person n ON n.id = r.person_id
LEFT JOIN observation o ON o.post_id = p.id
    AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
WHERE x.claim_id = :claim_id AND r.dropped_at IS NULL AND p.text IS NOT NULL AND p.deleted_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM stance y
        WHERE y.reaction_id = x.reaction_id AND y.claim_id = x.claim_id
            AND (y.assessed_at > x.assessed_at OR (y.assessed_at = x.assessed_at AND y.id > x.id)))
    AND NOT EXISTS (
        SELECT 1 FROM label l
        WHERE l.reaction_id = r.id AND l.claim_id = :claim_id AND l.analyst = :analyst)
ORDER BY CASE WHEN x.unclear THEN 0 ELSE ROUND(COALESCE(x.confidence, 0) * 20) END, engagement DESC, r.id
LIMIT :most;
