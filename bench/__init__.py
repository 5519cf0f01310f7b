"""Measurements and long proofs, run by hand: ``python -m bench --help``."""
