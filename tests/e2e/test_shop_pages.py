"""The pages a buyer comes back to, in a browser: legible, self-sufficient, and alive unscripted."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, ViewportSize, expect

from bot.domain.catalog.model import Text
from bot.domain.errors import TransientError
from bot.domain.order import OrderState
from tests.e2e.browser import visit
from tests.e2e.legible import faint, shows_focus, sideways
from tests.web.kit import Site, a_site, an_order_that_is

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_STATES = [f"/success?session_id={state}" for state in OrderState]
_PHONE: ViewportSize = {"width": 320, "height": 640}
_MOST_BYTES = 12_000


@pytest_asyncio.fixture(loop_scope="session")
async def pages(tmp_path: Path) -> AsyncIterator[Site]:
    """Serve the pages, with an order in every state."""
    async with a_site(tmp_path) as site:
        for state in OrderState:
            site.settlement.orders[state] = an_order_that_is(state)
        yield site


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_can_be_read_by_light_and_in_the_dark(
    browser: Browser, pages: Site, scheme: str
) -> None:
    """All words reach WCAG's contrast, and nothing sticks out of the narrowest phone."""
    async with visit(browser, "about:blank", viewport=_PHONE, color_scheme=scheme) as page:
        for path in _STATES:
            await page.goto(pages.url + path)
            assert await faint(page) == [], path
            assert await sideways(page) == 0, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("colour", "seen"),
    [
        ("#ffd400", {"light": "rgb(173, 144, 0)", "dark": "rgb(255, 212, 0)"}),
        ("#14213d", {"light": "rgb(20, 33, 61)", "dark": "rgb(63, 104, 192)"}),
    ],
)
async def test_pages_in_the_shops_colour_can_be_read(
    browser: Browser, pages: Site, scheme: str, colour: str, seen: dict[str, str]
) -> None:
    """A yellow or a navy blue: buttons carry it, and their words reach WCAG's contrast."""
    catalog = pages.current.catalog
    pages.current.catalog = replace(catalog, shop=replace(catalog.shop, colour=colour))
    async with visit(browser, pages.url + _STATES[0], color_scheme=scheme) as page:
        assert await faint(page) == []
        painted = await page.locator(".first").evaluate("e => getComputedStyle(e).backgroundColor")
        assert painted == seen[scheme]


async def test_a_page_that_cannot_be_read_would_be_found(browser: Browser, pages: Site) -> None:
    """The control of the test above: grey on white is told, with its contrast."""
    async with visit(browser, pages.url + _STATES[0]) as page:
        await page.evaluate("document.querySelector('h1').style.color = '#aaa'")
        assert await faint(page) == ["2.32: Not paid yet"]


@pytest.mark.parametrize("path", ["/nothing", "/success?session_id=cs_unknown"])
async def test_what_is_not_there_is_said_in_the_browsers_language(
    browser: Browser, pages: Site, path: str
) -> None:
    """Arabic runs from right to left, and its contrast holds in the dark."""
    context = await browser.new_context(locale="ar", color_scheme="dark")
    page = await context.new_page()
    answer = await page.goto(pages.url + path)
    assert answer is not None
    assert answer.status == 404
    await expect(page.locator("html[lang=ar][dir=rtl]")).to_have_count(1)
    assert await faint(page) == []
    await context.close()


async def test_an_arabic_page_is_laid_out_from_right_to_left(browser: Browser, pages: Site) -> None:
    """Labels stand on the right, amounts on the left, and the shop's own name stays whole."""
    pages.settlement.orders["ar"] = an_order_that_is(OrderState.OPEN, "ar")
    async with visit(browser, f"{pages.url}/success?session_id=ar") as page:
        label, amount = page.locator("dt").last, page.locator("dd").last
        boxes = await label.bounding_box(), await amount.bounding_box()
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[0]["x"] > boxes[1]["x"]
        await expect(page.locator(".shop bdi")).to_have_css("direction", "ltr")
        await expect(page.locator(".text")).to_contain_text("لشبونة")


async def test_long_names_and_large_type_break_nothing(browser: Browser, pages: Site) -> None:
    """An endless word in the shop's name, and letters twice their size, still fit a phone."""
    catalog = pages.current.catalog
    shop = replace(catalog.shop, name=Text.of("Ω" * 64))
    pages.current.catalog = replace(catalog, shop=shop)
    async with visit(browser, pages.url + _STATES[1], viewport=_PHONE) as page:
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await sideways(page) == 0


async def test_without_scripts_a_waiting_page_looks_again_and_ends_paid(
    browser: Browser, pages: Site
) -> None:
    """The browser itself follows the page's word, as the policy allows; here it is hurried."""

    async def hurry(route: Route) -> None:
        answer = await route.fetch()
        body = re.sub(r'content="\d+; url', 'content="0; url', await answer.text())
        await route.fulfill(response=answer, body=body)

    waiting, paid = an_order_that_is(OrderState.PROCESSING), an_order_that_is(OrderState.PAID)
    pages.settlement.becomes = [waiting, waiting, paid]
    address = f"{pages.url}/success?session_id=cs_1"
    async with visit(browser, "about:blank", java_script_enabled=False) as page:
        await page.route(re.compile("/success"), hurry)
        await page.goto(address)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Paid. Thank you!")
        await expect(page).to_have_url(f"{address}&looked=2")
    assert len(pages.settlement.asked) == 3


async def test_a_stripe_that_is_away_shows_a_page_that_can_be_read(
    browser: Browser, pages: Site
) -> None:
    """And so does the page that is sent when we are at fault."""
    context = await browser.new_context(color_scheme="dark", viewport=_PHONE)
    page = await context.new_page()
    for fault, title in (
        (TransientError("x"), "One moment"),
        (RuntimeError("x"), "Something went"),
    ):
        pages.settlement.fault = fault
        await page.goto(pages.url + _STATES[0])
        await expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        assert await faint(page) == []
    await context.close()


async def test_a_page_is_light_and_loads_from_nowhere_else(browser: Browser, pages: Site) -> None:
    """Page, style and icon: fewer than 12 kB, nothing moves, and the keyboard's place is seen."""
    async with visit(browser, "about:blank") as page:
        await page.goto(pages.url + f"/success?session_id={OrderState.OPEN}")
        for name in ("Go on to pay", "Back to the chat", "Check again"):
            await page.keyboard.press("Tab")
            await expect(page.get_by_role("link", name=name)).to_be_focused()
            assert await shows_focus(page)
        assert await page.evaluate("document.getAnimations().length") == 0
        loaded = await page.evaluate(
            "[performance.getEntriesByType('navigation'), performance.getEntriesByType('resource')]"
            ".flat().map((one) => one.encodedBodySize)"
        )
    assert 1 < len(loaded) <= 3
    assert sum(loaded) < _MOST_BYTES
