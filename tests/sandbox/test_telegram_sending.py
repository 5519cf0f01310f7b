"""Sending: limits, markup, keyboards, chats that refuse, forwards and copies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.telegram_kit import Api, served


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


async def test_a_message_shows_in_the_chat_with_entities_and_keyboard(api: Api) -> None:
    """The answer is the message that the person sees."""
    keyboard = {
        "inline_keyboard": [
            [{"text": "Add", "callback_data": "a:1", "style": "success"}],
            [{"text": "Pay", "url": "https://example.com/pay#x"}],
            [{"text": "Copy", "copy_text": {"text": "1042"}}],
            [{"text": "Find", "switch_inline_query_current_chat": ""}],
            [
                {
                    "text": "Share",
                    "switch_inline_query_chosen_chat": {"query": "p", "allow_user_chats": True},
                }
            ],
        ]
    }
    sent = await api.ok(
        "sendMessage",
        chat_id=api.alice,
        text="<b>€5</b> & <i>é</i>".replace("&", "&amp;"),
        parse_mode="HTML",
        reply_markup=keyboard,
    )
    shown = api.telegram.person("Alice").messages()[-1]
    assert shown.raw == sent
    assert sent["text"] == "€5 & é"
    assert sent["reply_markup"] == keyboard
    assert shown.button("Pay").url == "https://example.com/pay#x"
    assert [e["type"] for e in sent["entities"]] == ["bold", "italic"]


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "a", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        (
            {"text": "<b>a", "parse_mode": "HTML"},
            "can't parse entities: can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "a", "reply_parameters": {"message_id": 9}}, "message to be replied not found"),
        ({"text": "a", "message_effect_id": "boom"}, "EFFECT_ID_INVALID"),
        ({"text": "a", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "a", "reply_markup": []}, "object expected as reply markup"),
    ],
)
async def test_a_message_that_telegram_would_not_take_is_refused(
    api: Api, params: dict[str, Any], why: str
) -> None:
    """The refusal is a 400 in Telegram's words, and the chat stays empty."""
    refusal = await api.refused("sendMessage", chat_id=api.alice, **params)
    assert (refusal.status, refusal.words) == (400, f"Bad Request: {why}")
    assert api.telegram.person("Alice").messages() == []


