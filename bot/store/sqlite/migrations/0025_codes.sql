-- Of each line: how its owner finds it, and the grams of one unit, as the catalog had them then.
ALTER TABLE order_lines ADD COLUMN sku TEXT;
ALTER TABLE order_lines ADD COLUMN barcode TEXT;
ALTER TABLE order_lines ADD COLUMN weight INTEGER CHECK (weight > 0);
