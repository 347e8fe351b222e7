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
LEFT JOIN (
    SELECT x.*,
           ROW_NUMBER() OVER (
               PARTITION BY reaction_id, claim_id ORDER BY verdict DESC, assessed_at DESC, id DESC) AS n
    FROM stance x
) a ON a.reaction_id = r.id AND a.claim_id = c.id AND a.n = 1
LEFT JOIN (
    SELECT y.*, ROW_NUMBER() OVER (PARTITION BY reaction_id, claim_id ORDER BY set_at DESC, id DESC) AS n
    FROM label y
) l ON l.reaction_id = r.id AND l.claim_id = c.id AND l.n = 1
WHERE r.dropped_at IS NULL AND (a.stance IS NOT NULL OR l.stance IS NOT NULL)
