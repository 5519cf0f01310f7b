-- What the buyer chose on the payment page, where it is nothing personal: the catalog's id of the
-- delivery, its name then, the promotion code, and what was paid where in another currency.
ALTER TABLE orders ADD COLUMN paid_rate TEXT;
ALTER TABLE orders ADD COLUMN paid_delivery TEXT;
ALTER TABLE orders ADD COLUMN paid_code TEXT;
ALTER TABLE orders ADD COLUMN presented INTEGER;
ALTER TABLE orders ADD COLUMN presented_currency TEXT;
