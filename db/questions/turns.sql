-- When did the balance turn, and was it more than chance?
-- story: text = NULL; the story's short name
SELECT s.slug AS story, c.text AS claim, b.at, b.before, b.after, b.chance, b.found_at
FROM balance_change b
JOIN claim c ON c.id = b.claim_id
JOIN story s ON s.id = b.story_id
WHERE b.withdrawn_at IS NULL AND (:story IS NULL OR s.slug = :story)
ORDER BY s.slug, b.at
