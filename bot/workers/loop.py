"""A loop that works, waits and never dies of one bad round."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.domain.errors import TransientError
from bot.shop import Bell

_log = structlog.get_logger(__name__)

#: Seconds to wait after a fault that says nothing of when to come back.
_AFTER_A_FAULT = 5.0


async def keep_working(
    name: str, work: Callable[[], Awaitable[int]], bell: Bell, idle: Callable[[], Awaitable[float]]
) -> None:
    """Call ``work`` until it finds nothing to do, wait, and start over; ends when cancelled.

    Args:
        name: For the log.
        work: Does a batch and returns how much it did.
        bell: Ends the waiting early.
        idle: Seconds to wait at the most.
    """
    while True:
        try:
            done = await work()
        except TransientError as error:
            _log.warning("worker waits", worker=name, error=str(error))
            done = 0
        except Exception:  # noqa: BLE001 - the loop's edge: logged, and tried again
            _log.exception("worker failed", worker=name)
            done = 0
        if not done:
            await bell.wait(await _patience(idle))


async def keep_running(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run something that should never end, and again where it does; ends when cancelled.

    Args:
        name: For the log.
        run: Runs until cancelled.
    """
    while True:
        try:
            await run()
        except TransientError as error:
            _log.warning("worker starts again", worker=name, error=str(error))
        except Exception:  # noqa: BLE001 - the loop's edge: logged, and started again
            _log.exception("worker failed", worker=name)
        await asyncio.sleep(_AFTER_A_FAULT)


async def _patience(idle: Callable[[], Awaitable[float]]) -> float:
    try:
        return await idle()
    except TransientError:
        return _AFTER_A_FAULT
