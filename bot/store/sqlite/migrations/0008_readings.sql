-- What reading the newest text came to, so that a start on an unchanged file need not read it again.
ALTER TABLE catalogs ADD COLUMN reading BLOB;