async def test_the_limit_counts_characters_after_parsing(api: Api) -> None:
    """4096 characters pass, however much markup stands around them."""
    sent = await api.ok(
        "sendMessage", chat_id=api.alice, text=f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML"
    )
    assert len(sent["text"]) == 4096


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "a", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        (
            {"text": "a"},
            "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "a", "callback_data": "x", "url": "https://example.com"},
            "can't parse inline keyboard button: exactly one action is allowed in a button",
        ),
        (
            {"text": "", "callback_data": "x"},
            'can\'t parse inline keyboard button: field "text" must be a non-empty String',
        ),
        (
            {"text": "a", "callback_data": "x", "style": "pink"},
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (
            {"text": "a", "url": "javascript:1"},
            "inline keyboard button URL 'javascript:1' is invalid: wrong HTTP URL",
        ),
        (
            {"text": "a", "url": "http://localhost/"},
            "inline keyboard button URL 'http://localhost/' is invalid: wrong HTTP URL",
        ),
        ({"text": "a", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_a_button_that_telegram_would_not_take_is_refused(
    api: Api, button: dict[str, Any], why: str
) -> None:
    """One action a button, each within its limits."""
    keyboard = {"inline_keyboard": [[button]]}
    refusal = await api.refused("sendMessage", chat_id=api.alice, text="a", reply_markup=keyboard)
    assert (refusal.status, refusal.words) == (400, f"Bad Request: {why}")


@pytest.mark.parametrize(("rows", "columns"), [(101, 1), (1, 9)])
async def test_a_keyboard_has_at_most_100_buttons_and_8_a_row(
    api: Api, rows: int, columns: int
) -> None:
    """More is refused; 100 in rows of 8 and 4 pass."""
    row = [{"text": "a", "callback_data": "x"}] * columns
    refusal = await api.refused(
        "sendMessage", chat_id=api.alice, text="a", reply_markup={"inline_keyboard": [row] * rows}
    )
    assert refusal.words == "Bad Request: reply markup is too long"
    fits = [[{"text": "a", "callback_data": "x" * 64}] * 5] * 20
    assert await api.sent("a", reply_markup={"inline_keyboard": fits}) > 0


@pytest.mark.parametrize("chat_id", [1, -5, "@nobody", "12a", 2**52])
async def test_an_unknown_chat_is_not_found(api: Api, chat_id: object) -> None:
    """A chat that the bot never met does not exist for it."""
    refusal = await api.refused("sendMessage", chat_id=chat_id, text="a")
    assert (refusal.status, refusal.words) == (400, "Bad Request: chat not found")


async def test_a_person_who_never_started_the_bot_cannot_be_written_to(api: Api) -> None:
    """Jonas exists, but the bot has not met him; after /start it has."""
    jonas = api.telegram.person("Jonas")
    assert (await api.refused("sendMessage", chat_id=jonas.id, text="a")).status == 400
    await jonas.start()
    assert (await api.ok("sendMessage", chat_id=jonas.id, text="a"))["chat"]["id"] == jonas.id


async def test_ids_of_52_bits_are_served(api: Api) -> None:
    """Lucía's id needs more than 32 bits, and comes back unharmed."""
    lucia = api.telegram.person("Lucía")
    assert lucia.id.bit_length() == 52
    await lucia.start()
    assert (await api.ok("sendMessage", chat_id=lucia.id, text="a"))["chat"]["id"] == lucia.id


async def test_a_chat_that_blocked_the_bot_refuses_for_good(api: Api) -> None:
    """403 for every method that writes; the bot is told by my_chat_member."""
    alice = api.telegram.person("Alice")
    number = await api.sent("a")
    alice.block()
    for method, params in (
        ("sendMessage", {"text": "b"}),
        ("sendChatAction", {"action": "typing"}),
        ("editMessageText", {"message_id": number, "text": "b"}),
    ):
        refusal = await api.refused(method, chat_id=alice.id, **params)
        assert refusal.status == 403
        assert refusal.words == "Forbidden: bot was blocked by the user"
    update = (await api.updates())[-1]["my_chat_member"]
    assert update["new_chat_member"]["status"] == "kicked"
    alice.block(blocked=False)
    assert await api.sent("c") > number


async def test_a_deactivated_account_refuses_for_good(api: Api) -> None:
    """A deleted account answers 403 too, in other words."""
    api.telegram.chat(api.alice).refusal = "deactivated"
    refusal = await api.refused("sendMessage", chat_id=api.alice, text="a")
    assert (refusal.status, refusal.words) == (403, "Forbidden: user is deactivated")


async def test_forwarding_names_the_author_and_copying_does_not(api: Api) -> None:
    """A protected message can be neither."""
    marta = api.telegram.person("Marta")
    number = await api.sent("look")
    forwarded = await api.ok(
        "forwardMessage", chat_id=marta.id, from_chat_id=api.alice, message_id=number
    )
    assert forwarded["forward_origin"]["sender_user"]["is_bot"] is True
    copied = await api.ok(
        "copyMessage", chat_id=marta.id, from_chat_id=api.alice, message_id=number
    )
    assert [m.text for m in marta.messages()] == ["look", "look"]
    assert copied == {"message_id": marta.messages()[-1].id}
    protected = await api.sent("secret", protect_content=True)
    for method in ("forwardMessage", "copyMessage"):
        refusal = await api.refused(
            method, chat_id=marta.id, from_chat_id=api.alice, message_id=protected
        )
        assert refusal.status == 400


async def test_options_of_a_message_are_taken(api: Api) -> None:
    """Effects, previews, protection and replies show in the answer."""
    first = await api.sent("first")
    sent = await api.ok(
        "sendMessage",
        chat_id=api.alice,
        text="a",
        message_effect_id="5104841245755180586",
        protect_content=True,
        disable_notification=True,
        link_preview_options={"is_disabled": True},
        reply_parameters={"message_id": first},
    )
    assert sent["effect_id"] == "5104841245755180586"
    assert sent["has_protected_content"] is True
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert sent["reply_to_message"]["text"] == "first"


async def test_chat_actions_are_checked(api: Api) -> None:
    """Only the listed ones exist."""
    assert await api.ok("sendChatAction", chat_id=api.alice, action="typing") is True
    refusal = await api.refused("sendChatAction", chat_id=api.alice, action="dancing")
    assert refusal.words == "Bad Request: wrong parameter action in request"
