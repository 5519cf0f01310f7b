"""SIGTERM and Ctrl-C: they end an open shop kindly, and break off a start that waits."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from types import TracebackType
from typing import Self


class Stop:
    """What asks the process to end, as a context manager around the shop's whole life.

    A start may wait for Telegram or Stripe as long as they are away; asked to end meanwhile, it is
    cancelled where it stands, and leaving the context is the end of it.
    """

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._start: asyncio.Task[object] | None = None

    async def wait(self) -> None:
        """Wait until the process is asked to end; from now on nothing is broken off."""
        self._start = None
        await self._asked.wait()

    def _ask(self) -> None:
        self._asked.set()
        start, self._start = self._start, None
        if start is not None:
            start.cancel()

    def __enter__(self) -> Self:
        self._start = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows: Ctrl-C ends the loop by itself
                loop.add_signal_handler(name, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        return kind is asyncio.CancelledError and self._asked.is_set()
