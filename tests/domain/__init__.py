"""Tests of the domain: pure values and rules."""
