-- What an owner has to send is found at once, however many orders were sent before.
CREATE INDEX orders_to_ship ON orders (id) WHERE state = 'paid' AND shipped_at IS NULL;
