-- Which message shows an order in a chat, so that it can follow the order when that changes.
CREATE TABLE shown (
  order_id   INTEGER NOT NULL REFERENCES orders (id),
  kind       TEXT NOT NULL,
  chat_id    INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  PRIMARY KEY (order_id, kind, chat_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX shown_in_chat ON shown (chat_id);
