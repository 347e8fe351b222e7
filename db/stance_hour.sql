-- What is kept in the table stance_hour: how many reactions posted in an hour take each stance towards the main claim.
-- LATEST: rows of the table latest, each with a sign: 1, or -1 for what is taken back.
SELECT story_id, claim_id, hour, SUM(supporting) AS supporting, SUM(denying) AS denying, SUM(asking) AS asking,
       SUM(commenting) AS commenting, SUM(undecided) AS undecided
FROM (
    SELECT k.story_id, k.claim_id,
           CASE WHEN LENGTH(k.posted_at) = 10 THEN k.posted_at || 'T00' ELSE SUBSTR(k.posted_at, 1, 13) END AS hour,
           CASE WHEN NOT COALESCE(k.unclear, FALSE) AND k.stance = 'support' THEN k.sign ELSE 0 END AS supporting,
           CASE WHEN NOT COALESCE(k.unclear, FALSE) AND k.stance = 'deny' THEN k.sign ELSE 0 END AS denying,
           CASE WHEN NOT COALESCE(k.unclear, FALSE) AND k.stance = 'query' THEN k.sign ELSE 0 END AS asking,
           CASE WHEN NOT COALESCE(k.unclear, FALSE) AND k.stance = 'comment' THEN k.sign ELSE 0 END AS commenting,
           CASE WHEN k.unclear THEN k.sign ELSE 0 END AS undecided
    FROM (LATEST) k
    WHERE k.stance IS NOT NULL
) counted
GROUP BY story_id, claim_id, hour
