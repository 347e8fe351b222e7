-- name: articles_told
-- The articles that reactions may be to, of some stories: the originals, then what covers them, as first seen.
SELECT story_id, key, url, title, publisher, authors, published_at, role
FROM article
WHERE story_id IN :keys AND dropped_at IS NULL AND copy_of IS NULL AND role IN :roles
ORDER BY CASE role WHEN 'original' THEN 0 ELSE 1 END, id;
