-- Counts what was recorded of an order's refunds and disputes: an answer that was asked for before
-- another was recorded is not recorded.
ALTER TABLE orders ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
