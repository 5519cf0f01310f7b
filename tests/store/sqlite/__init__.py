"""What is SQLite's own: one file, its log, its lock, its copies."""
