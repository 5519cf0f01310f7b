"""Updates that cannot be read are set aside by their number, and those beside them are served.

The library reads a batch as a whole: one date of the year 33658 and it fetched the same batch for
ever, while every other person waited.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import structlog
from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.chat.telegram.transport import TooDeepError, TransportError, UpdatesRequest

_log = structlog.get_logger(__name__)

_LARGEST: Final = 2**63 - 1
#: Where an update begins. Within a text the quotes have a backslash before them.
_BEGINNING: Final = re.compile(r'\{\s*"update_id"\s*:\s*(\d{1,19})\b')


@dataclass(frozen=True, slots=True)
class TooDeep:
    """Stands for an update that is nested more deeply than can be read."""

    number: int


class FetchingBot(ExtBot[str]):
    """The bot; what it fetches passes over what cannot be read.

    Args:
        updates_request: Carries ``getUpdates``.
        given: As for the library's own bot.
    """

    def __init__(self, *, updates_request: UpdatesRequest, **given: Any) -> None:
        super().__init__(get_updates_request=updates_request, **given)
        logging.getLogger("telegram.ext.ExtBot").addFilter(_tells_nobodys_words)
        with self._unfrozen():
            self._updates_request = updates_request

    async def get_updates(self, *args: Any, **given: Any) -> tuple[Update, ...]:
        """Fetch updates; one that cannot be read comes as an update of nothing, with its number.

        Raises:
            TransportError: the token is unknown just now, for which the library would give up for
                good; or nothing that came has a number, so that it would come again at once.
        """
        try:
            updates: tuple[Update, ...] = await super().get_updates(*args, **given)
            for update in updates:
                _demand_number(update.update_id)
        except InvalidToken as error:
            raise TransportError(f"the token is refused: {error.message}") from None
        except TooDeepError as error:
            return self._one_by_one(error)
        except TelegramError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the library stumbles over
            return self._one_by_one(error)
        return updates

    def _one_by_one(self, error: Exception) -> tuple[Update, ...]:
        read = tuple(one_by_one(self._updates_request.latest, self))
        if not read:
            kind = type(error).__name__
            raise TransportError(f"updates that cannot be read: {kind}") from None
        return read


def _tells_nobodys_words(record: logging.LogRecord) -> bool:
    """Leave out what the library logs of a batch that it cannot read: all that people wrote."""
    return not str(record.msg).startswith("Error while parsing updates")


def one_by_one(body: bytes, bot: Bot) -> Iterator[Update]:
    """Read each update of an answer by itself; those that cannot be read are logged.

    Args:
        body: An answer to ``getUpdates``.
        bot: Whom they are for.
    """
    for row in _rows(body.decode("utf-8", "replace")):
        number = row.number if isinstance(row, TooDeep) else _number_of(row)
        if number is None:
            _log.error("update passed over", reason="it has no number")
            continue
        try:
            if not isinstance(row, dict):
                raise RecursionError("too deep")  # noqa: TRY301 - told like the others
            update = Update.de_json(row, bot)
        except Exception as error:  # noqa: BLE001 - whatever the library stumbles over
            _log.error("update set aside", update=number, reason=type(error).__name__)
            update = Update(number)
        yield update


def _number_of(update: object) -> int | None:
    """Return an update's number; None where it has none that can be one."""
    number = update.get("update_id") if isinstance(update, dict) else None
    try:
        return _demand_number(number)
    except ValueError:
        return None


def _demand_number(number: object) -> int:
    """Return a number that can be confirmed to Telegram; raise ValueError where it cannot."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _LARGEST:
        raise ValueError("no number of an update")
    return number


def _rows(text: str) -> Iterator[object]:
    """Return the updates in an answer; of one that is too deep, its number alone."""
    try:
        rows = json.loads(text)["result"]
    except RecursionError:
        read = json.JSONDecoder().raw_decode
        for found in _BEGINNING.finditer(text):
            try:
                yield read(text, found.start())[0]
            except (ValueError, RecursionError):
                yield TooDeep(int(found[1]))
        return
    except (KeyError, TypeError, ValueError):
        return
    yield from rows if isinstance(rows, list) else ()
