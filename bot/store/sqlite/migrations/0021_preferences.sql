-- What a person chose once for all their orders: whether they pick them up.
CREATE TABLE preferences (
  user_id INTEGER PRIMARY KEY,
  pickup  INTEGER CHECK (pickup IN (0, 1))
) STRICT;
-- Whether an order's goods were bought by themselves, beside the cart, which they leave as it is.
ALTER TABLE orders ADD COLUMN alone INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1));
