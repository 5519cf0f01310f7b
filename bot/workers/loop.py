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
#: The pauses grow up to this.
_LONGEST_PAUSE = 300.0
#: What ran for so long after a fault is well again.
_WELL_AGAIN = 30.0


async def keep_working(
    name: str,
    work: Callable[[], Awaitable[int]],
    bell: Bell,
    idle: Callable[[], Awaitable[float]],
    ailing: set[str] | None = None,
) -> None:
    """Call ``work`` until it finds nothing to do, wait, and start over; ends when cancelled.

    Args:
        name: For the log.
        work: Does a batch and returns how much it did.
        bell: Ends the waiting early.
        idle: Seconds to wait at the most.
        ailing: Holds the name while the last round ended by an error.
    """
    ailing = set() if ailing is None else ailing
    pause = _AFTER_A_FAULT
    while True:
        try:
            done = await work()
            ailing.discard(name)
            pause = _AFTER_A_FAULT
        except TransientError as error:
            _log.warning("worker waits", worker=name, error=str(error))
            done = 0
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the loop's edge: logged, and tried again
            end_if_asked_to(error)
            _log.exception("worker failed", worker=name, seconds=pause)
            ailing.add(name)
            await bell.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            continue
        if not done:
            await bell.wait(await _patience(idle))


async def keep_running(
    name: str, run: Callable[[], Awaitable[None]], ailing: set[str] | None = None
) -> None:
    """Run something that should never end, and again where it does; ends when cancelled.

    Args:
        name: For the log.
        run: Runs until cancelled.
        ailing: Holds the name from an error until it has run well for a while.
    """
    ailing = set() if ailing is None else ailing
    loop, pause = asyncio.get_running_loop(), _AFTER_A_FAULT
    while True:
        began = loop.time()
        well = loop.call_later(_WELL_AGAIN, ailing.discard, name)
        try:
            await run()
        except TransientError as error:
            _log.warning("worker starts again", worker=name, error=str(error))
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the loop's edge: started again
            end_if_asked_to(error)
            _log.exception("worker failed", worker=name)
            ailing.add(name)
        finally:
            well.cancel()
        pause = _AFTER_A_FAULT if loop.time() - began > _WELL_AGAIN else pause
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _patience(idle: Callable[[], Awaitable[float]]) -> float:
    try:
        return await idle()
    except TransientError:
        return _AFTER_A_FAULT
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - it may end no loop
        end_if_asked_to(error)
        _log.exception("worker does not know how long to wait")
        return _AFTER_A_FAULT


def end_if_asked_to(error: BaseException) -> None:
    """Raise a cancellation that is meant for this loop, and not for what it waited for."""
    task = asyncio.current_task()
    if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
        raise error
