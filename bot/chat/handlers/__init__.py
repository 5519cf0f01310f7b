"""What taps, commands and words lead to: thin functions from a request to a reply.

They know the use cases and the screens, and nothing of Telegram.
"""
