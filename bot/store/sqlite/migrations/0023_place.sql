-- Where a person has goods sent, of a shop that sends to several zones: a country or a zone's id.
ALTER TABLE preferences ADD COLUMN place TEXT;
