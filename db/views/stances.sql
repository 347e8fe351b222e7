-- The assessment in force of a reaction towards a claim: the analysts' newest label, else a fact-check's own verdict
-- (ClaimReview), else the newest model's.
-- stance: support, deny, query or comment; comment where it is unclear
-- probability: the model's probability of that stance; 1 for an analyst's label
-- model: name@version, claimreview@1 for a fact-check's verdict, or analyst:name
-- by_analyst: whether a person judged
-- confidence: the chance (0 to 1) that the likeliest stance is right; 1 for a label or a verdict
-- covered: whether stance was measured and held for this language and kind of claim; true for a label or a verdict
-- unclear: whether it cannot be told which stance it is (not covered, or too little confidence)
-- confidence and covered are NULL where an earlier version assessed
CREATE VIEW stances AS
SELECT r.id AS reaction_id, s.slug AS story, c.text AS claim,
       COALESCE(l.stance, a.stance) AS stance,
       CASE WHEN l.stance IS NOT NULL THEN 1.0
            WHEN a.stance = 'support' THEN a.support
            WHEN a.stance = 'deny' THEN a.deny
            WHEN a.stance = 'query' THEN a.query
            ELSE a.comment END AS probability,
       CASE WHEN l.stance IS NOT NULL THEN 'analyst:' || l.analyst ELSE a.model END AS model,
       COALESCE(l.set_at, a.assessed_at) AS assessed_at,
       l.stance IS NOT NULL AS by_analyst,
       CASE WHEN l.stance IS NOT NULL THEN 1.0 ELSE a.confidence END AS confidence,
       CASE WHEN l.stance IS NOT NULL THEN TRUE ELSE a.covered END AS covered,
       CASE WHEN l.stance IS NOT NULL THEN FALSE ELSE a.unclear END AS unclear,
       c.position AS position
FROM reaction r
JOIN story s ON s.id = r.story_id
JOIN claim c ON c.story_id = r.story_id
LEFT JOIN stance a ON a.id = (
    SELECT x.id FROM stance x
    WHERE x.reaction_id = r.id AND x.claim_id = c.id
    ORDER BY x.verdict DESC, x.assessed_at DESC, x.id DESC LIMIT 1)
LEFT JOIN label l ON l.id = (
    SELECT y.id FROM label y WHERE y.reaction_id = r.id AND y.claim_id = c.id ORDER BY y.set_at DESC, y.id DESC LIMIT 1)
WHERE r.dropped_at IS NULL AND (a.stance IS NOT NULL OR l.stance IS NOT NULL)
