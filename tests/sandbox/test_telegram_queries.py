"""Taps and inline queries: asked, answered once, and in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.telegram_kit import Api, Clock, served

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Add", "callback_data": "a:1"}, {"text": "Add two", "callback_data": "a:2"}],
        [{"text": "Pay", "url": "https://example.com/"}],
    ]
}
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


async def test_a_tap_comes_with_its_message_and_data_and_is_answered_by_a_toast(api: Api) -> None:
    """The person sees the text of the answer."""
    alice = api.telegram.person("Alice")
    await api.sent("menu", reply_markup=KEYBOARD)
    tap = await alice.tap(await alice.wait_for("menu", since=0), "Add")
    query = (await api.updates())[-1]["callback_query"]
    assert query["id"] == tap.query_id
    assert query["data"] == "a:1"
    assert query["from"]["language_code"] == "en"
    assert query["message"]["text"] == "menu"
    assert alice.toasts == []
    await api.ok("answerCallbackQuery", callback_query_id=tap.query_id, text="Added")
    assert (await tap.answer()).text == "Added"
    assert alice.toasts == [await tap.answer()]


async def test_an_empty_answer_only_ends_the_spinner(api: Api) -> None:
    """Nothing is shown for it."""
    alice = api.telegram.person("Alice")
    await api.sent("menu", reply_markup=KEYBOARD)
    tap = await alice.tap(alice.messages()[-1], "a:2")
    await api.ok("answerCallbackQuery", callback_query_id=tap.query_id)
    assert (await tap.answer()).text == ""
    assert alice.toasts == []


async def test_a_query_is_answered_once(api: Api) -> None:
    """The second answer is refused, and so is one to nothing."""
    alice = api.telegram.person("Alice")
    await api.sent("menu", reply_markup=KEYBOARD)
    tap = await alice.tap(alice.messages()[-1], "Add")
    await api.ok("answerCallbackQuery", callback_query_id=tap.query_id, text="one")
    for number in (tap.query_id, "1", ""):
        refusal = await api.refused("answerCallbackQuery", callback_query_id=number, text="two")
        assert (refusal.status, refusal.words) == (400, TOO_OLD)
    assert [toast.text for toast in alice.toasts] == ["one"]


async def test_a_query_can_be_answered_for_150_seconds() -> None:
    """After that it is too old."""
    clock = Clock()
    async with served(clock=clock) as api:
        alice = api.telegram.person("Alice")
        await api.sent("menu", reply_markup=KEYBOARD)
        first = await alice.tap(alice.messages()[-1], "Add")
        clock.now += 150
        second = await alice.tap(alice.messages()[-1], "Add")
        await api.ok("answerCallbackQuery", callback_query_id=first.query_id)
        clock.now += 151
        refusal = await api.refused("answerCallbackQuery", callback_query_id=second.query_id)
        assert refusal.words == TOO_OLD


async def test_a_toast_has_at_most_200_characters(api: Api) -> None:
    """One more is refused, and the query can still be answered."""
    alice = api.telegram.person("Alice")
    await api.sent("menu", reply_markup=KEYBOARD)
    tap = await alice.tap(alice.messages()[-1], "Add")
    number = tap.query_id
    refusal = await api.refused("answerCallbackQuery", callback_query_id=number, text="a" * 201)
    assert refusal.words == "Bad Request: MESSAGE_TOO_LONG"
    assert await api.ok("answerCallbackQuery", callback_query_id=number, text="a" * 200) is True


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://t.me/sandbox_shop_bot?start=p_1", True),
        ("https://shop.test/t.me/sandbox_shop_bot?start=p_1", True),
        ("https://t.me/sandbox_shop_bot", False),
        ("https://t.me/other_bot?start=p_1", False),
        ("https://checkout.stripe.com/c/pay", False),
    ],
)
async def test_an_answer_opens_only_links_to_the_bot(url: str, opens: bool) -> None:
    """Payment pages go through a url button, never through an answer."""
    async with served(link_url="https://shop.test/t.me") as api:
        alice = api.telegram.person("Alice")
        await api.sent("menu", reply_markup=KEYBOARD)
        tap = await alice.tap(alice.messages()[-1], "Add")
        number = tap.query_id
        if opens:
            await api.ok("answerCallbackQuery", callback_query_id=number, url=url)
            assert (await tap.answer()).url == url
        else:
            refusal = await api.refused("answerCallbackQuery", callback_query_id=number, url=url)
            assert refusal.words == "Bad Request: URL_INVALID"


async def test_tapping_again_while_unanswered_sends_a_new_update(api: Api) -> None:
    """The same tap under a new update_id: it must take effect as the bot decides."""
    alice = api.telegram.person("Alice")
    await api.sent("menu", reply_markup=KEYBOARD)
    for _ in range(2):
        await alice.tap(alice.messages()[-1], "Add")
    first, second = (await api.updates())[-2:]
    assert second["update_id"] == first["update_id"] + 1
    assert second["callback_query"]["data"] == first["callback_query"]["data"]


async def test_a_tap_on_a_deleted_message_comes_with_an_inaccessible_one(api: Api) -> None:
    """The app may show what the chat has lost."""
    alice = api.telegram.person("Alice")
    number = await api.sent("menu", reply_markup=KEYBOARD)
    shown = alice.messages()[-1]
    await api.ok("deleteMessage", chat_id=alice.id, message_id=number)
    await alice.tap(shown, "Add")
    message = (await api.updates())[-1]["callback_query"]["message"]
    assert message["date"] == 0
    assert "text" not in message


async def test_a_button_is_found_by_text_data_or_a_part_of_its_text(api: Api) -> None:
    """An exact text wins; a part must be of one button only; a link is not tapped."""
    alice = api.telegram.person("Alice")
    await api.sent("menu", reply_markup=KEYBOARD)
    shown = alice.messages()[-1]
    assert shown.button("Add").data == "a:1"
    assert shown.button("a:2").text == "Add two"
    assert shown.button("two").data == "a:2"
    for wanted in ("None", "A", "d"):
        with pytest.raises(LookupError):
            shown.button(wanted)
    with pytest.raises(LookupError):
        await alice.tap(shown, "Pay")


async def test_forged_data_reach_the_bot_as_they_are(api: Api) -> None:
    """Whatever a hostile client sends, the bot must bear."""
    alice = api.telegram.person("Alice")
    await api.sent("menu", reply_markup=KEYBOARD)
    await alice.forge(alice.messages()[-1], "order:someone-else")
    assert (await api.updates())[-1]["callback_query"]["data"] == "order:someone-else"


async def test_waiting_sees_edits_and_says_what_was_there_instead(api: Api) -> None:
    """What changed before the person's last act does not count; a time-out lists the chat."""
    alice = api.telegram.person("Alice")
    number = await api.sent("menu", reply_markup=KEYBOARD)
    await alice.tap(alice.messages()[-1], "Add")
    with pytest.raises(TimeoutError, match="menu"):
        await alice.wait_for("menu", timeout=0.01)
    waiting = asyncio.create_task(alice.wait_for("cart"))
    await api.ok("editMessageText", chat_id=alice.id, message_id=number, text="cart: 1")
    assert (await waiting).id == number
    assert (await alice.wait_for(lambda m: m.text.endswith("1"))).text == "cart: 1"


