-- name: charge
-- Writes what an item cost; what was charged that day already is not charged again.
INSERT INTO spending (platform, day, item, amount) VALUES (:platform, :day, :item, :amount)
ON CONFLICT (platform, day, item) DO NOTHING;
