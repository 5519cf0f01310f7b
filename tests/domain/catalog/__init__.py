"""Tests of the catalog and what compares two of them."""
