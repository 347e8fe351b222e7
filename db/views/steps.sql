-- A look at a reaction's counts beside the look before it: what was gained between, and how fast. The first look is
-- beside the posting (from_posting), when all counts were 0; nothing was gained where that is known to the day alone.
-- SECONDS(at): seconds since 1970 (each database writes it its own way).
-- gained: each count less that of the look before, as far as both tell it: below 0 where counts fell.
-- Views are not compared across a day of the view breaks.
CREATE VIEW steps AS
SELECT reaction_id, story, observed_at, since, from_posting, hours, age, engagement, views, followers, gained,
       gained / NULLIF(hours, 0) AS rate, gained_views, gained_views / NULLIF(hours, 0) AS view_rate, fell, broken
FROM (
    SELECT k.reaction_id, s.slug AS story, o.observed_at,
           CASE WHEN b.post_id IS NOT NULL THEN b.observed_at
                WHEN LENGTH(p.posted_at) > 10 THEN p.posted_at END AS since,
           b.post_id IS NULL AS from_posting,
           CAST(SECONDS(o.observed_at)
               - CASE WHEN b.post_id IS NOT NULL THEN SECONDS(b.observed_at)
                      WHEN LENGTH(p.posted_at) > 10 THEN SECONDS(p.posted_at) END AS DOUBLE PRECISION) / 3600 AS hours,
           CASE WHEN LENGTH(p.posted_at) > 10
                THEN CAST(SECONDS(o.observed_at) - SECONDS(p.posted_at) AS DOUBLE PRECISION) / 3600 END AS age,
           CASE WHEN COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
                THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
           END AS engagement,
           o.views, o.followers,
           CASE WHEN COALESCE(o.likes - b.likes, o.reposts - b.reposts, o.replies - b.replies, o.quotes - b.quotes)
                    IS NOT NULL
                THEN COALESCE(o.likes - b.likes, 0) + COALESCE(o.reposts - b.reposts, 0)
                    + COALESCE(o.replies - b.replies, 0) + COALESCE(o.quotes - b.quotes, 0)
                WHEN b.post_id IS NULL AND LENGTH(p.posted_at) > 10
                    AND COALESCE(o.likes, o.reposts, o.replies, o.quotes) IS NOT NULL
                THEN COALESCE(o.likes, 0) + COALESCE(o.reposts, 0) + COALESCE(o.replies, 0) + COALESCE(o.quotes, 0)
           END AS gained,
           CASE WHEN d.day IS NULL
                THEN o.views - CASE WHEN b.post_id IS NOT NULL THEN b.views WHEN LENGTH(p.posted_at) > 10 THEN 0 END
           END AS gained_views,
           NULLIF(TRIM(CASE WHEN o.likes < b.likes THEN 'likes ' ELSE '' END
               || CASE WHEN o.reposts < b.reposts THEN 'reposts ' ELSE '' END
               || CASE WHEN o.replies < b.replies THEN 'replies ' ELSE '' END
               || CASE WHEN o.quotes < b.quotes THEN 'quotes ' ELSE '' END
               || CASE WHEN o.views < b.views THEN 'views ' ELSE '' END), '') AS fell,
           d.counted AS broken
    FROM latest k
    JOIN observation o ON o.post_id = k.post_id
    LEFT JOIN story s ON s.id = k.story_id
    LEFT JOIN post p ON p.id = k.post_id
    LEFT JOIN observation b ON b.post_id = o.post_id AND b.observed_at = (
        SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = o.post_id AND m.observed_at < o.observed_at)
    LEFT JOIN breaks d ON d.platform = k.platform AND d.counted = 'views' AND o.views IS NOT NULL
        AND d.day <= o.observed_at AND d.day > COALESCE(b.observed_at, p.posted_at)
) compared
