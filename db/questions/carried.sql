-- Who carried it furthest?
-- story: text = NULL; the story's short name
-- most: integer = 20; rows
SELECT story, platform, author, MAX(author_name) AS author_name, COUNT(*) AS posts, SUM(engagement) AS engagement,
       SUM(views) AS views, MAX(followers) AS followers, MIN(COALESCE(posted_at, first_seen_at)) AS first_at
FROM reactions
WHERE author IS NOT NULL AND (:story IS NULL OR story = :story)
GROUP BY story, platform, author
ORDER BY COALESCE(SUM(engagement), -1) DESC, COALESCE(SUM(views), -1) DESC, author
LIMIT :most
