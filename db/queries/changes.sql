-- name: keep
-- Keeps a change of the balance; one that is there stays as it was first found.
INSERT INTO balance_change (story_id, claim_id, at, before, after, chance, found_at)
VALUES (:story_id, :claim_id, :at, :before, :after, :chance, :found_at)
ON CONFLICT (claim_id, at) DO NOTHING;
