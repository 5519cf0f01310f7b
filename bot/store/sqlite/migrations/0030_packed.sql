-- When an order was packed to be sent; what is packed waits in a list of its own.
ALTER TABLE orders ADD COLUMN packed_at INTEGER;
CREATE INDEX orders_packed ON orders (state, id)
  WHERE state = 'paid' AND shipped_at IS NULL AND packed_at IS NOT NULL;
