-- What do fact-checks say, in their own words?
-- story: text = NULL; the story's short name
SELECT r.story, v.claim_reviewed, v.claimant, v.rating, v.rating_value, v.stance, v.seen_at, r.url, r.reaction_id
FROM review v
JOIN reactions r ON r.reaction_id = v.reaction_id
WHERE (:story IS NULL OR r.story = :story)
ORDER BY v.seen_at DESC, v.id
