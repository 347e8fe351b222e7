-- What changed since yesterday?
-- story: text = NULL; the story's short name
-- since: moment = 24 hours ago; found from then on
SELECT story, at, kind, what, before, after, url
FROM (
    SELECT story, found_at AS at, kind, what, before, after, url
    FROM changes
    WHERE found_at >= :since AND (:story IS NULL OR story = :story)
    UNION ALL
    SELECT story, MAX(first_seen_at), 'reactions', CASE WHEN unclear THEN 'unclear' ELSE stance END, NULL,
           CAST(COUNT(*) AS TEXT) || ' new', NULL
    FROM reactions
    WHERE first_seen_at >= :since AND (:story IS NULL OR story = :story)
    GROUP BY story, CASE WHEN unclear THEN 'unclear' ELSE stance END
) c
ORDER BY story, at DESC, kind, what
