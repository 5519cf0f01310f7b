"""The hosted page by plain HTTP: what it shows, checks, keeps and never keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from tests.sandbox.hosted_page import CARD, get, post
from tests.sandbox.stripe_kit import NOON, Kit, bare_client, line, serve


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        kit.sandbox.settings.shop_name = "Café <Lume>"
        yield kit


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Return a client without scripts."""
    async with bare_client() as http:
        yield http


async def test_the_page_shows_what_is_bought(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """Shop, lines, total and the sandbox's notice are there, and foreign text is escaped."""
    created = await kit.create(line_items=[line(name="Mug <script>"), line(490, 1, "Filters")])

    status, page = await get(browser, str(created.url))

    assert status == 200
    assert "Sandbox: no money moves." in page
    assert "Café &lt;Lume&gt;" in page
    assert "Mug &lt;script&gt;" in page
    assert "€29.90" in page
    assert 'href="http://127.0.0.1:9/cancel"' in page


async def test_the_page_has_strict_headers(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """Nothing may be stored, framed, or loaded from elsewhere."""
    created = await kit.create()

    async with browser.get(str(created.url)) as answer:
        headers = answer.headers

    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def test_pictures_come_from_this_machine_only(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """A picture on loopback is shown; one on the internet is stood in for by a letter."""
    near, far = "http://127.0.0.1:9/mug.jpg", "https://shop.example/mug.jpg"
    created = await kit.create(
        line_items=[
            line(product_data={"name": "Mug", "images": [near]}),
            line(product_data={"name": "Far mug", "images": [far]}),
        ]
    )

    _, page = await get(browser, str(created.url))

    assert near in page
    assert far not in page


async def test_paying_redirects_with_the_sessions_id(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """A good form pays, and the buyer is sent on with a 303."""
    created = await kit.create()

    status, _, place = await post(browser, str(created.url), CARD)

    assert (status, place) == (303, f"http://127.0.0.1:9/success?session_id={created.id}")
    assert kit.sandbox.sessions[created.id]["payment_status"] == "paid"


async def test_faults_stand_beside_their_fields_and_values_stay(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """What was typed is kept, but never the card's number and security code."""
    created = await kit.create()
    form = {**CARD, "email": "ada@home", "card_cvc": "98", "card_number": "4242424242424241"}

    status, page, _ = await post(browser, str(created.url), form)

    assert status == 200
    for name in ("email", "card_cvc", "card_number"):
        assert f'id="{name}-error"' in page
    assert 'value="ada@home"' in page
    assert 'value="12 / 30"' in page
    assert "4242424242424241" not in page
    assert 'value="98"' not in page


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("card_number", "4111 1111 1111 1111", "Never type a real card number here."),
        ("card_number", "4242", "The card number is incomplete."),
        ("card_number", "4242 4242 4242 4241", "Your card number is incorrect."),
        ("card_expiry", "13 / 30", "The expiry date is incomplete."),
        ("card_expiry", "08 / 26", "The expiry date is in the past."),
        ("card_expiry", "soon", "The expiry date is incomplete."),
        ("card_cvc", "1234", "The security code is incomplete."),
        ("card_cvc", "", "The security code is incomplete."),
        ("card_name", " ", "Please fill this in."),
        ("email", "", "This does not look like an e-mail address."),
    ],
)
async def test_each_field_is_checked(
    kit: Kit, browser: aiohttp.ClientSession, field: str, value: str, message: str
) -> None:
    """A wrong field is told in plain words, and nothing is charged."""
    created = await kit.create()

    _, page, _ = await post(browser, str(created.url), {**CARD, field: value})

    assert message in page
    assert not kit.sandbox.payment_intents


async def test_the_month_that_runs_is_still_good(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """A card is good to the end of its month, and American Express has four digits."""
    created = await kit.create()
    form = {**CARD, "card_number": "378282246310005", "card_cvc": "1234", "card_expiry": "0926"}

    status, _, _ = await post(browser, str(created.url), form)

    assert NOON == 1_790_000_000.0
    assert status == 303


async def test_a_decline_is_shown_and_the_page_stays(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """The buyer reads why, and can try again."""
    created = await kit.create()

    _, page, _ = await post(browser, str(created.url), {**CARD, "card_number": "4000000000009995"})
    status, _, _ = await post(browser, str(created.url), CARD)

    assert "Your card has insufficient funds." in page
    assert status == 303


async def test_3d_secure_is_a_page_of_its_own(kit: Kit, browser: aiohttp.ClientSession) -> None:
    """The bank's page asks; refusing leads back with the reason, approving pays."""
    created = await kit.create()
    form = {**CARD, "card_number": "4000002760003184"}

    _, _, first = await post(browser, str(created.url), form)
    _, question = await get(browser, kit.url + first)
    _, _, back = await post(browser, kit.url + first, {"action": "refuse"})
    _, again = await get(browser, kit.url + back)
    _, _, second = await post(browser, str(created.url), form)
    _, _, place = await post(browser, kit.url + second, {"action": "approve"})

    assert "from your card ending in 3184" in question
    assert "Your bank could not confirm this payment." in again
    assert 'value="ada@example.com"' in again
    assert URL(back).fragment == URL(str(created.url)).fragment
    assert place == f"http://127.0.0.1:9/success?session_id={created.id}"


async def test_an_answer_to_an_old_question_does_nothing(
    kit: Kit, browser: aiohttp.ClientSession
) -> None:
    """A 3-D Secure page answers once."""
    created = await kit.create()
    _, _, place = await post(browser, str(created.url), {**CARD, "card_number": "4000002760003184"})
    await post(browser, kit.url + place, {"action": "refuse"})

    status, page, _ = await post(browser, kit.url + place, {"action": "approve"})

    assert status == 200
    assert "Card number" in page
    assert not kit.sandbox.charges
