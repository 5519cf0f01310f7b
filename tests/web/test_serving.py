"""Webhook, pictures, health and listening."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import aiohttp
import pytest

from bot.domain.errors import TransientError
from bot.domain.order import OrderToken
from bot.ports import EventId, EventKind
from bot.web import CannotListenError, PublicLinks, TelegramLinks, WebServer
from bot.web.pages import named_pictures
from tests.web.kit import NOW, SECRET, Site, a_catalog, a_site

HOOK = "/stripe/webhook"
BODY = json.dumps(
    {
        "id": "evt_1",
        "type": "checkout.session.completed",
        "data": {"object": {"id": "cs_1", "payment_intent": "pi_1"}},
    }
).encode()


def signed(body: bytes) -> dict[str, str]:
    """Return the header that Stripe would send with a body."""
    mac = hmac.new(SECRET.encode(), f"{NOW}.".encode() + body, hashlib.sha256)
    return {"Stripe-Signature": f"t={NOW},v1={mac.hexdigest()}"}


async def test_a_signed_event_is_stored_before_it_is_answered(site: Site) -> None:
    """200 means that it cannot be lost any more."""
    answer = await site.ask(HOOK, method="POST", body=BODY, headers=signed(BODY))
    assert answer.status == 200
    event = site.inbox.events[EventId("evt_1")]
    assert (event.kind, event.object_id) == (EventKind.SESSION, "cs_1")
    assert event.received_at == NOW


async def test_an_event_that_comes_again_is_fine(site: Site) -> None:
    """Stripe may send one twice, and hears 200 both times."""
    for _ in range(2):
        answer = await site.ask(HOOK, method="POST", body=BODY, headers=signed(BODY))
        assert answer.status == 200
    assert len(site.inbox.events) == 1


async def test_a_store_that_is_down_has_stripe_send_again(site: Site) -> None:
    """503, and nothing is pretended."""
    site.inbox.fault = TransientError("disk full")
    answer = await site.ask(HOOK, method="POST", body=BODY, headers=signed(BODY))
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, {}),
        (BODY, {"Stripe-Signature": ""}),
        (BODY, {"Stripe-Signature": "t=1,v1=é"}),
        (BODY + b" ", signed(BODY)),
        (b"", signed(b"")),
        (b"[]", signed(b"[]")),
        (b"null", signed(b"null")),
        (b"\xff", signed(b"\xff")),
        (b"[" * 100_000, signed(b"[" * 100_000)),
    ],
)
async def test_what_stripe_did_not_send_is_400_and_leaves_nothing(
    site: Site, body: bytes, headers: dict[str, str]
) -> None:
    """Unsigned, forged, garbled or too deep: refused, never a fault of ours."""
    answer = await site.ask(HOOK, method="POST", body=body, headers=headers)
    assert answer.status == 400
    assert site.inbox.events == {}


async def test_two_signature_headers_are_none(site: Site) -> None:
    """Which of them was meant is not for us to guess."""
    good = signed(BODY)["Stripe-Signature"]
    async with site.browser.post(
        site.url + HOOK, data=BODY, headers=[("Stripe-Signature", good)] * 2
    ) as response:
        assert response.status == 400
    assert site.inbox.events == {}


async def test_a_body_beyond_the_limit_is_not_read_on(site: Site) -> None:
    """Announced or streamed, memory stays bounded."""
    large = b"x" * (256 * 1024 + 1)
    announced = await site.ask(HOOK, method="POST", body=large, headers=signed(large))
    assert announced.status == 413

    async def stream() -> None:
        async def chunks() -> object:
            for _ in range(40):
                yield b"x" * 10_000

        async with site.browser.post(site.url + HOOK, data=chunks()) as response:
            assert response.status == 413

    await stream()
    assert site.inbox.events == {}


async def test_without_a_secret_there_is_no_webhook(tmp_path: Path) -> None:
    """The address does not exist, whatever is sent to it."""
    async with a_site(tmp_path, webhook=False) as site:
        answer = await site.ask(HOOK, method="POST", body=BODY, headers=signed(BODY))
    assert answer.status == 404


async def test_the_webhook_is_not_a_page(site: Site) -> None:
    """It is only posted to."""
    assert (await site.ask(HOOK)).status == 405


async def test_a_picture_that_the_catalog_names_is_served(site: Site) -> None:
    """With its own type, for Stripe's page and for caches."""
    (site.folder / "photos").mkdir()
    (site.folder / "photos/cup.jpg").write_bytes(b"jpeg bytes")
    (site.folder / "photos/red cup.png").write_bytes(b"png bytes")
    answer = await site.ask("/pictures/photos/cup.jpg")
    assert (answer.status, answer.body) == (200, b"jpeg bytes")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    other = await site.ask("/pictures/photos/red%20cup.png")
    assert (other.body, other.headers["Content-Type"]) == (b"png bytes", "image/png")
    head = await site.ask("/pictures/photos/cup.jpg", method="HEAD")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "catalog.json",
        "shop.sqlite3",
        "photos/other.jpg",
        "photos/gone.webp",
        "../outside.jpg",
        "..%2Foutside.jpg",
        "%2e%2e%2foutside.jpg",
        "photos%2f..%2f..%2foutside.jpg",
        "%2Fetc%2Fpasswd",
        "photos/cup.jpg%00",
        "https:%2F%2Felsewhere.example%2Fcup.jpg",
    ],
)
async def test_no_other_file_is_served(site: Site, path: str) -> None:
    """Files beside the catalog, outside of it, or named and gone: all the same 404."""
    (site.folder / "photos").mkdir()
    for name in ("catalog.json", "shop.sqlite3", "photos/other.jpg", "../outside.jpg"):
        (site.folder / name).write_bytes(b"canary")
    answer = await site.ask(f"/pictures/{path}")
    assert answer.status == 404
    assert b"canary" not in answer.body


