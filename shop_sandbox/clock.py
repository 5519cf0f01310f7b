"""A clock that a person may set ahead, to see what time brings: links that run out, reminders."""

from __future__ import annotations

import time


class SandboxClock:
    """The machine's time, and what has been let pass beyond it.

    Attributes:
        ahead: Seconds beyond the machine's time.
    """

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        """Return seconds UTC, for the sandbox."""
        return time.time() + self.ahead

    def now(self) -> int:
        """Return whole seconds UTC, for the shop that is run against it."""
        return int(self())

    def jump(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            ValueError: it would go back.
        """
        if seconds < 0:
            raise ValueError("time does not go back")
        self.ahead += seconds
