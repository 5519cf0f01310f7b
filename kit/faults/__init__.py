"""Shops and services that fail on request: tests take samples of it, the bench runs it in full."""
