-- The catalog's text where several processes edit it, and of each earlier one that it was there: a
-- file that says what an earlier text said is behind, and not new.
CREATE TABLE catalog_texts (
  digest TEXT PRIMARY KEY,
  content BLOB,
  saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX catalog_texts_newest ON catalog_texts ((content IS NOT NULL))
  WHERE content IS NOT NULL;
