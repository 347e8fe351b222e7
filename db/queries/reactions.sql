-- name: reaction_ids
-- The external ids of a story's reactions on a platform.
SELECT p.external_id
FROM reaction r
JOIN post p ON p.id = r.post_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND p.platform = :platform AND p.external_id IS NOT NULL;

-- name: reacting
-- Which posts are reactions to stories that are watched at a time or asked for, and at what depth.
SELECT r.story_id, p.key, r.depth
FROM post p
JOIN reaction r ON r.post_id = p.id
JOIN story s ON s.id = r.story_id
WHERE p.platform = :platform AND p.key IN :keys AND r.dropped_at IS NULL
    AND ((s.status = 'watched' AND s.watch_until > :at) OR s.id IN :asked);

-- name: stories_of_posts
-- The stories that some posts react to.
SELECT DISTINCT story_id FROM reaction WHERE post_id IN :keys AND dropped_at IS NULL;

-- name: reactions_of_posts
-- Those of some posts that are reactions and that their platform can be asked about, with their last counts of answers.
SELECT p.id, p.platform, p.kind, p.external_id, p.url, p.links, MIN(r.story_id) AS story_id, o.replies, o.quotes
FROM post p
JOIN reaction r ON r.post_id = p.id
LEFT JOIN observation o ON o.post_id = p.id
    AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
WHERE p.id IN :keys AND r.dropped_at IS NULL AND SUBSTR(p.key, 1, 7) <> 'erased:'
    AND (p.external_id IS NOT NULL OR p.url IS NOT NULL)
GROUP BY p.id, o.post_id, o.observed_at;

-- name: with_answers
-- Those of some posts that have answers by their last count and that an article shows, or that have :many and link to a story.
SELECT r.story_id, p.platform, p.external_id, p.posted_at, r.first_seen_at
FROM post p
JOIN reaction r ON r.post_id = p.id
WHERE p.id IN :keys AND r.tie IN ('embedded', 'links') AND r.dropped_at IS NULL
    AND p.external_id = p.key AND p.posted_at IS NOT NULL AND p.deleted_at IS NULL
    AND (SELECT o.replies FROM observation o WHERE o.post_id = p.id ORDER BY o.observed_at DESC LIMIT 1)
    >= CASE r.tie WHEN 'embedded' THEN 1 ELSE :many END;

-- name: posts_with_link
-- A story's reactions whose links are like a pattern.
SELECT p.platform, p.external_id, p.url, p.kind, p.text, p.posted_at, p.links, a.handle, a.name
FROM reaction r
JOIN post p ON p.id = r.post_id
LEFT JOIN account a ON a.id = p.account_id
WHERE r.story_id = :story_id AND r.dropped_at IS NULL AND p.links LIKE :pattern;

-- name: add_reaction
-- Ties a post to a story; one that is tied already stays as it is.
INSERT INTO reaction (story_id, post_id, tie, tie_source, rests_on, confidence, first_seen_at, depth)
VALUES (:story_id, :post_id, :tie, :source, :rests_on, :confidence, :at, :depth)
ON CONFLICT (story_id, post_id) DO NOTHING;

-- name: find_reaction
-- The reaction to a story that a post is.
SELECT id FROM reaction WHERE story_id = :story_id AND post_id = :post_id;

-- name: add_witness
-- Adds a reason why a reaction is there; the same one is kept once.
INSERT INTO witness (reaction_id, tie, source, rests_on, confidence, words, verbatim)
VALUES (:reaction_id, :tie, :source, :rests_on, :confidence, :words, :verbatim)
ON CONFLICT (reaction_id, tie, source, words) DO NOTHING;

-- name: show_best_witness
-- Has a reaction show its strongest witness, the earliest of those that are equally strong.
UPDATE reaction SET (tie, tie_source, rests_on, confidence) = (
    SELECT w.tie, w.source, w.rests_on, w.confidence
    FROM witness w
    WHERE w.reaction_id = :reaction_id
    ORDER BY
        CASE w.tie
            WHEN 'embedded' THEN 0
            WHEN 'links' THEN 1 WHEN 'quotes' THEN 2
            WHEN 'replies' THEN 3
            WHEN 'mentions' THEN 4
            ELSE 5
        END,
        w.id
    LIMIT 1)
WHERE id = :reaction_id AND EXISTS (SELECT 1 FROM witness WHERE reaction_id = :reaction_id);

-- name: tied
-- The reactions to a story that some posts are.
SELECT id, post_id, tie, depth FROM reaction WHERE story_id = :story_id AND post_id IN :keys;

-- name: witnessed
-- What some reactions rest on, but for words that prose reports.
SELECT reaction_id, tie, source FROM witness WHERE reaction_id IN :keys AND words = '';

-- name: dropped_among
-- Those of some sources (an article, by key or address, or a reaction, by its post) that were dropped.
SELECT a.key AS source FROM article a WHERE a.story_id = :story_id AND a.key IN :keys AND a.dropped_at IS NOT NULL
UNION
SELECT a.url FROM article a WHERE a.story_id = :story_id AND a.url IN :keys AND a.dropped_at IS NOT NULL
UNION
SELECT p.key
FROM post p
JOIN reaction r ON r.post_id = p.id AND r.story_id = :story_id
WHERE p.platform = :platform AND p.key IN :keys AND r.dropped_at IS NOT NULL;

-- name: ids_by_key
-- The ids of the posts that are stored under some keys, each with its key.
SELECT id, key FROM post WHERE platform = :platform AND key IN :keys;

-- name: no_deeper
-- Writes the depth of a reaction, where it was deeper.
UPDATE reaction SET depth = :depth WHERE id = :reaction_id AND depth > :depth;

-- name: post_under_id
-- The post, stored under its id, that a provisional one is: by the same author, of the same address or of the days
-- about it, that with the same words first.
SELECT p.id
FROM post p
JOIN account a ON a.id = p.account_id
WHERE p.platform = :platform AND LOWER(a.handle) = :handle AND p.external_id IS NOT NULL
    AND (p.url = :url OR SUBSTR(p.posted_at, 1, 10) BETWEEN :before AND :after)
ORDER BY CASE WHEN p.text = :text THEN 0 ELSE 1 END, p.id
LIMIT 1;

-- name: save_review
-- Writes a fact-check's verdict; a later one on the same claim takes its place.
INSERT INTO review (reaction_id, claim_reviewed, claimant, rating, rating_value, stance, seen_at)
VALUES (:reaction_id, :claim, :claimant, :rating, :value, :stance, :at)
ON CONFLICT (reaction_id, claim_reviewed) DO UPDATE
SET claimant = excluded.claimant, rating = excluded.rating, rating_value = excluded.rating_value,
    stance = excluded.stance, seen_at = excluded.seen_at;

-- name: reviews_of
-- A story's verdicts, in the order in which they came.
SELECT v.reaction_id, v.claim_reviewed, v.claimant, v.rating, v.rating_value, v.stance
FROM review v
JOIN reaction r ON r.id = v.reaction_id
WHERE r.story_id = :story_id
ORDER BY v.id;
