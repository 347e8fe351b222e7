-- name: claim
-- Takes the right to send a day's digest to a reader, where nobody has it or it was refused before.
INSERT INTO delivery (day, reader, status, message_id, since, until, last_reaction, at, attempts, told)
VALUES (:day, :reader, 'claimed', :message_id, :since, :until, :last, :at, 1, :told)
ON CONFLICT (day, reader) DO UPDATE
SET status = 'claimed', message_id = excluded.message_id, since = excluded.since, until = excluded.until,
    last_reaction = excluded.last_reaction, at = excluded.at, attempts = delivery.attempts + 1, note = NULL,
    told = excluded.told
WHERE delivery.status = 'refused';
