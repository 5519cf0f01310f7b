-- Who let holds run out is asked of a person, whichever chats they order in.
DROP INDEX orders_ended;
CREATE INDEX orders_ended ON orders (buyer_id, ended_at) WHERE ended_at IS NOT NULL;
