"""What the shop survives: each fault as a test, each race with its control."""
