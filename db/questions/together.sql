-- Which accounts posted the same within seconds, again and again, and more often than chance?
-- story: text = NULL; the story's short name
SELECT story, group_number, accounts, times, expected, chance, occasion, seconds, account, shared, link, text,
       posted_at, url, reaction_id
FROM coordination
WHERE (:story IS NULL OR story = :story)
ORDER BY story, group_number, occasion, seconds, account
