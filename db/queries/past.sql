-- part: stance_then
-- What a reaction v counted as towards a claim c at a time (a stance, or unclear), by the rule of the view stances.
SELECT COALESCE(
    (
        SELECT y.stance FROM label y
        WHERE y.reaction_id = v.reaction_id AND y.claim_id = c.id AND y.set_at <= :until
        ORDER BY y.set_at DESC, y.id DESC
        LIMIT 1
    ),
    (
        SELECT CASE WHEN x.unclear THEN 'unclear' ELSE x.stance END FROM stance x
        WHERE x.reaction_id = v.reaction_id AND x.claim_id = c.id AND x.assessed_at <= :until
        ORDER BY x.verdict DESC, x.assessed_at DESC, x.id DESC
        LIMIT 1
    )
);

-- part: by_person
-- Whether an analyst or a fact-check had said the stance of reaction r towards claim c by then.
SELECT (
    EXISTS (SELECT 1 FROM label y WHERE y.reaction_id = r.id AND y.claim_id = c.id AND y.set_at <= :until)
    OR EXISTS (
        SELECT 1 FROM stance k
        WHERE k.reaction_id = r.id AND k.claim_id = c.id AND k.assessed_at <= :until AND k.verdict)
);

-- table: newest_of_assessor
-- The newest assessment of reaction r towards claim c by one assessor (:assessor is a pattern of its models' names);
-- one of those adapted by labels (not like :unadapted) only where there is no other.
SELECT m.id
FROM stance m
WHERE m.reaction_id = r.id AND m.claim_id = c.id AND m.assessed_at <= :until AND m.model LIKE :assessor
ORDER BY CASE WHEN m.model LIKE :unadapted THEN 0 ELSE 1 END, m.assessed_at DESC, m.id DESC
LIMIT 1;

-- name: sizes_then
-- How many reactions to each story were known, by how many people.
SELECT story, COUNT(*) AS reactions, COUNT(DISTINCT person) AS people
FROM reactions
WHERE first_seen_at <= :until
GROUP BY story;

-- name: stances_then
-- How many reactions took each stance towards each claim of each story.
SELECT story, position, claim, stance, COUNT(*) AS n
FROM (
    SELECT v.story, c.position, c.text AS claim, :stance_then AS stance
    FROM reactions v
    JOIN reaction r ON r.id = v.reaction_id
    JOIN claim c ON c.story_id = r.story_id
    WHERE v.first_seen_at <= :until
) t
WHERE stance IS NOT NULL
GROUP BY story, position, claim, stance
ORDER BY story, position;

-- name: reach_then
-- Each story's counts, added up over its posts' last observations; NULL where no platform told them.
SELECT v.story, CAST(SUM(o.likes) AS BIGINT) AS likes, CAST(SUM(o.reposts) AS BIGINT) AS reposts,
    CAST(SUM(o.replies) AS BIGINT) AS replies, CAST(SUM(o.quotes) AS BIGINT) AS quotes,
    CAST(SUM(o.views) AS BIGINT) AS views
FROM reactions v
JOIN reaction r ON r.id = v.reaction_id
JOIN observation o ON o.post_id = r.post_id AND o.observed_at = (
    SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = r.post_id AND m.observed_at <= :until)
WHERE v.first_seen_at <= :until
GROUP BY v.story;

-- name: corrections_then
-- The corrected articles; one that was read anew since is left out, as it may have been corrected since.
SELECT story, publisher, title, url, correction
FROM articles
WHERE corrected AND first_seen_at <= :until AND NOT EXISTS (
    SELECT 1
    FROM article_revision v
    JOIN article a ON a.id = v.article_id
    JOIN story s ON s.id = a.story_id
    WHERE s.slug = articles.story AND a.url = articles.url AND v.seen_at > :until)
ORDER BY CASE role WHEN 'original' THEN 0 WHEN 'earlier' THEN 1 WHEN 'coverage' THEN 2 ELSE 3 END, published_at,
    publisher;

-- name: new_then
-- The reactions that a digest tells as new: how many of each story, and its newest ones.
SELECT *
FROM (
    SELECT v.reaction_id, v.story, v.platform, v.url, v.author, v.author_name, v.person, v.posted_at, v.text, v.deleted,
        :stance_then AS stance, COUNT(*) OVER (PARTITION BY v.story) AS n,
        ROW_NUMBER() OVER (PARTITION BY v.story ORDER BY v.first_seen_at DESC, v.reaction_id) AS place
    FROM reactions v
    JOIN reaction r ON r.id = v.reaction_id
    LEFT JOIN claim c ON c.story_id = r.story_id
        AND c.position = (SELECT MIN(m.position) FROM claim m WHERE m.story_id = r.story_id)
    WHERE (v.first_seen_at > :since OR v.reaction_id > CAST(:after AS INTEGER)) AND v.first_seen_at <= :until
) t
WHERE place <= :most
ORDER BY story, place;

-- name: probabilities_then
-- What each reaction counted as towards each claim, whether a person said so, and the probabilities by one assessor.
SELECT v.story, c.text AS claim, :stance_then AS counted, :by_person AS by_person, b.support, b.deny, b.query,
    b.comment, b.covered
FROM reactions v
JOIN reaction r ON r.id = v.reaction_id
JOIN claim c ON c.story_id = r.story_id
LEFT JOIN stance b ON b.id = (:newest_of_assessor)
WHERE v.first_seen_at <= :until
ORDER BY v.story, c.position, r.id;

-- name: probabilities_of
-- The same of one story now, by the view stances, with the reactions' times, platforms, languages and counts.
SELECT stances.claim, CASE WHEN stances.unclear THEN 'unclear' ELSE stances.stance END AS counted,
    COALESCE(v.posted_at, v.first_seen_at) AS at, v.platform, v.language, v.likes, v.reposts, v.replies, v.quotes,
    :by_person AS by_person, b.support, b.deny, b.query, b.comment, b.covered
FROM stances
JOIN reactions v ON v.reaction_id = stances.reaction_id
JOIN reaction r ON r.id = stances.reaction_id
JOIN claim c ON c.story_id = r.story_id AND c.position = stances.position
LEFT JOIN stance b ON b.id = (:newest_of_assessor)
WHERE stances.story = :slug
ORDER BY stances.position, stances.reaction_id;
