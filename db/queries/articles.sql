-- name: save_article
-- Writes an article as it was read; what is known of it is never replaced by what is unknown.
INSERT INTO article (
    story_id, key, url, title, publisher, authors, published_at, language, role, corrected, correction, rests_on,
    confidence, first_seen_at, corrected_at, stance, stance_rests_on, agency)
VALUES (
    :story_id, :key, :url, :title, :publisher, :authors, :published_at, :language, :role, :corrected, :correction,
    :rests_on, :confidence, :at, :corrected_at, :stance, :stance_rests_on, :agency)
ON CONFLICT (story_id, key) DO UPDATE
SET title = COALESCE(excluded.title, article.title), publisher = COALESCE(excluded.publisher, article.publisher),
    authors = COALESCE(excluded.authors, article.authors),
    published_at = COALESCE(excluded.published_at, article.published_at),
    language = COALESCE(excluded.language, article.language),
    corrected = article.corrected OR excluded.corrected,
    correction = COALESCE(excluded.correction, article.correction),
    corrected_at = COALESCE(article.corrected_at, excluded.corrected_at),
    rests_on = COALESCE(article.rests_on, excluded.rests_on),
    stance = excluded.stance, stance_rests_on = excluded.stance_rests_on,
    agency = COALESCE(excluded.agency, article.agency),
    confidence = COALESCE(article.confidence, excluded.confidence);

-- name: save_revision
-- Writes a version of an article's text, where the text is new.
INSERT INTO article_revision (article_id, seen_at, text_hash, title, text, signature)
VALUES (:article_id, :at, :hash, :title, :text, :signature)
ON CONFLICT (article_id, text_hash) DO NOTHING;

-- name: before_rewording
-- When the newest version of an article was first seen, where none has these words.
SELECT v.seen_at
FROM article a
JOIN article_revision v ON v.article_id = a.id
WHERE a.story_id = :story_id AND a.key = :key
    AND NOT EXISTS (SELECT 1 FROM article_revision o WHERE o.article_id = a.id AND o.text_hash = :hash)
ORDER BY v.id DESC
LIMIT 1;

-- name: read_anew
-- Gives the version of an article that was first seen at :at other words, where no version has them.
UPDATE article_revision
SET text_hash = :hash, title = :title, text = :text, signature = :signature
WHERE id = (
    SELECT MAX(v.id)
    FROM article_revision v
    JOIN article a ON a.id = v.article_id
    WHERE a.story_id = :story_id AND a.key = :key AND v.seen_at = :at)
    AND NOT EXISTS (
        SELECT 1 FROM article_revision o
        WHERE o.article_id = article_revision.article_id AND o.text_hash = :hash);

-- name: longer_revision
-- Whether a version of an article is known that is longer than a number of characters.
SELECT 1 FROM article_revision WHERE article_id = :article_id AND LENGTH(text) > :length LIMIT 1;

-- name: signatures
-- The MinHashes of a story's articles that are no copies themselves, the earliest first.
SELECT a.id, a.key, a.agency, v.signature
FROM article a
JOIN article_revision v ON v.article_id = a.id
WHERE a.story_id = :story_id AND a.dropped_at IS NULL AND a.copy_of IS NULL AND v.signature IS NOT NULL
ORDER BY a.id;

-- name: save_mentioned
-- Writes an article that prose names: its publisher and role, and whether it was corrected.
INSERT INTO article (story_id, key, publisher, role, corrected, correction, first_seen_at, corrected_at)
VALUES (:story_id, :key, :publisher, :role, :corrected, :correction, :at, :corrected_at)
ON CONFLICT (story_id, key) DO UPDATE
SET corrected = article.corrected OR excluded.corrected,
    correction = COALESCE(excluded.correction, article.correction),
    corrected_at = COALESCE(article.corrected_at, excluded.corrected_at);

-- name: set_address
-- Gives an article that prose only named its address, where the story has no article of that address yet.
UPDATE article
SET key = :key, url = :url
WHERE story_id = :story_id AND key = :named
    AND NOT EXISTS (SELECT 1 FROM article b WHERE b.story_id = :story_id AND b.key = :key);

-- name: addresses_of_stories
-- Where each story's own articles are: the originals, then what covers them, as first seen.
SELECT story_id, url
FROM article
WHERE story_id IN :keys AND url IS NOT NULL AND role IN ('original', 'coverage') AND dropped_at IS NULL
ORDER BY CASE role WHEN 'original' THEN 0 ELSE 1 END, id;

-- name: publishers_of_stories
-- The publishers of some stories' articles whose address is known.
SELECT DISTINCT story_id, publisher
FROM article
WHERE story_id IN :keys AND url IS NOT NULL AND publisher IS NOT NULL AND dropped_at IS NULL;

-- name: leading_to
-- The addresses of a story's answers that led to some addresses: short links, other spellings.
SELECT DISTINCT url
FROM evidence
WHERE story_id = :story_id AND final_url IN :keys AND url <> final_url
ORDER BY url;

-- name: links_of_reactions
-- The links of the posts that link to a story, the newest first.
SELECT p.links
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story_id AND r.tie = 'links' AND r.dropped_at IS NULL AND p.links IS NOT NULL
ORDER BY r.id DESC
LIMIT 500;

-- name: original_of
-- Who published the report that a story is about, and when it, or else the first article about it, came out.
SELECT CASE role WHEN 'original' THEN publisher END AS publisher, published_at
FROM article
WHERE story_id = :story_id AND role IN ('original', 'coverage') AND dropped_at IS NULL
ORDER BY CASE role WHEN 'original' THEN 0 ELSE 1 END, id
LIMIT 1;

-- name: stories_of_addresses
-- Which addresses are articles that reactions may be to, of stories that are watched at a time or asked for.
SELECT a.key, a.story_id
FROM article a
JOIN story s ON s.id = a.story_id
WHERE a.key IN :keys AND a.url IS NOT NULL AND a.dropped_at IS NULL
    AND a.role IN :roles
    AND ((s.status = 'watched' AND s.watch_until > :at) OR s.id IN :asked);
