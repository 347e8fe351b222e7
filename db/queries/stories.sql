-- name: add_story
-- Starts watching a story, or takes up the one that has the slug: what is known of it stays, and it ends no sooner.
INSERT INTO story (slug, title, url, canonical_url, status, created_at, watch_until)
VALUES (:slug, :title, :url, :canonical_url, 'watched', :created_at, :watch_until)
ON CONFLICT (slug) DO UPDATE
SET title = COALESCE(excluded.title, story.title), url = COALESCE(excluded.url, story.url),
    canonical_url = COALESCE(excluded.canonical_url, story.canonical_url), status = 'watched',
    watch_until = CASE
        WHEN excluded.watch_until > story.watch_until THEN excluded.watch_until
        ELSE story.watch_until
    END;

-- name: new_story
-- Starts watching a story; nothing is changed where another one has the slug.
INSERT INTO story (slug, title, url, canonical_url, status, created_at, watch_until)
VALUES (:slug, :title, :url, :canonical_url, 'watched', :created_at, :watch_until)
ON CONFLICT (slug) DO NOTHING;

-- name: add_claim
-- Adds a claim as a story's last; nothing is changed where the story has it.
INSERT INTO claim (story_id, position, text)
SELECT CAST(:story_id AS INTEGER), COALESCE(MAX(position), 0) + 1, CAST(:text AS TEXT)
FROM claim
WHERE story_id = :story_id
ON CONFLICT (story_id, text) DO NOTHING;

-- name: story_text
-- The first version of the story's first article.
SELECT v.title, v.text, a.language
FROM article_revision v
JOIN article a ON a.id = v.article_id
WHERE a.story_id = :story_id AND a.dropped_at IS NULL
ORDER BY a.id, v.id
LIMIT 1;

-- name: story_list
-- Every story, oldest first, with the number of its reactions and the time of the last look (NULL: never).
SELECT s.id, s.slug, s.title, s.url, s.canonical_url, s.status, s.created_at, s.watch_until,
    (SELECT CAST(COALESCE(SUM(h.posts), 0) AS BIGINT) FROM reach_hour h WHERE h.story_id = s.id) AS reactions,
    (SELECT MAX(k.last_at) FROM look k WHERE k.story_id = s.id) AS look_at
FROM story s
ORDER BY s.id;

-- name: story_counts
-- Every story, newest first, with the numbers of its reactions and articles.
SELECT s.slug, s.title, s.status, s.created_at, s.watch_until,
    (SELECT CAST(COALESCE(SUM(h.posts), 0) AS BIGINT) FROM reach_hour h WHERE h.story_id = s.id) AS reactions,
    (SELECT COUNT(*) FROM article a WHERE a.story_id = s.id AND a.dropped_at IS NULL) AS articles
FROM story s
ORDER BY s.created_at DESC, s.id DESC;

-- name: pages_of
-- A story's pages, its own first; those that prose only names have no address.
SELECT url, publisher, title, role
FROM article
WHERE story_id = :story_id AND dropped_at IS NULL
ORDER BY CASE role WHEN 'original' THEN 0 ELSE 1 END, id;

-- name: reactions_by_platform
-- How many reactions a story has on each platform, most first, added up by the hours of reach_hour.
SELECT platform, CAST(SUM(posts) AS BIGINT) AS n
FROM reach_hour
WHERE story_id = :story_id
GROUP BY platform
HAVING SUM(posts) > 0
ORDER BY n DESC, platform;

-- name: looks_of
-- How many of a story's looks failed the last time, and were given up.
SELECT COALESCE(SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END), 0) AS failed,
    COALESCE(SUM(CASE WHEN outcome = 'given up' THEN 1 ELSE 0 END), 0) AS given_up
FROM look
WHERE story_id = :story_id;
