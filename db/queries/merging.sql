-- name: move_reactions
-- Makes the reactions of one post another's, in the stories that the other does not react to.
UPDATE reaction SET post_id = :new
WHERE post_id = :old
    AND story_id NOT IN (SELECT story_id FROM (SELECT story_id FROM reaction WHERE post_id = :new) x);

-- name: same_story
-- The reactions of one post and of another to the same story.
SELECT o.id AS old_id, n.id AS new_id
FROM reaction o
JOIN reaction n ON n.story_id = o.story_id AND n.post_id = :new
WHERE o.post_id = :old;

-- name: drop_witnesses
-- Takes out the witnesses of one reaction that another has too.
DELETE FROM witness
WHERE reaction_id = :old AND EXISTS (
    SELECT 1 FROM witness w
    WHERE w.reaction_id = :new AND w.tie = witness.tie AND w.source = witness.source AND w.words = witness.words);

-- name: move_witnesses
-- Makes the witnesses of one reaction another's.
UPDATE witness SET reaction_id = :new WHERE reaction_id = :old;

-- name: move_labels
-- Makes the labels of one reaction another's, where the same analyst did not label the other.
UPDATE label SET reaction_id = :new
WHERE reaction_id = :old AND NOT EXISTS (
    SELECT 1 FROM label l
    WHERE l.reaction_id = :new AND l.claim_id = label.claim_id AND l.analyst = label.analyst);

-- name: keep_dropped
-- A reaction is dropped where another that it takes in was.
UPDATE reaction
SET dropped_at = COALESCE(dropped_at, (SELECT o.dropped_at FROM reaction o WHERE o.id = :old))
WHERE id = :new;

-- name: move_observations
-- Makes the observations of one post another's, of the times at which the other was not observed.
UPDATE observation SET post_id = :new
WHERE post_id = :old
    AND observed_at NOT IN (SELECT observed_at FROM (SELECT observed_at FROM observation WHERE post_id = :new) x);

-- name: drop_shown
-- Takes out what says that an answer showed one post, where it showed the other too.
DELETE FROM shown
WHERE post_id = :old
    AND evidence_id IN (SELECT evidence_id FROM (SELECT evidence_id FROM shown WHERE post_id = :new) x);

-- name: move_shown
-- What showed one post showed another.
UPDATE shown SET post_id = :new WHERE post_id = :old;
