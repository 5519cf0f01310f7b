"""The chat side: screens, button data and handlers; the only part that imports ``telegram``."""
