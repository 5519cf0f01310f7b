-- Sales of a day or a month are found by their time, however many came before.
CREATE INDEX orders_placed ON orders (placed_at);
