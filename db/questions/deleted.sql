-- What was deleted, and how far had it come?
-- story: text = NULL; the story's short name
-- since: moment = 1970-01-01; found gone from then on
SELECT story, deleted_at, platform, author, stance, engagement, views, posted_at, last_observed_at,
       text, url, reaction_id
FROM reactions
WHERE deleted AND deleted_at >= :since AND (:story IS NULL OR story = :story)
ORDER BY deleted_at DESC, reaction_id
