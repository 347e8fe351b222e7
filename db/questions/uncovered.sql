-- What can the model not tell, and is it for want of coverage?
-- story: text = NULL; the story's short name
SELECT s.story, r.language, s.covered, COUNT(*) AS reactions
FROM stances s
JOIN latest r ON r.reaction_id = s.reaction_id
WHERE s.unclear AND (:story IS NULL OR s.story = :story)
GROUP BY s.story, r.language, s.covered
ORDER BY COUNT(*) DESC, s.story, COALESCE(r.language, '')