ARTICLE: dict[str, Any] = {
    "type": "article",
    "id": "p1",
    "title": "House blend",
    "input_message_content": {"message_text": "<b>House</b>", "parse_mode": "HTML"},
    "reply_markup": {"inline_keyboard": [[{"text": "Buy", "callback_data": "b"}]]},
}


async def test_an_inline_query_is_answered_and_a_result_is_sent(api: Api) -> None:
    """The message goes through the bot, its taps carry an inline_message_id, edits work by it."""
    alice = api.telegram.person("Alice")
    await api.ok("getUpdates")
    asking = asyncio.create_task(alice.ask_inline("coffee"))
    query = (await api.updates(timeout=5))[-1]["inline_query"]
    assert query["query"] == "coffee"
    button = {"text": "Open the shop", "start_parameter": "from_inline"}
    photo = {
        "type": "photo",
        "id": "p2",
        "photo_url": "https://example.com/a.jpg",
        "thumbnail_url": "https://example.com/a.jpg",
        "caption": "pic",
    }
    await api.ok(
        "answerInlineQuery",
        inline_query_id=query["id"],
        results=[ARTICLE, photo],
        button=button,
        next_offset="2",
    )
    answer = await asking
    assert [result["id"] for result in answer["results"]] == ["p1", "p2"]
    assert (answer["button"], answer["next_offset"]) == (button, "2")

    chosen = await alice.choose(answer, "p1")
    updates = await api.updates()
    assert updates[-2]["message"]["via_bot"]["is_bot"] is True
    inline_id = updates[-1]["chosen_inline_result"]["inline_message_id"]
    await alice.tap(chosen, "Buy")
    tapped = (await api.updates())[-1]["callback_query"]
    assert tapped["inline_message_id"] == inline_id
    assert "message" not in tapped
    edited = await api.ok("editMessageText", inline_message_id=inline_id, text="Bought")
    assert edited is True
    assert alice.messages()[-1].text == "Bought"
    assert (await alice.choose(answer, "p2")).has_photo is True


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ([ARTICLE, ARTICLE], "RESULT_ID_DUPLICATE"),
        ([{**ARTICLE, "id": str(n)} for n in range(51)], "RESULTS_TOO_MUCH"),
        ([{**ARTICLE, "id": "x" * 65}], "RESULT_ID_INVALID"),
        (
            [{**ARTICLE, "title": ""}],
            'can\'t parse inline query result: field "title" is missing',
        ),
        ([{**ARTICLE, "input_message_content": {"message_text": ""}}], "message text is empty"),
        (
            [{"type": "photo", "id": "1", "photo_url": "x", "thumbnail_url": "x"}],
            "wrong HTTP URL specified",
        ),
        (
            [{"type": "dance", "id": "1"}],
            "can't parse inline query result: type of the result is not supported",
        ),
    ],
    ids=range(7),
)
async def test_results_that_telegram_would_not_take_are_refused(
    api: Api, results: list[dict[str, Any]], why: str
) -> None:
    """Limits and forms of results; the query stays open."""
    alice = api.telegram.person("Alice")
    asking = asyncio.create_task(alice.ask_inline("x"))
    number = (await api.updates(timeout=5))[-1]["inline_query"]["id"]
    refusal = await api.refused("answerInlineQuery", inline_query_id=number, results=results)
    assert (refusal.status, refusal.words) == (400, f"Bad Request: {why}")
    await api.ok("answerInlineQuery", inline_query_id=number, results=[])
    assert (await asking)["results"] == []
    refusal = await api.refused("answerInlineQuery", inline_query_id=number, results=[])
    assert refusal.words == TOO_OLD
