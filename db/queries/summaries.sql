-- name: kept
-- The figures kept of a story.
SELECT state, made_at, took, figures FROM story_summary WHERE story_id = :story_id;

-- name: series
-- What is kept of a story's stance and reach over time.
SELECT series FROM story_summary WHERE story_id = :story_id;

-- name: keep
-- Puts a story's figures in the place of those that it had.
INSERT INTO story_summary (story_id, state, made_at, took, figures, series, curve)
SELECT id, :state, :made_at, :took, :figures, :series, :curve
FROM story
WHERE id = :story_id
ON CONFLICT (story_id) DO UPDATE
SET state = excluded.state, made_at = excluded.made_at, took = excluded.took, figures = excluded.figures,
    series = excluded.series, curve = excluded.curve;

-- name: curves
-- How large the other stories were at each age.
SELECT curve FROM story_summary WHERE story_id <> :story_id;

-- name: state
-- What a story's figures rest on: numbers and highest ids and times of its reactions, posts, counts, persons, claims,
-- stances, labels, articles and remarks.
SELECT
    (
        SELECT MAX(k.reaction_id) FROM latest k WHERE k.story_id = s.id
    ) AS last_reaction,
    (
        SELECT MAX(r.dropped_at) FROM reaction r WHERE r.story_id = s.id
    ) AS dropped_at,
    (
        SELECT COUNT(*) FROM reaction r JOIN post p ON p.id = r.post_id
        WHERE r.story_id = s.id AND p.deleted_at IS NOT NULL
    ) AS deleted,
    h.posts, h.looked, h.likes, h.reposts, h.replies, h.quotes, h.views,
    (
        SELECT SUM(n.id) FROM person n WHERE n.story_id = s.id
    ) AS persons,
    (
        SELECT COUNT(DISTINCT r.person_id) FROM person n JOIN reaction r ON r.person_id = n.id WHERE n.story_id = s.id
    ) AS people,
    (
        SELECT SUM(c.id * c.position) FROM claim c WHERE c.story_id = s.id
    ) AS claims,
    (
        SELECT COUNT(*) FROM stance t JOIN claim c ON c.id = t.claim_id WHERE c.story_id = s.id
    ) AS stances,
    (
        SELECT MAX((SELECT MAX(t.id) FROM stance t WHERE t.claim_id = c.id)) FROM claim c WHERE c.story_id = s.id
    ) AS last_stance,
    (
        SELECT COUNT(*) FROM label y JOIN claim c ON c.id = y.claim_id WHERE c.story_id = s.id
    ) AS labels,
    (
        SELECT MAX(y.set_at) FROM label y JOIN claim c ON c.id = y.claim_id WHERE c.story_id = s.id
    ) AS labelled_at,
    (
        SELECT MAX(v.id) FROM article_revision v JOIN article a ON a.id = v.article_id WHERE a.story_id = s.id
    ) AS last_revision,
    (
        SELECT COUNT(*) FROM article a WHERE a.story_id = s.id AND a.dropped_at IS NULL
    ) AS articles,
    (
        SELECT COUNT(*) FROM article a WHERE a.story_id = s.id AND a.corrected
    ) AS corrected,
    (
        SELECT COUNT(m.reaction_id)
        FROM remark_member m
        JOIN remark k ON k.id = m.remark_id
        JOIN claim c ON c.id = k.claim_id
        WHERE c.story_id = s.id
    ) AS remarked
FROM story s
LEFT JOIN (
    SELECT story_id, SUM(posts) AS posts, SUM(looked) AS looked, SUM(likes) AS likes, SUM(reposts) AS reposts,
        SUM(replies) AS replies, SUM(quotes) AS quotes, SUM(views) AS views
    FROM reach_hour
    WHERE story_id = :story_id
    GROUP BY story_id
) h ON h.story_id = s.id
WHERE s.id = :story_id;
