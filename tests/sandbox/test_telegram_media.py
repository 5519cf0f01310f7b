"""Pictures, albums and documents, up and down."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from shop_sandbox.telegram.pictures import placeholder
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
