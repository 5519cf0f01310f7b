"""Tests of the catalog's file."""
