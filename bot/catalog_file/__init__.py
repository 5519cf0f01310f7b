"""The owner's file: read, checked by line, edited in place, with its schema and its folder."""
