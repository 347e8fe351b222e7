-- A note that a crowd wrote about a reaction's post (X's Community Notes): a stance on the post, not a reaction to the story.
-- classification: MISINFORMED_OR_POTENTIALLY_MISLEADING or NOT_MISLEADING, as its author sees the post
-- status: NEEDS_MORE_RATINGS, CURRENTLY_RATED_HELPFUL (shown under the post) or CURRENTLY_RATED_NOT_HELPFUL; since: its time
-- helpful, somewhat_helpful, not_helpful: raters who found it so; NULL where ratings are not read
-- gone_at: when its author had taken it back
CREATE VIEW notes AS
SELECT s.slug AS story, r.id AS reaction_id, p.platform, p.external_id, p.url, n.id AS note_id, n.written_at, n.text,
       n.classification, n.status, n.status_since AS since, n.helpful, n.somewhat_helpful, n.not_helpful, n.gone_at
FROM note n
JOIN post p ON p.id = n.post_id
JOIN reaction r ON r.post_id = p.id
JOIN story s ON s.id = r.story_id
WHERE r.dropped_at IS NULL
