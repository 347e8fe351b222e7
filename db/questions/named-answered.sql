-- Who of those named in the story answered, and with what first?
-- story: text = NULL; the story's short name
SELECT n.story, n.person, n.affiliation, n.answered_at, n.answers AS posts, r.platform, r.author, r.stance,
       r.engagement, r.text, r.url, r.reaction_id, n.person_id, n.rests_on
FROM named n
LEFT JOIN reactions r ON r.reaction_id = n.reaction_id AND n.state = 'answered'
WHERE (:story IS NULL OR n.story = :story)
ORDER BY n.story, CASE n.state WHEN 'answered' THEN 0 ELSE 1 END, n.answered_at, n.place, n.person
