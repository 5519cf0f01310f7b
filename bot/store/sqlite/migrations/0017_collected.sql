-- When a pick-up was handed over; that it is ready stands in shipped_at.
ALTER TABLE orders ADD COLUMN collected_at INTEGER;
