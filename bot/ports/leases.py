"""What one process of a shop does at a time: who does it, and until when no other one may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

#: A lease is over so many seconds after it was last renewed; it is renewed every four, so that two
#: machines' clocks may differ by eight.
LEASE_SECONDS: Final = 12


class LeaseName(StrEnum):
    """What is leased. Names stand in databases: none is changed, none given twice.

    Each is an economy: what it guards comes out right, if late or twice asked for, where two
    processes do it for a moment.
    """

    #: Fetching updates, where Telegram cannot send them: it answers one at a time.
    POLLER = "poller"
    #: Fetching Stripe's events.
    EVENTS = "events"
    #: Asking Stripe about undecided orders, reminding, the summary: what follows the clock.
    HOUSEKEEPING = "housekeeping"
    #: Setting the command menus and descriptions.
    MENU = "menu"
    #: Watching the owner's catalog file.
    CATALOG_FILE = "catalog-file"
    #: Telling the owners when the database is lost; no other loop runs by it.
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that was taken.

    Attributes:
        holder: The process, as `bot.ports.Store.process` names it.
        until: Seconds UTC; over then unless it is renewed.
    """

    name: str
    holder: str
    until: int


class LeaseStore(Protocol):
    """Who does what only one process may."""

    def take(self, name: LeaseName, holder: str, now: int) -> bool:
        """Take a lease, or renew it; False while another process has it."""
        ...

    def give_back(self, holder: str) -> None:
        """Let others have a process's leases at once."""
        ...

    def clear(self) -> None:
        """Forget every lease: no other process runs."""
        ...

    def all(self) -> tuple[Lease, ...]:
        """Return the leases by name, those that are over too."""
        ...
