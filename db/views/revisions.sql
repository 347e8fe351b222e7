-- An earlier wording of a post or an article.
CREATE VIEW revisions AS
SELECT s.slug AS story, 'post' AS kind, r.id, v.replaced_at, v.text, CAST(NULL AS TEXT) AS title
FROM post_revision v
JOIN reaction r ON r.post_id = v.post_id
JOIN story s ON s.id = r.story_id
WHERE r.dropped_at IS NULL
UNION ALL
SELECT s.slug, 'article', a.id, w.replaced_at, w.text, w.title
FROM (
    SELECT article_id, text, title, LEAD(seen_at) OVER (PARTITION BY article_id ORDER BY id) AS replaced_at
    FROM article_revision
) w
JOIN article a ON a.id = w.article_id
JOIN story s ON s.id = a.story_id
WHERE w.replaced_at IS NOT NULL AND a.dropped_at IS NULL
