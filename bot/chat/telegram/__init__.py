"""How Telegram is spoken to: the only place that imports its library."""
