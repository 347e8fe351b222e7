-- name: assessable
-- All that is said to a claim, with what it answers or else quotes.
SELECT r.id AS reaction_id, c.id AS claim_id, c.text AS claim, p.text, p.media, p.language, p.kind,
    parent.text AS parent_text
FROM reaction r
JOIN claim c ON c.story_id = r.story_id
JOIN post p ON p.id = r.post_id
LEFT JOIN post parent ON parent.platform = p.platform AND parent.key = COALESCE(p.in_reply_to, p.quotes)
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND c.id = :claim_id
    AND (p.text IS NOT NULL OR p.media IS NOT NULL)
ORDER BY r.id;

-- name: assessed
-- What a model has assessed towards a claim of a story, by the digest of the words, where no model said anything since.
SELECT t.reaction_id, t.claim_id, t.input_hash
FROM stance t
JOIN reaction r ON r.id = t.reaction_id
WHERE r.story_id = :story_id AND t.model = :model AND t.claim_id = :claim_id
    AND NOT EXISTS (
        SELECT 1 FROM stance y
        WHERE y.reaction_id = t.reaction_id AND y.claim_id = t.claim_id AND NOT y.verdict
            AND (y.assessed_at > t.assessed_at OR (y.assessed_at = t.assessed_at AND y.id > t.id)));

-- name: labelled
-- A story's labels with the words that they are about, oldest first.
SELECT l.reaction_id, l.claim_id, l.analyst, l.stance, c.text AS claim, p.text, p.media, p.language, p.kind,
    parent.text AS parent_text
FROM label l
JOIN reaction r ON r.id = l.reaction_id
JOIN claim c ON c.id = l.claim_id
JOIN post p ON p.id = r.post_id
LEFT JOIN post parent ON parent.platform = p.platform AND parent.key = COALESCE(p.in_reply_to, p.quotes)
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND p.text IS NOT NULL
ORDER BY l.set_at, l.id;

-- name: set_label
-- Keeps an analyst's judgement; their later one takes its place.
INSERT INTO label (reaction_id, claim_id, analyst, stance, set_at)
VALUES (:reaction_id, :claim_id, :analyst, :stance, :at)
ON CONFLICT (reaction_id, claim_id, analyst) DO UPDATE SET stance = excluded.stance, set_at = excluded.set_at;

-- name: stances_of
-- The newest assessment of each reaction towards each claim (towards the main one alone where :main = 1), with a label.
SELECT x.reaction_id, x.claim_id, c.text AS claim, p.text, p.language, x.stance, x.unclear, x.support, x.deny, x.query,
    x.comment,
    (SELECT MIN(l.stance) FROM label l WHERE l.reaction_id = x.reaction_id AND l.claim_id = x.claim_id) AS label
FROM stance x
JOIN reaction r ON r.id = x.reaction_id
JOIN post p ON p.id = r.post_id
JOIN claim c ON c.id = x.claim_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND p.text IS NOT NULL
    AND (:main = 0 OR c.position = (SELECT MIN(m.position) FROM claim m WHERE m.story_id = :story_id))
    AND NOT EXISTS (
        SELECT 1 FROM stance y
        WHERE y.reaction_id = x.reaction_id AND y.claim_id = x.claim_id
            AND (y.assessed_at > x.assessed_at OR (y.assessed_at = x.assessed_at AND y.id > x.id)))
ORDER BY x.reaction_id, x.claim_id;

-- name: keep_answer
-- Keeps a language model's answer; the first one stays.
INSERT INTO model_answer (key, answer) VALUES (:key, :answer) ON CONFLICT (key) DO NOTHING;

-- name: save_assessment
-- Writes an assessment. One that a model made before of the same words is in force again where another was made since.
INSERT INTO stance (
    reaction_id, claim_id, model, input_hash, assessed_at, stance, support, deny, query, comment, confidence, covered,
    unclear, verdict)
VALUES (
    :reaction_id, :claim_id, :model, :input_hash, :at, :stance, :support, :deny, :query, :comment, :confidence,
    :covered, :unclear, :verdict)
ON CONFLICT (reaction_id, claim_id, model, input_hash) DO UPDATE SET assessed_at = excluded.assessed_at
WHERE NOT stance.verdict AND EXISTS (
    SELECT 1 FROM stance y
    WHERE y.reaction_id = excluded.reaction_id AND y.claim_id = excluded.claim_id AND NOT y.verdict
        AND (y.assessed_at > stance.assessed_at OR (y.assessed_at = stance.assessed_at AND y.id > stance.id)));
