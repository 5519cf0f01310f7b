"""The shop's own rules: pure values and decisions; no I/O, no library of any service."""
