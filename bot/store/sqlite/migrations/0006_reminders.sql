-- When a chat is reminded that its link ends: only orders that wait to be paid have a time.
ALTER TABLE orders ADD COLUMN remind_at INTEGER;
CREATE INDEX orders_remind ON orders (remind_at, id) WHERE remind_at IS NOT NULL;
UPDATE orders SET remind_at = attempt_expires_at - 900 WHERE state = 'open';
-- Whether a chat wants reminders, and when its cart was last recalled to it.
ALTER TABLE chats ADD COLUMN reminders INTEGER NOT NULL DEFAULT 1 CHECK (reminders IN (0, 1));
ALTER TABLE chats ADD COLUMN recalled_at INTEGER;
-- Carts left behind are found by when they were filled, however many carts there are.
CREATE INDEX cart_lines_added ON cart_lines (added_at, chat_id);
