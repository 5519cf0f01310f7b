-- Everything the shop remembers. Times are whole seconds UTC, amounts are minor units of the
-- currency beside them, and chat, user and update ids need 64 bits.

CREATE TABLE notes (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Stands in the metadata of everything that this database makes at Stripe.
INSERT INTO notes (name, value) VALUES ('shop_id', lower(hex(randomblob(16))));

CREATE TABLE chats (
  id        INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL CHECK (kind IN ('private', 'group')),
  language  TEXT NOT NULL,
  name      TEXT NOT NULL,
  chosen    INTEGER NOT NULL CHECK (chosen IN (0, 1)),
  reachable INTEGER NOT NULL CHECK (reachable IN (0, 1))
) STRICT;

-- Telegram may deliver an update twice; its number is remembered with the change that it made.
CREATE TABLE seen_updates (
  update_id INTEGER PRIMARY KEY,
  seen_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE cart_lines (
  chat_id    INTEGER NOT NULL,
  product_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  place      INTEGER NOT NULL,
  quantity   INTEGER NOT NULL CHECK (quantity > 0),
  seen_minor INTEGER NOT NULL CHECK (seen_minor >= 0),
  currency   TEXT NOT NULL,
  added_at   INTEGER NOT NULL,
  note       TEXT,
  added_by   TEXT,
  PRIMARY KEY (chat_id, product_id, variant_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  id                 INTEGER PRIMARY KEY CHECK (id > 1000),
  token              TEXT NOT NULL UNIQUE,
  chat_id            INTEGER NOT NULL,
  buyer_id           INTEGER NOT NULL,
  buyer_name         TEXT NOT NULL,
  language           TEXT NOT NULL,
  state              TEXT NOT NULL CHECK (state IN ('placed', 'open', 'processing', 'paid',
                       'failed', 'expired', 'cancelled', 'review', 'refunded')),
  goods              TEXT NOT NULL CHECK (goods IN ('held', 'freed', 'sold', 'returned')),
  currency           TEXT NOT NULL,
  subtotal           INTEGER NOT NULL CHECK (subtotal >= 0),
  allowed            TEXT NOT NULL,
  livemode           INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  pickup             INTEGER NOT NULL CHECK (pickup IN (0, 1)),
  extra              TEXT NOT NULL,
  placed_at          INTEGER NOT NULL,
  opened_at          INTEGER,
  ended_at           INTEGER,
  looked_at          INTEGER,
  due_at             INTEGER,
  session_id         TEXT UNIQUE,
  url                TEXT,
  paid_currency      TEXT,
  paid_total         INTEGER CHECK (paid_total >= 0),
  paid_discount      INTEGER CHECK (paid_discount >= 0),
  paid_shipping      INTEGER CHECK (paid_shipping >= 0),
  paid_tax           INTEGER CHECK (paid_tax >= 0),
  intent_id          TEXT,
  charge_id          TEXT,
  card_brand         TEXT,
  card_last4         TEXT,
  refunded           INTEGER CHECK (refunded >= 0),
  refunded_currency  TEXT,
  dispute            TEXT,
  review_reason      TEXT,
  shipped_at         INTEGER,
  tracking           TEXT,
  attempt_number     INTEGER NOT NULL CHECK (attempt_number > 0),
  attempt_key        TEXT NOT NULL,
  attempt_expires_at INTEGER NOT NULL,
  attempt_made_at    INTEGER NOT NULL,
  attempt_parameters TEXT NOT NULL
) STRICT;

-- The database itself allows a chat no second unpaid order.
CREATE UNIQUE INDEX orders_live ON orders (chat_id) WHERE state IN ('placed', 'open');
CREATE INDEX orders_of_chat ON orders (chat_id, id);
CREATE INDEX orders_ended ON orders (chat_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX orders_in_state ON orders (state, id);
CREATE INDEX orders_of_intent ON orders (intent_id) WHERE intent_id IS NOT NULL;
-- Only undecided orders have a time at which Stripe is asked again.
CREATE INDEX orders_due ON orders (due_at, id) WHERE due_at IS NOT NULL;

CREATE TABLE order_lines (
  order_id   INTEGER NOT NULL REFERENCES orders (id),
  place      INTEGER NOT NULL,
  product_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  stock_id   TEXT NOT NULL,
  title      TEXT NOT NULL,
  unit       INTEGER NOT NULL CHECK (unit >= 0),
  quantity   INTEGER NOT NULL CHECK (quantity > 0),
  note       TEXT,
  added_by   TEXT,
  PRIMARY KEY (order_id, place)
) STRICT, WITHOUT ROWID;

-- How many orders are in each state, so that a look at the till never counts a million rows.
CREATE TABLE order_counts (
  state  TEXT PRIMARY KEY,
  total  INTEGER NOT NULL CHECK (total >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER orders_counted AFTER INSERT ON orders
BEGIN
  INSERT INTO order_counts (state, total) VALUES (new.state, 1)
    ON CONFLICT (state) DO UPDATE SET total = order_counts.total + 1;
END;

CREATE TRIGGER orders_recounted AFTER UPDATE OF state ON orders WHEN new.state <> old.state
BEGIN
  UPDATE order_counts SET total = total - 1 WHERE state = old.state;
  INSERT INTO order_counts (state, total) VALUES (new.state, 1)
    ON CONFLICT (state) DO UPDATE SET total = order_counts.total + 1;
END;

-- Totals of the ledger: units held now, and units sold less returned since the last count.
CREATE TABLE stock (
  id         TEXT PRIMARY KEY,
  counted    INTEGER CHECK (counted >= 0),
  held       INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
  sold       INTEGER NOT NULL DEFAULT 0,
  counted_by INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The ledger itself. `free_after` is what a hold left; empty where nothing is counted.
CREATE TABLE stock_movements (
  id         INTEGER PRIMARY KEY,
  stock_id   TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('counted', 'held', 'freed', 'sold', 'returned',
               'restocked')),
  units      INTEGER,
  order_id   INTEGER,
  moved_at   INTEGER NOT NULL,
  free_after INTEGER,
  CHECK (kind IN ('counted', 'restocked') OR (units > 0 AND order_id IS NOT NULL))
) STRICT;

-- Messages. A chat's oldest waiting one alone has a time, so that finding what is due costs the
-- number of chats that wait and never the number of messages.
CREATE TABLE outbox (
  id         INTEGER PRIMARY KEY,
  chat_id    INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  order_id   INTEGER REFERENCES orders (id),
  details    TEXT NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  created_at INTEGER NOT NULL,
  due_at     INTEGER,
  done_at    INTEGER,
  parked     TEXT,
  CHECK (done_at IS NULL OR due_at IS NULL),
  CHECK (parked IS NULL OR done_at IS NOT NULL)
) STRICT;

CREATE INDEX outbox_waiting ON outbox (chat_id, id) WHERE done_at IS NULL;
CREATE INDEX outbox_of_order ON outbox (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE due_at IS NOT NULL;

-- Stripe's events, kept after they are done so that a repetition is known.
CREATE TABLE inbox (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL,
  object_id   TEXT NOT NULL,
  parent_id   TEXT,
  received_at INTEGER NOT NULL,
  attempts    INTEGER NOT NULL CHECK (attempts >= 0),
  due_at      INTEGER,
  done_at     INTEGER,
  CHECK ((due_at IS NULL) = (done_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX inbox_due ON inbox (due_at, received_at, id) WHERE due_at IS NOT NULL;

CREATE TABLE catalogs (
  id          INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  source      BLOB NOT NULL,
  saved_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE pictures (
  bot_id  INTEGER NOT NULL,
  digest  TEXT NOT NULL,
  file_id TEXT NOT NULL,
  PRIMARY KEY (bot_id, digest)
) STRICT, WITHOUT ROWID;
