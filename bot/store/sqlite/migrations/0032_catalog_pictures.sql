-- The catalog's pictures, for processes on other machines than the one that has the files; and of
-- each earlier one that it was there: a file that shows what an earlier one did is behind, not new.
CREATE TABLE catalog_pictures (
  source TEXT NOT NULL,
  digest TEXT NOT NULL,
  content BLOB,
  PRIMARY KEY (source, digest)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX catalog_pictures_newest ON catalog_pictures (source) WHERE content IS NOT NULL;
