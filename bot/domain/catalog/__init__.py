"""The catalog: its model, what it costs and counts, and how two of them differ."""
