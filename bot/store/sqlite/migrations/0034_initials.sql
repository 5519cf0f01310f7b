-- The last initial of who added to a group's cart: two people of one first name are told apart by it.
ALTER TABLE cart_shares ADD COLUMN initial TEXT NOT NULL DEFAULT '';
ALTER TABLE order_shares ADD COLUMN initial TEXT NOT NULL DEFAULT '';
