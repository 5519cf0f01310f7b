"""Loops that finish what was promised: messages, events, reconciliation, the catalog's file."""
