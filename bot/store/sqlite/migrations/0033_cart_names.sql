-- What a line was called when it was added, as JSON by language: told where it has another name.
ALTER TABLE cart_lines ADD COLUMN seen_title TEXT;
