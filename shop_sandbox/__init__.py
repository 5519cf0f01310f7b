"""The embedded Telegram and Stripe: HTTP servers that the unchanged bot talks to."""
