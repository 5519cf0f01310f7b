"""How much memory this process holds."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


class Memory:
    """How much more memory this process holds than at first, seen after each batch.

    The peak that the system keeps would be of no use: another part may have had it before.
    """

    def __init__(self) -> None:
        self._first = self._most = _resident()

    def look(self) -> None:
        """See how much it is now."""
        self._most = max(self._most, _resident())

    @property
    def grown(self) -> int:
        """Return the most that was seen above the first, in MiB."""
        return (self._most - self._first) // (1024 * 1024)


def _resident() -> int:
    """Return what this process holds in memory, in bytes; where that is not told, its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak * (1 if sys.platform == "darwin" else 1024)
    return pages * resource.getpagesize()
