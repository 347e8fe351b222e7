-- The days from which a network's count means something else than before, so that counts before and after do not compare.
CREATE VIEW breaks AS
SELECT 'youtube' AS platform, 'views' AS counted, '2026-08-27' AS day
