-- name: save_account
-- Writes an account. What is unknown replaces nothing; the platform's own name (:own = 1) replaces one that an embed
-- or an import showed.
INSERT INTO account (platform, key, external_id, handle, name, followers, links, labels, bio)
VALUES (:platform, :key, :external_id, :handle, :name, :followers, :links, :labels, :bio)
ON CONFLICT (platform, key) DO UPDATE
SET handle = COALESCE(excluded.handle, account.handle),
    name = CASE
        WHEN :own = 1 THEN COALESCE(excluded.name, account.name)
        ELSE COALESCE(account.name, excluded.name)
    END,
    followers = COALESCE(excluded.followers, account.followers),
    links = COALESCE(excluded.links, account.links),
    labels = COALESCE(excluded.labels, account.labels),
    bio = COALESCE(excluded.bio, account.bio);

-- name: labels
-- The labels of a platform's accounts that are stored under some keys and have any.
SELECT key, labels FROM account WHERE platform = :platform AND key IN :keys AND labels <> '';

-- name: keys_of_handles
-- The keys of a platform's accounts that are stored by id and have one of some handles (in lower case).
SELECT LOWER(handle) AS handle, key
FROM account
WHERE platform = :platform AND external_id IS NOT NULL AND LOWER(handle) IN :keys;

-- name: ids_of_keys
-- The ids of the accounts that are stored under some keys.
SELECT id, key FROM account WHERE platform = :platform AND key IN :keys;

-- name: as_stored
-- Some accounts as they are stored.
SELECT key, handle, name, followers, links, labels, bio FROM account WHERE platform = :platform AND key IN :keys;
