"""The loops that finish what was promised."""
