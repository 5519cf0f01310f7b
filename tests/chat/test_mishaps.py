"""Mishaps: slow disks, bugs, messages too old, words that no person said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import structlog

from bot.domain.errors import TransientError
from shop_sandbox.telegram import Person
from tests.chat.market import calls, open_market


class _Broken:
    """A store that raises."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def read(self, _: object) -> object:
        raise self._error

    write = read


async def test_a_slow_disk_is_told_kindly(tmp_path: Path) -> None:
    """A transient fault says that the cart is safe, to a tap and to a command."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        kit.shop.carts._store = _Broken(TransientError("locked"))  # type: ignore[assignment]
        tap = await ann.tap(home, "🛒 Cart")
        answer = await tap.answer()
        assert answer.show_alert
        assert answer.text == (
            "Something is slow on our side; your cart is safe. Try again in a moment."
        )
        await ann.write("/cart")
        told = await ann.wait_for("Something is slow on our side")
        assert told.buttons


async def test_a_bug_apologises_with_a_number_and_logs_it_without_words(tmp_path: Path) -> None:
    """Nobody is shown a traceback; the log has the same number, and nothing of the person."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        await ann.wait_for("Corner")
        kit.shop.carts._store = _Broken(ZeroDivisionError("oops"))  # type: ignore[assignment]
        with structlog.testing.capture_logs() as logs:
            await ann.write("/cart my secret words")
            told = await ann.wait_for("something went wrong on our side")
        reference = told.text.split("note of it: ")[1].split(".")[0]
        bugs = [entry for entry in logs if entry["event"] == "bug"]
        assert [entry["reference"] for entry in bugs] == [reference]
        assert len(reference) == 6
        assert "secret" not in str(logs)
        assert "Alice" not in str(logs)
        assert "oops" not in told.text


async def test_a_tap_on_a_message_too_old_to_be_seen_is_shown_anew(tmp_path: Path) -> None:
    """Telegram tells only where it was; the screen comes as a new message."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        await kit.running.chat.process(_tap(ann, "1k", {"message": {**home.raw, "date": 0}}))
        cart = await ann.wait_for("Your cart is empty", since=0)
        assert cart.id != home.id
        assert len([m for m in ann.messages() if m.from_bot]) == 2


async def test_a_tap_from_another_chats_inline_message_points_to_ours(tmp_path: Path) -> None:
    """There is no chat to show things in; the words say where there is one."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await kit.running.chat.process(_tap(ann, "1k", {"inline_message_id": "x1"}))
        answered = [one for one in exchanges if one.call == "answerCallbackQuery"]
        assert "own+chat" in answered[0].body.decode() or "own chat" in answered[0].body.decode()


async def test_what_no_person_says_is_not_answered(tmp_path: Path) -> None:
    """Bots, our own cards posted through inline mode and service messages are left alone."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        mine = (await ann.start()).raw
        await ann.wait_for("Corner")
        exchanges.clear()
        bot = {"id": 77, "is_bot": True, "first_name": "Other", "username": "other_bot"}
        changes: list[dict[str, Any]] = [
            {"from": bot},
            {"via_bot": kit.telegram.world.bot.to_json()},
            {"pinned_message": mine, "text": None},
        ]
        for number, change in enumerate(changes):
            message = {k: v for k, v in {**mine, **change}.items() if v is not None}
            await kit.running.chat.process({"update_id": 987_100_000 + number, "message": message})
        assert calls(exchanges) == []


def _tap(person: Person, data: str, where: dict[str, Any]) -> dict[str, Any]:
    user = {"id": person.id, "is_bot": False, "first_name": "Alice", "language_code": "en"}
    query = {"id": "4382915073114902998", "from": user, "chat_instance": "1", "data": data}
    return {"update_id": 987_200_000, "callback_query": {**query, **where}}
