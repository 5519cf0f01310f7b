"""Faults that the sandbox's servers play on request: time-outs, errors, cut connections.

Both embedded servers ask this one book before and after they serve a call. It knows nothing of
either API beyond the name of a call.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

Action = Literal["error", "cut", "hang", "delay", "alter"]
Phase = Literal["before", "after"]


@dataclass(slots=True)
class Fault:
    """One rule: which calls it meets, and what becomes of them.

    Attributes:
        call: Name of the call, as an fnmatch pattern: ``sendMessage``, ``POST /v1/refunds``.
        action: ``error`` answers with ``status``; ``cut`` closes the connection unanswered;
            ``hang`` answers only once the rule is lifted; ``delay`` waits ``seconds``, then serves;
            ``alter``, of Stripe and ``after``, gives the answer the fields of ``body``.
        phase: ``before``: the call has no effect; ``after``: it took effect, the answer is lost.
        times: How often the rule fires; None means until it is lifted.
        status: HTTP status of an ``error``.
        body: JSON body of an ``error``; bytes go out as a page; None lets the server write its own.
        retry_after: Seconds that a 429 names.
        seconds: Length of a ``delay``.
        chat_id: Meets only calls for this chat.
        id: Number in the book, given by ``Faults.add``.
        fired: How often the rule has fired.
        waiting: How many calls hang on the rule now.
        lifted: Set once the rule is lifted; calls that hang wait for it.
    """

    call: str
    action: Action
    phase: Phase = "before"
    times: int | None = 1
    status: int = 500
    body: object = None
    retry_after: int | None = None
    seconds: float = 0.0
    chat_id: int | None = None
    id: int = 0
    fired: int = 0
    waiting: int = 0
    lifted: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def spent(self) -> bool:
        """Tell whether the rule has fired as often as it may."""
        return self.times is not None and self.fired >= self.times


class ConnectionCut(Exception):  # noqa: N818 - an order to the server, not a fault of it
    """The server closes the connection without an answer."""


class FaultError(Exception):
    """The server answers with the rule's error."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.call)
        self.fault = fault


class Faults:
    """The book of rules, and the count of calls served."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._rules: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self.on_call: list[Callable[[str, Phase], None]] = []

    def add(self, fault: Fault) -> Fault:
        """Put a rule into force and return it with its id."""
        fault.id = next(self._ids)
        self._rules.append(fault)
        return fault

    def lift(self, fault_id: int | None = None) -> None:
        """Lift one rule, or all; calls that hang on it go on."""
        for rule in [r for r in self._rules if fault_id is None or r.id == fault_id]:
            rule.lifted.set()
            self._rules.remove(rule)

    def rules(self) -> tuple[Fault, ...]:
        """Return the rules in force, oldest first; spent ones while a call hangs on them."""
        return tuple(self._rules)

    async def meet(self, call: str, phase: Phase, chat_id: int | None = None) -> None:
        """Play what is in force for this call at this moment.

        Raises:
            ConnectionCut: close the connection without an answer.
            FaultError: answer with the rule's status and body.
        """
        if phase == "before":
            self.calls[call] += 1
        for listener in self.on_call:
            listener(call, phase)
        for rule in self._rules:
            if rule.phase == phase and self._meets(rule, call, chat_id):
                await self._play(rule)
                return

    @staticmethod
    def _meets(rule: Fault, call: str, chat_id: int | None) -> bool:
        if rule.spent() or rule.chat_id not in (None, chat_id):
            return False
        return fnmatchcase(call, rule.call)

    async def _play(self, rule: Fault) -> None:
        rule.fired += 1
        if rule.action == "hang":
            await self._hang(rule)
            return
        if rule.spent():
            self._rules.remove(rule)
        match rule.action:
            case "delay":
                await asyncio.sleep(rule.seconds)
            case "cut":
                raise ConnectionCut
            case "error" | "alter":
                raise FaultError(rule)

    async def _hang(self, rule: Fault) -> None:
        rule.waiting += 1
        try:
            await rule.lifted.wait()
        finally:
            rule.waiting -= 1
            if rule.spent() and not rule.waiting and rule in self._rules:
                self._rules.remove(rule)
