-- Who of those named in the story answered?
-- story: text = NULL; the story's short name
WITH named AS (
    SELECT DISTINCT r.person_id
    FROM reaction r
    JOIN witness w ON w.reaction_id = r.id
    WHERE w.tie = 'reported' AND r.dropped_at IS NULL AND r.person_id IS NOT NULL
),
own AS (
    SELECT r.*, COUNT(*) OVER (PARTITION BY person_id) AS posts,
           ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY COALESCE(posted_at, first_seen_at), reaction_id) AS n
    FROM reactions r
    WHERE r.tie NOT IN ('reported', 'embedded') AND r.kind <> 'statement'
        AND r.person_id IN (SELECT person_id FROM named)
)
SELECT s.slug AS story, n.name AS person, n.affiliation, COALESCE(o.posted_at, o.first_seen_at) AS answered_at, o.posts,
       o.platform, o.author, o.stance, o.engagement, o.text, o.url, o.reaction_id, n.id AS person_id, n.rests_on
FROM named d
JOIN person n ON n.id = d.person_id
JOIN story s ON s.id = n.story_id
LEFT JOIN own o ON o.person_id = n.id AND o.n = 1
WHERE (:story IS NULL OR s.slug = :story)
ORDER BY s.slug, CASE WHEN o.n IS NULL THEN 1 ELSE 0 END, COALESCE(o.posted_at, o.first_seen_at), n.name
