"""Tests of the catalog and its file."""
