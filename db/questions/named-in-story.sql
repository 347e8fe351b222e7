-- Whom does the story name, did they answer, and by which accounts of their own?
-- story: text = NULL; the story's short name
SELECT story, person, affiliation, state, answered_at, platform, author, stance, url, reaction_id, answers, shown,
       reported, accounts, rests_on, namesakes, named_in
FROM named
WHERE (:story IS NULL OR story = :story)
ORDER BY story, CASE state WHEN 'answered' THEN 0 WHEN 'voice' THEN 1 WHEN 'not seen' THEN 2 ELSE 3 END,
         COALESCE(answered_at, ''), place, person
