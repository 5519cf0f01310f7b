"""The shop's own rules: pure values and decisions, with no I/O and no foreign library of a service."""
