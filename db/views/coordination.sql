-- Posted together: a post that accounts of one group made within seconds of each other, again and again.
-- shared: text (near-copies) or link; seconds: after the first post of the occasion
-- accounts, times, expected, chance: of the whole group; expected and chance come from copies with shuffled times
-- To be looked at: why they posted together is not known. Left out: reactions that were dropped or erased
CREATE VIEW coordination AS
SELECT s.slug AS story, g.number AS group_number, c.occasion,
       p.platform || ':' || COALESCE(a.handle, a.name, a.external_id) AS account,
       p.platform, c.shared, c.link, p.text, p.posted_at, c.seconds, p.url, a.name AS author_name,
       g.accounts, g.times, g.expected, g.chance, c.reaction_id
FROM coordination_post c
JOIN coordination_group g ON g.id = c.group_id
JOIN story s ON s.id = g.story_id
JOIN reaction r ON r.id = c.reaction_id
JOIN post p ON p.id = r.post_id
JOIN account a ON a.id = p.account_id
WHERE r.dropped_at IS NULL
