-- Of each line: how many units refunds name, as Stripe's metadata has them, and how many are back
-- on the shelf. Goods that were returned before were returned whole.
ALTER TABLE order_lines ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0
  CHECK (refunded BETWEEN 0 AND quantity);
ALTER TABLE order_lines ADD COLUMN returned INTEGER NOT NULL DEFAULT 0
  CHECK (returned BETWEEN 0 AND quantity);
UPDATE order_lines SET returned = quantity
WHERE order_id IN (SELECT id FROM orders WHERE goods = 'returned');
