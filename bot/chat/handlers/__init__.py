"""What taps, commands and words lead to, a file a feature: thin functions from a visit to a reply.

They know the use cases and the screens, and nothing of Telegram.
"""
