"""Screens, a file a feature: pure functions from domain objects and texts to a `Screen`."""
