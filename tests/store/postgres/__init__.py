"""What is PostgreSQL's own: replays, a server that goes away, one text for both engines."""
