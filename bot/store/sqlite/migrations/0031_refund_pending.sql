-- What of a refund Stripe has not finished sending, in minor units.
ALTER TABLE orders ADD COLUMN refund_pending INTEGER NOT NULL DEFAULT 0;
