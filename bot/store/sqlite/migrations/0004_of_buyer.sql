-- A person who asks to be forgotten is found by their orders and messages without a search of all.
CREATE INDEX orders_of_buyer ON orders (buyer_id);
CREATE INDEX outbox_of_chat ON outbox (chat_id) WHERE order_id IS NULL;
