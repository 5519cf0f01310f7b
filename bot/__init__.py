"""A Telegram shop in one process."""
