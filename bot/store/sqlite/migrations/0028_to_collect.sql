-- Pick-ups that are ready and were not handed over.
CREATE INDEX orders_to_collect ON orders (state, id)
  WHERE state = 'paid' AND pickup = 1 AND shipped_at IS NOT NULL AND collected_at IS NULL;
