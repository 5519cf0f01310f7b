"""What is kept: the only SQL, and the catalog's folder on disk."""
