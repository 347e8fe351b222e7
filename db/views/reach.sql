-- How far a reaction reached, as its looks show it: one row a reaction. Of one look alone there is no rate.
-- SECONDS(at): seconds since 1970. What was between two looks is unknown: rates are means from one to the next (view steps).
-- peak: the fastest of them, also from posting to the first look; half_life: by when half of the highest engagement seen
-- was there (as Bitly told of links, 2011), growing evenly between two looks; NULL where the first look found that already.
-- usual: the median of the account's own posts at that age (view own_posts), where there are five or more; beside_usual:
-- engagement divided by it (CrowdTangle's score, 2013 to 2024, against an account's last hundred posts at the same age).
CREATE VIEW reach AS
SELECT reaction_id, story, platform, author, posted_at, engagement, views, audience, looks, last_observed_at, age,
       rate, view_rate, peak_rate, peak_since, peak_until, half_life, half_by, longest_gap, falls, broken, usual,
       usual_of,
       engagement / NULLIF(usual, 0) AS beside_usual
FROM (
    SELECT k.reaction_id, s.slug AS story, k.platform, a.handle AS author, p.posted_at, k.engagement, k.views,
           COALESCE(o.followers, a.followers) AS audience,
           (SELECT COUNT(*) FROM observation m WHERE m.post_id = k.post_id) AS looks,
           k.observed_at AS last_observed_at,
           CASE WHEN LENGTH(p.posted_at) > 10
                THEN CAST(SECONDS(k.observed_at) - SECONDS(p.posted_at) AS DOUBLE PRECISION) / 3600 END AS age,
           (SELECT x.rate FROM steps x
            WHERE x.reaction_id = k.reaction_id AND x.observed_at = k.observed_at AND NOT x.from_posting) AS rate,
           (SELECT x.view_rate FROM steps x
            WHERE x.reaction_id = k.reaction_id AND x.observed_at = k.observed_at AND NOT x.from_posting) AS view_rate,
           (SELECT MAX(x.rate) FROM steps x
            WHERE x.reaction_id = k.reaction_id AND (NOT x.from_posting OR x.observed_at < k.observed_at)) AS peak_rate,
           (SELECT x.since FROM steps x
            WHERE x.reaction_id = k.reaction_id AND x.rate > 0 AND (NOT x.from_posting OR x.observed_at < k.observed_at)
            ORDER BY x.rate DESC, x.observed_at LIMIT 1) AS peak_since,
           (SELECT x.observed_at FROM steps x
            WHERE x.reaction_id = k.reaction_id AND x.rate > 0 AND (NOT x.from_posting OR x.observed_at < k.observed_at)
            ORDER BY x.rate DESC, x.observed_at LIMIT 1) AS peak_until,
           (SELECT CASE WHEN NOT x.from_posting AND x.gained >= x.engagement - h.half
                        THEN x.age - x.hours * (x.engagement - h.half) / x.gained END
            FROM steps x
            JOIN (SELECT MAX(y.engagement) / 2.0 AS half FROM steps y WHERE y.reaction_id = k.reaction_id) h
                ON x.engagement >= h.half
            WHERE x.reaction_id = k.reaction_id AND x.engagement > 0
            ORDER BY x.observed_at LIMIT 1) AS half_life,
           (SELECT x.age
            FROM steps x
            JOIN (SELECT MAX(y.engagement) / 2.0 AS half FROM steps y WHERE y.reaction_id = k.reaction_id) h
                ON x.engagement >= h.half
            WHERE x.reaction_id = k.reaction_id AND x.engagement > 0
            ORDER BY x.observed_at LIMIT 1) AS half_by,
           (SELECT MAX(x.hours) FROM steps x WHERE x.reaction_id = k.reaction_id) AS longest_gap,
           (SELECT COUNT(x.fell) FROM steps x WHERE x.reaction_id = k.reaction_id) AS falls,
           (SELECT MAX(x.broken) FROM steps x WHERE x.reaction_id = k.reaction_id) AS broken,
           (SELECT AVG(y.engagement)
            FROM (
                SELECT CAST(w.engagement AS DOUBLE PRECISION) AS engagement,
                       ROW_NUMBER() OVER (ORDER BY w.engagement) AS place, COUNT(*) OVER () AS of_all
                FROM own_posts w
                WHERE w.reaction_id = k.reaction_id AND w.engagement IS NOT NULL
            ) y
            WHERE y.of_all >= 5 AND y.place IN ((y.of_all + 1) / 2, (y.of_all + 2) / 2)) AS usual,
           (SELECT COUNT(w.engagement) FROM own_posts w WHERE w.reaction_id = k.reaction_id) AS usual_of
    FROM latest k
    LEFT JOIN story s ON s.id = k.story_id
    LEFT JOIN post p ON p.id = k.post_id
    LEFT JOIN account a ON a.id = p.account_id
    LEFT JOIN observation o ON o.post_id = k.post_id AND o.observed_at = k.observed_at
) looked_at
