"""The use cases, tried as people do: through the bot, over real HTTP, on a real database."""
