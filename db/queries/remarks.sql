-- name: spoken
-- All that is said to a story's claims, by the stance in force; nothing that was dropped, deleted or erased.
SELECT t.reaction_id, c.id AS claim_id, CASE WHEN t.unclear THEN 'unclear' ELSE t.stance END AS stance,
    p.id AS post_id, p.text, p.language
FROM stances t
JOIN reaction r ON r.id = t.reaction_id
JOIN post p ON p.id = r.post_id
JOIN claim c ON c.story_id = r.story_id AND c.text = t.claim
WHERE t.story = :slug AND p.text IS NOT NULL AND p.deleted_at IS NULL
ORDER BY c.id, t.reaction_id;

-- name: told_by
-- The state that the remarks of each of a story's claims were told by.
SELECT m.claim_id, m.state
FROM remarked m
JOIN claim c ON c.id = m.claim_id
WHERE c.story_id = :story_id;

-- name: kept_vectors
-- The vectors of a story's posts.
SELECT m.post_id, m.input_hash, m.version, m.vector
FROM meaning m
WHERE m.post_id IN (SELECT r.post_id FROM reaction r WHERE r.story_id = :story_id);

-- name: keep_vector
-- Keeps the vector of a post that still has words.
INSERT INTO meaning (post_id, input_hash, version, vector)
SELECT id, :input_hash, :version, :vector FROM post WHERE id = :post_id AND text IS NOT NULL
ON CONFLICT (post_id) DO UPDATE
SET input_hash = excluded.input_hash, version = excluded.version, vector = excluded.vector;

-- name: known_remarks
-- A claim's remarks, a row for each reaction that makes one.
SELECT k.id, k.stance, k.chosen_of, m.reaction_id, m.likeness, m.central
FROM remark k
JOIN remark_member m ON m.remark_id = k.id
WHERE k.claim_id = :claim_id
ORDER BY k.id, m.reaction_id;

-- name: save_state
-- Writes the state that a claim's remarks are told by; nothing where the claim is gone.
INSERT INTO remarked (claim_id, state)
SELECT id, CAST(:state AS TEXT) FROM claim WHERE id = :claim_id
ON CONFLICT (claim_id) DO UPDATE SET state = excluded.state;

-- name: add_remark
-- Adds a remark; nothing where the claim is gone.
INSERT INTO remark (claim_id, stance, chosen_of, among)
SELECT id, CAST(:stance AS TEXT), CAST(:chosen_of AS INTEGER), CAST(:among AS INTEGER) FROM claim WHERE id = :claim_id
RETURNING id;

-- name: add_member
-- Adds a reaction to a remark; nothing where either is gone or the post has no words left.
INSERT INTO remark_member (remark_id, reaction_id, likeness, central)
SELECT k.id, r.id, :likeness, :central
FROM remark k
JOIN reaction r ON r.id = :reaction_id
JOIN post p ON p.id = r.post_id
WHERE k.id = :remark_id AND p.text IS NOT NULL;

-- name: leave
-- Takes a post's reactions out of the remarks that they make.
DELETE FROM remark_member WHERE reaction_id IN (SELECT id FROM reaction WHERE post_id = :post_id);

-- name: leave_groups
-- Takes a post's reactions out of what was posted together.
DELETE FROM coordination_post WHERE reaction_id IN (SELECT id FROM reaction WHERE post_id = :post_id);

-- name: remarks_of
-- A story's rows of the view remarks: by claim, those that most say first.
SELECT claim, stance, remark, reactions, engagement, first_at, reaction_id
FROM remarks
WHERE story = :slug
ORDER BY position, reactions DESC, COALESCE(engagement, 0) DESC, reaction_id;
