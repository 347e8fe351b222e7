-- A person who reacted. accounts: platform:handle, comma-separated; reactions: how many, in all stories.
-- voice: journalist, politician, scholar, authority, company or bot, where voice_rests_on says it; else NULL
-- rests_on: why the names and accounts are taken for one person
CREATE VIEW people AS
SELECT n.name AS person, n.affiliation,
       (SELECT COUNT(*) FROM reaction r WHERE r.person_id = n.id AND r.dropped_at IS NULL) AS reactions,
       (SELECT GROUP_CONCAT(account, ', ')
        FROM (SELECT DISTINCT p.platform || ':' || a.handle AS account
              FROM reaction r
              JOIN post p ON p.id = r.post_id
              JOIN account a ON a.id = p.account_id
              WHERE r.person_id = n.id AND a.handle IS NOT NULL AND r.dropped_at IS NULL
              ORDER BY 1) d) AS accounts,
       s.slug AS story, n.rests_on, n.id AS person_id, n.voice, n.voice_rests_on
FROM person n
JOIN story s ON s.id = n.story_id
