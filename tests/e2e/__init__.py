"""The demo as people use it: a real browser against the real servers."""
