"""What became of a purchase whose shop was killed, and whether that is right."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field


@dataclass
class Story:
    """What became of a purchase.

    Attributes:
        points: Those that the first shop passed.
        exits: Exit codes of all shops, in their order.
        receipts: As the customer's chat shows them.
        repeat_allowed: The kill came after a receipt was taken and before that was stored.
        rows: Orders as (state, units).
        charges: Succeeded at Stripe, in minor units.
        findings: What contradicts itself in the database.
        free: Units of 20 that nobody holds.
        log: Everything that the shops wrote to their standard error.
        messages: Everything that anybody was told in any chat.
    """

    points: list[str] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    repeat_allowed: bool = False
    rows: list[tuple[str, int]] = field(default_factory=list)
    charges: list[int] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    free: int = -1
    log: str = ""
    messages: list[str] = field(default_factory=list)

    @property
    def killed(self) -> bool:
        """Whether the shop was killed at all."""
        return -signal.SIGKILL in self.exits

    def faults(self) -> list[str]:
        """Return in which ways this is not a purchase that went right."""
        sold = sum(units for state, units in self.rows if state == "paid")
        paid = [state for state, _ in self.rows if state == "paid"]
        most = 2 if self.repeat_allowed else 1
        checks = {
            f"findings {self.findings}": not self.findings,
            f"undecided orders {self.rows}": all(
                state in {"paid", "failed", "expired", "cancelled"} for state, _ in self.rows
            ),
            f"{len(paid)} paid orders, {len(self.charges)} charges": len(paid)
            == len(self.charges)
            <= 1,
            f"{self.free} free, {sold} sold": self.free == 20 - sold,
            f"{len(self.receipts)} receipts for {len(paid)} paid": len(paid)
            <= len(self.receipts)
            <= most * len(paid),
            "receipts differ": len(set(self.receipts)) <= 1,
            f"exit codes {self.exits}": self.exits[-1] == 0,
        }
        return [told for told, fine in checks.items() if not fine]
