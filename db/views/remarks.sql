-- What is said: a group of reactions to a claim, of one stance, that say the same.
-- stance: support, deny, query (what is asked), comment, or unclear, as of the last assessment
-- remark: the text of its most central reaction, whose reaction_id is given; it stays while most of the group does
-- reactions: how many say it; near-copies count each
-- engagement: likes, reposts, replies and quotes of them all, by the last observation of each; NULL where none is known
-- first_at: when it was first said (a day, where no more is known)
-- Left out: reactions that were dropped, deleted or erased, and what fewer than 3 say, or fewer than one in 500 of the stance
CREATE VIEW remarks AS
WITH said AS (
    SELECT k.id, s.slug AS story, c.text AS claim, c.position, k.stance, k.among, p.text, m.reaction_id,
           COALESCE(p.posted_at, r.first_seen_at) AS at,
           n.engagement,
           ROW_NUMBER() OVER (
               PARTITION BY k.id
               ORDER BY CASE WHEN m.central THEN 0 ELSE 1 END, m.likeness DESC, m.reaction_id) AS n
    FROM remark_member m
    JOIN remark k ON k.id = m.remark_id
    JOIN claim c ON c.id = k.claim_id
    JOIN story s ON s.id = c.story_id
    JOIN reaction r ON r.id = m.reaction_id
    JOIN latest n ON n.reaction_id = r.id
    JOIN post p ON p.id = r.post_id
    WHERE p.deleted_at IS NULL AND p.text IS NOT NULL
)
SELECT story, claim, stance, MAX(CASE WHEN n = 1 THEN text END) AS remark,
       CAST(COUNT(*) AS INTEGER) AS reactions, CAST(SUM(engagement) AS BIGINT) AS engagement,
       MIN(at) AS first_at, MAX(CASE WHEN n = 1 THEN reaction_id END) AS reaction_id, position
FROM said
GROUP BY id, story, claim, position, stance, among
HAVING COUNT(*) >= 3 AND COUNT(*) * 500 >= among
