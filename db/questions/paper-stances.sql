-- What does each paper say of the report: repeats, confirms, doubts or corrects it, and who was first?
-- story: text = NULL; the story's short name
SELECT a.story, a.stance, COALESCE(a.publisher, a.url) AS publisher, a.language, a.title, a.published_at,
       a.first_seen_at, a.stance_rests_on, a.copy_of, a.url, a.article_id
FROM articles a
WHERE a.role IN ('coverage', 'followup') AND a.url IS NOT NULL AND (:story IS NULL OR a.story = :story)
ORDER BY a.story, CASE WHEN a.stance IS NULL THEN 1 ELSE 0 END, COALESCE(a.published_at, a.first_seen_at), a.article_id
