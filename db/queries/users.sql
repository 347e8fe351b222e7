-- name: first_attempt
-- Begins to count attempts under a mark, where none was counted yet.
INSERT INTO user_attempt (mark, failures, last_at) VALUES (:mark, 0, :at) ON CONFLICT (mark) DO NOTHING;

-- name: token_of
-- Whose token a mark is, what its user may do, and what it may do itself.
SELECT t.id, u.name, u.role AS user_role, t.role AS token_role, t.used_at
FROM user_token AS t INNER JOIN user_account AS u ON t.user_id = u.id
WHERE t.mark = :mark;
