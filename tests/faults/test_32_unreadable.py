"""Row 32: an update that the library cannot read is set aside, and the others are served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram import Bot, Update

from bot.chat.telegram.fetching import FetchingBot, one_by_one
from bot.chat.telegram.transport import TransportError, UpdatesRequest
from bot.web import Updates
from kit import TOKEN
from tests.faults.strangers import Stranger
from tests.web.kit import a_site

DEEP = "[" * 100_000 + "]" * 100_000
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "canary"}


def message(number: int, **more: Any) -> dict[str, Any]:
    """Return a message as Telegram sends it."""
    chat = {"id": 5, "type": "private", "first_name": "Alice"}
    said = {"message_id": 1, "date": 1_790_000_000, "chat": chat, "text": "hi"}
    return {"update_id": number, "message": said | more}


def batch(*rows: str) -> bytes:
    """Return an answer to getUpdates."""
    return f'{{"ok": true, "result": [{", ".join(rows)}]}}'.encode()


#: Kinds of what fails before any handler of ours, each with the number of its update.
BAD = {
    "a date of the year 33658": json.dumps(message(7, date=10**12)),
    "a date in words": json.dumps(message(7, date="today")),
    "a chat that is none": json.dumps(message(7, chat=[])),
    "a message that is a number": '{"update_id": 7, "message": 3}',
    "nested too deeply": '{"update_id": 7, "message": ' + DEEP + "}",
}


async def fetched(body: bytes) -> tuple[list[int], list[bool]]:
    """Fetch a batch over HTTP: the numbers of its updates, and which of them say something."""
    async with Stranger(body=body).serving() as s:
        request = UpdatesRequest()
        bot = FetchingBot(token=TOKEN, base_url=f"{s.url}/bot", updates_request=request)
        await request.initialize()
        try:
            updates = await bot.get_updates()
        finally:
            await request.shutdown()
    return [one.update_id for one in updates], [one.message is not None for one in updates]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_bad_update_in_a_batch_keeps_no_other_from_being_served(
    bad: str, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    """It comes as an update of nothing with its number, so that the next fetch goes on behind."""
    rows = [json.dumps(message(6)), json.dumps(message(8))]
    rows.insert(place, bad)
    with capture_logs() as logs:
        numbers, spoke = await fetched(batch(*rows))

    assert sorted(numbers) == [6, 7, 8]
    assert [spoke[numbers.index(number)] for number in (6, 7, 8)] == [True, False, True]
    assert [(one["event"], one["update"]) for one in logs] == [("update set aside", 7)]
    assert "Alice" not in caplog.text  # the library would log all that came


async def test_the_library_alone_fetches_no_update_of_such_a_batch() -> None:
    """Control: without our reading, one bad date loses the batch, and it comes again for ever."""
    async with Stranger(
        body=batch(json.dumps(message(6)), BAD["a date of the year 33658"])
    ).serving() as s:
        request = UpdatesRequest()
        bot = Bot(TOKEN, base_url=f"{s.url}/bot", request=request, get_updates_request=request)
        await request.initialize()
        with pytest.raises(Exception, match=r"year|out of range|too large"):
            await bot.get_updates()
        await request.shutdown()


@pytest.mark.parametrize(
    "odd", ["3", "null", "[]", "{}", '{"update_id": true}', '{"update_id": "9"}']
)
async def test_what_has_no_number_is_passed_over(odd: str) -> None:
    """Beside updates it is logged and skipped; alone it is an error, after which fetching waits."""
    assert await fetched(batch(odd, json.dumps(message(6)))) == ([6], [True])
    with pytest.raises(TransportError):
        await fetched(batch(odd))


async def test_a_kind_of_update_that_nobody_knows_is_no_fault() -> None:
    """What Telegram invents tomorrow is read as an update of nothing, and nothing is logged."""
    with capture_logs() as logs:
        assert await fetched(batch('{"update_id": 6, "telepathy": {"a": 1}}')) == ([6], [False])
    assert logs == []


async def test_a_refused_token_ends_no_fetching() -> None:
    """The library would give up for good at one 401, such as a proxy's."""
    async with Stranger(401, b'{"ok": false, "description": "Unauthorized"}').serving() as s:
        request = UpdatesRequest()
        bot = FetchingBot(token=TOKEN, base_url=f"{s.url}/bot", updates_request=request)
        await request.initialize()
        with pytest.raises(TransportError, match="the token is refused"):
            await bot.get_updates()
        await request.shutdown()


def test_a_text_that_looks_like_an_update_is_none() -> None:
    """What a person writes between quotes begins no update, however deep its neighbour is."""
    forged = json.dumps(message(6, text='{"update_id": 99}'))
    body = batch(forged, BAD["nested too deeply"])
    assert [one.update_id for one in one_by_one(body, Bot(TOKEN))] == [6, 7]


@pytest.mark.parametrize(
    ("body", "status", "number"),
    [
        *((bad.encode(), 200, 7) for bad in BAD.values()),
        (b"[]", 200, None),
        (b"null", 200, None),
        (b"{}", 200, None),
        (b'{"update_id": 7, "mess', 400, None),
        (b"\xff", 400, None),
    ],
)
async def test_the_webhook_takes_what_it_cannot_read(
    tmp_path: Path, body: bytes, status: int, number: int | None
) -> None:
    """200 and a line with its number: refused, it came again before everybody else's.

    A body that was cut is refused, and comes again whole.
    """

    async def serve(update: object) -> None:
        try:
            Update.de_json(update, Bot(TOKEN))  # type: ignore[arg-type]
        except Exception as error:
            raise ValueError(str(error)) from error

    with capture_logs() as logs:
        async with a_site(tmp_path, updates=Updates("canary", serve)) as site:
            answer = await site.ask("/telegram/webhook", method="POST", body=body, headers=SECRET)
    assert answer.status == status
    told = [one["update"] for one in logs if one["event"] == "update set aside"]
    assert told == ([number] if status == 200 else [])
