-- Who in a group added how many of a line, so that the group can tell and a person can be forgotten.
CREATE TABLE cart_shares (
  chat_id    INTEGER NOT NULL,
  product_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  user_id    INTEGER NOT NULL,
  place      INTEGER NOT NULL,
  name       TEXT NOT NULL,
  units      INTEGER NOT NULL CHECK (units > 0),
  PRIMARY KEY (chat_id, product_id, variant_id, user_id),
  FOREIGN KEY (chat_id, product_id, variant_id)
    REFERENCES cart_lines (chat_id, product_id, variant_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX cart_shares_of_user ON cart_shares (user_id);

CREATE TABLE order_shares (
  order_id   INTEGER NOT NULL REFERENCES orders (id),
  product_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  user_id    INTEGER NOT NULL,
  place      INTEGER NOT NULL,
  name       TEXT NOT NULL,
  units      INTEGER NOT NULL CHECK (units > 0),
  PRIMARY KEY (order_id, product_id, variant_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX order_shares_of_user ON order_shares (user_id);
