"""The Stripe adapter, over real HTTP against the embedded Stripe."""
