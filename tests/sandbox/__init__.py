"""Tests of the embedded Telegram and Stripe."""
