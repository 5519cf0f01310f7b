"""How long a test waits for what must happen.

A condition that comes true ends the wait at once, so this is spent only by a test that fails: on a
machine that eight other programs use, what takes a second may take ten.
"""

from __future__ import annotations

PATIENCE = 120.0
