-- Who asked to be told when something that is sold out is back, and whose turn it is just now.
CREATE TABLE waitlist (
  stock_id   TEXT NOT NULL,
  user_id    INTEGER NOT NULL,
  product_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  asked_at   INTEGER NOT NULL,
  told_at    INTEGER,
  PRIMARY KEY (stock_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX waitlist_of_person ON waitlist (user_id);
CREATE INDEX waitlist_untold ON waitlist (stock_id, asked_at, user_id) WHERE told_at IS NULL;
CREATE INDEX waitlist_told ON waitlist (told_at) WHERE told_at IS NOT NULL;
CREATE INDEX waitlist_asked ON waitlist (asked_at);
