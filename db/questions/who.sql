-- Who is who, and why are their names and accounts taken for one person?
-- story: text = NULL; the story's short name
SELECT story, person, affiliation, accounts, reactions, rests_on
FROM people
WHERE (:story IS NULL OR story = :story)
ORDER BY story, reactions DESC, person
