-- A person whom a story's article names, and whether they answered, by accounts that are declared to be theirs.
-- state: answered (a post of theirs reacts to the story), voice (the article shows a post of theirs), not seen (an account
-- is known, and nothing of it was seen), no account known. The post is the first answer, else the first that the article shows
CREATE VIEW named AS
SELECT s.slug AS story, n.name AS person, n.affiliation,
       CASE
           WHEN a.answers > 0 THEN 'answered'
           WHEN a.shown > 0 THEN 'voice'
           WHEN h.accounts IS NOT NULL THEN 'not seen'
           ELSE 'no account known'
       END AS state,
       a.answered_at, a.platform, a.author, a.stance, a.url, a.reaction_id, COALESCE(a.answers, 0) AS answers,
       COALESCE(a.shown, 0) AS shown,
       (SELECT COUNT(*)
        FROM witness w
        JOIN reaction r ON r.id = w.reaction_id
        LEFT JOIN person q ON q.id = r.person_id
        WHERE r.story_id = n.story_id AND r.dropped_at IS NULL AND w.tie = 'reported'
            AND (q.name = n.name OR w.rests_on = 'the article''s prose reports ' || n.name)) AS reported,
       h.accounts, h.rests_on, n.namesakes, n.source AS named_in, n.place,
       (SELECT MIN(q.id) FROM person q WHERE q.story_id = n.story_id AND q.name = n.name) AS person_id
FROM named_person n
JOIN story s ON s.id = n.story_id
LEFT JOIN (
    SELECT story_id, name, GROUP_CONCAT(account, ', ') AS accounts, GROUP_CONCAT(rests_on, '; ') AS rests_on
    FROM (SELECT story_id, name, platform || ':' || handle AS account, rests_on
          FROM own_account
          ORDER BY story_id, name, platform, handle) d
    GROUP BY story_id, name
) h ON h.story_id = n.story_id AND h.name = n.name
LEFT JOIN (
    SELECT o.story_id, o.name, o.answers, o.shown, CASE WHEN o.own_shown = 0 THEN o.at END AS answered_at, o.platform,
           o.author, o.stance, o.url, o.reaction_id
    FROM (SELECT t.story_id, t.name, t.at, t.platform, t.author, t.url, t.stance, t.reaction_id, t.own_shown,
                 SUM(t.own_shown) OVER (PARTITION BY t.story_id, t.name) AS shown,
                 SUM(1 - t.own_shown) OVER (PARTITION BY t.story_id, t.name) AS answers,
                 ROW_NUMBER() OVER (PARTITION BY t.story_id, t.name ORDER BY t.own_shown, t.at, t.reaction_id) AS place
          FROM (SELECT c.story_id, c.name, COALESCE(p.posted_at, r.first_seen_at) AS at, p.platform, c.handle AS author,
                       p.url, CASE WHEN l.unclear THEN NULL ELSE l.stance END AS stance, r.id AS reaction_id,
                       CASE WHEN EXISTS (
                           SELECT 1
                           FROM witness w
                           JOIN named_person m ON m.source = w.source AND m.story_id = r.story_id
                           WHERE w.reaction_id = r.id AND w.tie = 'embedded') THEN 1 ELSE 0 END AS own_shown
                FROM own_account c
                JOIN post p ON p.account_id = c.account_id
                JOIN reaction r ON r.post_id = p.id AND r.story_id = c.story_id
                LEFT JOIN latest l ON l.reaction_id = r.id
                WHERE r.dropped_at IS NULL AND p.kind <> 'statement') t) o
    WHERE o.place = 1
) a ON a.story_id = n.story_id AND a.name = n.name
