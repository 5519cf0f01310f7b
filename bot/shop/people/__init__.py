"""Customers and owners, and what is said between them."""
