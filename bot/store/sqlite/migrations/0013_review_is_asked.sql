-- Stripe goes on being asked about an order in review that has no payment: one may yet come.
UPDATE orders SET due_at = 0 WHERE state = 'review' AND paid_total IS NULL;