def test_pictures_are_named_once_and_without_detours() -> None:
    """What the catalog writes and what a browser asks for meet."""
    assert named_pictures(a_catalog()) == {
        "photos/cup.jpg",
        "photos/red cup.png",
        "photos/gone.webp",
    }


async def test_alive_and_ready_are_two_things(site: Site) -> None:
    """A shop whose Stripe is away is alive, and not ready."""
    assert (await site.ask("/healthz")).status == 200
    ready = await site.ask("/readyz")
    assert (ready.status, json.loads(ready.body)) == (200, {"database": True})
    site.works["stripe"] = False
    away = await site.ask("/readyz")
    assert (away.status, json.loads(away.body)) == (503, {"database": True, "stripe": False})
    assert (await site.ask("/healthz")).status == 200


async def test_a_taken_port_is_told_in_plain_words(site: Site) -> None:
    """Host and port are named, and nothing is left open."""
    port = int(site.url.rpartition(":")[2])
    server = WebServer(aiohttp.web.Application(), host="127.0.0.1", port=port)
    with pytest.raises(CannotListenError, match=f"127.0.0.1:{port}") as caught:
        await server.__aenter__()
    assert caught.value.port == port


def test_links_without_a_public_address_lead_into_telegram() -> None:
    """The token, not the session's id, which is too long; only public pictures are shown."""
    links = TelegramLinks("http://127.0.0.1:1/t.me", "lume_bot")
    token = OrderToken("A_b-9")
    assert links.success_url(token) == "http://127.0.0.1:1/t.me/lume_bot?start=paid_A_b-9"
    assert links.cancel_url(token) == "http://127.0.0.1:1/t.me/lume_bot?start=back_A_b-9"
    assert links.picture_url("photos/cup.jpg") is None
    assert links.picture_url("https://elsewhere.example/cup.jpg") is not None
    assert links.picture_url("https://elsewhere.example/Käse%201.jpg") == (
        "https://elsewhere.example/K%C3%A4se%201.jpg"
    )


def test_links_with_a_public_address_lead_to_our_pages() -> None:
    """Stripe fills in the session's id; pictures need https to be fetched by Stripe."""
    links, token = PublicLinks("https://shop.example", pictures=True), OrderToken("A_b-9")
    assert links.success_url(token) == (
        "https://shop.example/success?session_id={CHECKOUT_SESSION_ID}"
    )
    assert links.cancel_url(token) == "https://shop.example/cancel?order=A_b-9"
    assert links.picture_url("./photos/red cup.png") == (
        "https://shop.example/pictures/photos/red%20cup.png"
    )
    assert links.picture_url("https://elsewhere.example/c.jpg") == "https://elsewhere.example/c.jpg"
    assert links.picture_url("https://elsewhere.example/ü.jpg?a=ä&b=1") == (
        "https://elsewhere.example/%C3%BC.jpg?a=%C3%A4&b=1"
    )
    assert (
        PublicLinks("http://127.0.0.1:8080", pictures=False).picture_url("photos/cup.jpg") is None
    )
