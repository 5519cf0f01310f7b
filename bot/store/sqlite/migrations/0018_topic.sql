-- The topic of a forum in which an order was placed: its news belong there.
ALTER TABLE orders ADD COLUMN topic INTEGER;
