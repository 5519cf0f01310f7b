"""The sign of life: a monitor is asked once a minute while all is well, and hears nothing else.

A monitor that misses it tells the owner, whatever became of the shop, its machine or its network.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import aiohttp
import structlog

_log = structlog.get_logger(__name__)

#: Seconds from one sign of life to the next.
EVERY: Final = 60.0
_PATIENCE = aiohttp.ClientTimeout(total=10.0)
_FIRST_REFUSAL: Final = 300


class HeartbeatWorker:
    """Asks the monitor's address, which is a secret: it stands in no line of the log."""

    def __init__(
        self,
        url: str,
        look: Callable[[], Awaitable[Mapping[str, bool]]],
        *,
        proxy: str | None = None,
    ) -> None:
        self._url = url
        self._look = look
        self._proxy = proxy

    async def work(self) -> int:
        """Give one sign of life if everything works; return 0, so that the loop waits."""
        found = await self._look()
        if not all(found.values()):
            ailing = sorted(name for name, works in found.items() if not works)
            _log.warning("no heartbeat: not all is well", ailing=ailing)
            return 0
        try:
            async with (
                aiohttp.ClientSession(timeout=_PATIENCE) as session,
                session.get(self._url, proxy=self._proxy, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.warning("heartbeat not taken", error=type(error).__name__)
            return 0
        if status >= _FIRST_REFUSAL:
            _log.warning("heartbeat not taken", status=status)
        return 0

    async def idle(self) -> float:
        """Return the seconds until the next."""
        return EVERY
