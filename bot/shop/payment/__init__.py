"""From placing an order to its end, and back: the only way to paid."""
