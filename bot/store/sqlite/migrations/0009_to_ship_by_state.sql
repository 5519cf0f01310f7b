-- With the state in it the index is chosen for what has to be sent without being named.
DROP INDEX orders_to_ship;
CREATE INDEX orders_to_ship ON orders (state, id) WHERE state = 'paid' AND shipped_at IS NULL;
