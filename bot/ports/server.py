"""What a database's server tells of itself, for whoever operates it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standby:
    """A server that follows another one.

    Attributes:
        name: As it calls itself.
        awaited: Whether a commit waits for it.
        lag: Seconds that it is behind; None where that may not be read.
    """

    name: str
    awaited: bool
    lag: float | None


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a server tells of itself.

    Attributes:
        version: The server program's.
        schema: Number of the last migration.
        processes: The shop's that run, by name.
        synchronous_commit: What a commit waits for, as the server's setting says.
        page_locks: Rows of a page that a transaction has read before it counts as all of the page.
        awaited: The stand-bys that a commit waits for, as the server's setting says.
        standbys: Those that follow now.
    """

    version: str
    schema: int
    processes: tuple[str, ...]
    page_locks: int
    synchronous_commit: str
    awaited: str
    standbys: tuple[Standby, ...]

    @property
    def waits(self) -> bool:
        """Whether a commit waits for a stand-by."""
        return bool(self.awaited) and self.synchronous_commit not in {"local", "off"}
