-- The last order's number stands in a row, where all who place an order meet.
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, last) SELECT 'orders', coalesce(max(id), 1000) FROM orders;
