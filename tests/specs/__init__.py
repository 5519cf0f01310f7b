"""The published specifications, as checks of requests and answers."""
