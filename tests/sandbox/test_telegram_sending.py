"""Sending: limits, markup, keyboards, chats that refuse, pictures, albums, documents."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.telegram.pictures import placeholder
from tests.sandbox.telegram_kit import TOKEN, Api, serve, served


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


def _png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08" * 13


def _jpeg(width: int, height: int) -> bytes:
    return (
        b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08"
        + struct.pack(">HH", height, width)
        + b"\x03" * 20
    )


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


async def test_an_uploaded_photo_keeps_its_size_and_is_known_by_its_file_id(api: Api) -> None:
    """Width and height come from the picture; the file_id sends it again without bytes."""
    status, answer = await api.form(
        "sendPhoto", {"photo": ("a.jpg", _jpeg(800, 600))}, chat_id=str(api.alice), caption="x"
    )
    assert status == 200
    photo = answer["result"]["photo"][-1]
    assert (photo["width"], photo["height"]) == (800, 600)
    again = await api.ok("sendPhoto", chat_id=api.alice, photo=photo["file_id"])
    assert again["photo"][-1]["file_unique_id"] == photo["file_unique_id"]
    assert "caption" not in again


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (_png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (_png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (_png(0, 10), "PHOTO_INVALID_DIMENSIONS"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (
            _png(10, 10) + b"\0" * 10_485_760,
            (
                "file of size 10485797 bytes is too big for a photo; "
                "the maximum size is 10485760 bytes"
            ),
        ),
    ],
    ids=["sides", "ratio", "empty", "no picture", "too big"],
)
async def test_a_picture_that_telegram_would_not_take_is_refused(
    api: Api, data: bytes, why: str
) -> None:
    """Size, sides and ratio have their limits."""
    status, answer = await api.form("sendPhoto", {"photo": ("a.png", data)}, chat_id=str(api.alice))
    assert (status, answer["description"]) == (400, f"Bad Request: {why}")
    assert api.telegram.person("Alice").messages() == []


async def test_a_caption_has_1024_characters(api: Api) -> None:
    """The caption's limit is not the text's."""
    _, answer = await api.form(
        "sendPhoto", {"photo": ("a.png", placeholder())}, chat_id=str(api.alice)
    )
    file_id = answer["result"]["photo"][-1]["file_id"]
    refusal = await api.refused("sendPhoto", chat_id=api.alice, photo=file_id, caption="a" * 1025)
    assert refusal.words == "Bad Request: message caption is too long"


async def test_a_photo_by_url_is_fetched_from_this_machine_only(api: Api) -> None:
    """Loopback is fetched and checked; the internet is a placeholder, for nothing is loaded."""
    app = web.Application()

    async def picture(request: web.Request) -> web.Response:
        del request
        return web.Response(body=_png(300, 200), content_type="image/png")

    async def page(request: web.Request) -> web.Response:
        del request
        return web.Response(text="<p>")

    app.add_routes([web.get("/a.png", picture), web.get("/page", page)])
    async with serve(app) as url:
        sent = await api.ok("sendPhoto", chat_id=api.alice, photo=f"{url}/a.png")
        assert (sent["photo"][-1]["width"], sent["photo"][-1]["height"]) == (300, 200)
        refusal = await api.refused("sendPhoto", chat_id=api.alice, photo=f"{url}/none")
        assert refusal.words == "Bad Request: failed to get HTTP URL content"
        refusal = await api.refused("sendPhoto", chat_id=api.alice, photo=f"{url}/page")
        assert refusal.words == "Bad Request: wrong type of the web page content"
    sent = await api.ok("sendPhoto", chat_id=api.alice, photo="https://example.com/a.jpg")
    assert (sent["photo"][-1]["width"], sent["photo"][-1]["height"]) == (640, 480)


@pytest.mark.parametrize("photo", ["AgACAgIAAxkBAAIunknown", "attach://nothing", ""])
async def test_a_photo_that_is_nowhere_is_refused(api: Api, photo: str) -> None:
    """An unknown file_id, a missing part, and nothing at all."""
    refusal = await api.refused("sendPhoto", chat_id=api.alice, photo=photo)
    assert refusal.status == 400
    assert api.telegram.person("Alice").messages() == []


async def test_an_album_is_one_group_of_messages(api: Api) -> None:
    """Two to ten pictures share a media_group_id and carry no keyboard."""
    media = [{"type": "photo", "media": f"attach://p{n}", "caption": f"n{n}"} for n in range(2)]
    files = {f"p{n}": (f"{n}.png", _png(10 + n, 10)) for n in range(2)}
    status, answer = await api.form("sendMediaGroup", files, chat_id=str(api.alice), media=media)
    assert status == 200
    assert [m["caption"] for m in answer["result"]] == ["n0", "n1"]
    assert len({m["media_group_id"] for m in answer["result"]}) == 1
    for count in (1, 11):
        status, _ = await api.form(
            "sendMediaGroup", files, chat_id=str(api.alice), media=media[:1] * count
        )
        assert status == 400
    assert len(api.telegram.person("Alice").messages()) == 2


async def test_photos_and_documents_do_not_mix_in_an_album(api: Api) -> None:
    """Documents make albums of their own."""
    media = [
        {"type": "photo", "media": "https://example.com/a.jpg"},
        {"type": "document", "media": "https://example.com/a.pdf"},
    ]
    refusal = await api.refused("sendMediaGroup", chat_id=api.alice, media=media)
    assert refusal.words == "Bad Request: document can't be mixed with other media types"


async def test_a_document_goes_up_and_comes_down_the_same(api: Api) -> None:
    """A path is named, and the file endpoint serves the bytes."""
    data = bytes(range(256)) * 40
    _, answer = await api.form(
        "sendDocument", {"document": ('orders "1".csv', data)}, chat_id=str(api.alice)
    )
    document = answer["result"]["document"]
    assert document["file_name"] == 'orders "1".csv'
    assert document["file_size"] == len(data)
    found = await api.ok("getFile", file_id=document["file_id"])
    address = f"{api.url}/telegram/file/bot{TOKEN}/{found['file_path']}"
    async with api.http.get(address) as download:
        assert await download.read() == data
    async with api.http.get(f"{address}x") as download:
        assert download.status == 404


async def test_a_persons_upload_reaches_the_bot(api: Api) -> None:
    """Documents go both ways: the owner sends a catalog."""
    await api.telegram.person("Marta").upload(b"{}", "catalog.json", caption="new")
    message = (await api.updates())[-1]["message"]
    assert message["caption"] == "new"
    assert message["document"]["file_name"] == "catalog.json"
    found = await api.ok("getFile", file_id=message["document"]["file_id"])
    assert found["file_size"] == 2


@pytest.mark.parametrize("kind", ["voice", "sticker", "photo"])
async def test_people_send_other_kinds_too(api: Api, kind: str) -> None:
    """A bot must have an answer to stickers, voice messages and photos."""
    await api.telegram.person("Alice").upload(placeholder(), "a.png", kind=kind)
    assert kind in (await api.updates())[-1]["message"]


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
