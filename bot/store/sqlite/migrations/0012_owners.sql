-- Owners who were invited, beside those of the settings.
CREATE TABLE owners (
  user_id INTEGER PRIMARY KEY,
  since INTEGER NOT NULL
) STRICT;
-- Links by which somebody becomes one; each is deleted by whoever uses it first. Only the SHA-256
-- of its token is kept; invited_by is 0 for the one that whoever installed the shop was shown.
CREATE TABLE owner_links (
  digest TEXT PRIMARY KEY,
  invited_by INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
