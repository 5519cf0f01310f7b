"""The pages a buyer comes back to: what they say, in which language, and what they never do."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.domain.errors import TransientError
from bot.domain.money import Money
from bot.domain.order import OrderState
from bot.ports import PaymentsDeniedError
from bot.web.page import LOOKS
from tests.web.kit import Site, a_site, an_order_that_is

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Reader(HTMLParser):
    """Reads a page as a browser would: its tags in order, its title and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: dict[str, str] = {}
        self._href: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        self._href = dict(attrs).get("href") if tag == "a" else None

    def handle_data(self, data: str) -> None:
        """Note a link's words."""
        if self._href is not None and data.strip():
            self.links[data.strip()] = self._href

    def one(self, tag: str) -> dict[str, str | None]:
        """Return the attributes of the only such tag."""
        found = [attrs for name, attrs in self.tags if name == tag]
        assert len(found) == 1
        return found[0]

    @property
    def refresh(self) -> str | None:
        """What the page does by itself."""
        metas = [attrs for name, attrs in self.tags if name == "meta"]
        return next((m["content"] for m in metas if m.get("http-equiv") == "refresh"), None)


@pytest.mark.parametrize(
    ("state", "title", "mark"),
    [
        (OrderState.PLACED, "Not paid yet", "wait"),
        (OrderState.OPEN, "Not paid yet", "wait"),
        (OrderState.PROCESSING, "Waiting for your bank", "wait"),
        (OrderState.PAID, "Paid. Thank you!", "done"),
        (OrderState.FAILED, "The payment did not go through", "stop"),
        (OrderState.EXPIRED, "This order has expired", "over"),
        (OrderState.CANCELLED, "This order was cancelled", "over"),
        (OrderState.REVIEW, "We are looking at your payment", "wait"),
        (OrderState.REFUNDED, "Refunded", "done"),
    ],
)
async def test_every_state_has_its_page(
    site: Site, state: OrderState, title: str, mark: str
) -> None:
    """A buyer reads how the order stands, and always has a way back to the chat."""
    site.settlement.orders["cs_1"] = an_order_that_is(state)
    answer = await site.ask("/success?session_id=cs_1")
    page = Reader(answer.text)
    assert answer.status == 200
    assert f"<h1>{title}</h1>" in answer.text
    assert page.one("main")["class"] == f"card {mark}"
    assert page.links["Back to the chat"].startswith("https://t.me/lume_bot?start=")
    assert "1042" in answer.text
    assert site.settlement.asked == ["cs_1"]


async def test_a_page_says_no_more_of_money_than_is_known(site: Site) -> None:
    """A refund that Stripe has not finished is on its way; a payment nobody has seen is checked."""
    refunded = an_order_that_is(OrderState.REFUNDED)
    assert refunded.payment
    total = refunded.payment.total
    unclear = replace(an_order_that_is(OrderState.REVIEW), payment=None)
    for order, title, words in (
        (replace(refunded, refunded=total, refund_pending=total),
         "Refund on its way", "on its way to you"),
        (replace(refunded, refunded=Money.zero("eur")),
         "We are looking at your payment", "A person has to look"),
        (unclear, "We are checking your payment", "If you paid, nothing is lost"),
    ):  # fmt: skip
        site.settlement.orders["cs_1"] = order
        answer = await site.ask("/success?session_id=cs_1")
        assert f"<h1>{title}</h1>" in answer.text
        assert words in answer.text
        assert Reader(answer.text).one("main")["class"] == "card wait"


async def test_an_order_whose_money_went_back_is_not_thanked_for(site: Site) -> None:
    """Who opens the page again reads of the refund; a part of it leaves the order paid."""
    paid = an_order_that_is(OrderState.PAID)
    assert paid.payment
    total = paid.payment.total
    for order, title in (
        (replace(paid, refunded=total), "Refunded"),
        (replace(paid, refunded=total, refund_pending=total), "Refund on its way"),
        (replace(paid, refunded=Money(1, "eur")), "Paid. Thank you!"),
    ):
        site.settlement.orders["cs_1"] = order
        answer = await site.ask("/success?session_id=cs_1")
        assert f"<h1>{title}</h1>" in answer.text


async def test_a_paid_page_shows_what_was_paid_and_leads_to_the_receipt(site: Site) -> None:
    """The total is Stripe's, shipping included; nothing is left to do or to wait for."""
    site.settlement.orders["cs_1"] = an_order_that_is(OrderState.PAID)
    answer = await site.ask("/success?session_id=cs_1")
    page = Reader(answer.text)
    assert "€36.30" in answer.text
    assert page.links == {"Back to the chat": "https://t.me/lume_bot?start=paid_t0ken"}
    assert page.refresh is None


async def test_an_open_order_can_still_be_paid(site: Site) -> None:
    """The link to Stripe is whole, fragment included; its end is told in the shop's time."""
    site.settlement.orders["cs_1"] = an_order_that_is(OrderState.OPEN)
    answer = await site.ask("/success?session_id=cs_1")
    page = Reader(answer.text)
    assert page.links["Go on to pay"] == "https://checkout.stripe.com/c/pay/cs_test_1#frag"
    assert "(Lisbon)" in answer.text
    assert re.search(r"9:00\sAM", answer.text)
    assert "<dt>Goods</dt>" in answer.text


async def test_a_waiting_page_looks_again_by_itself_in_growing_steps(site: Site) -> None:
    """Without any script, and not for ever: in the end the button is left."""
    site.settlement.orders["cs_1"] = an_order_that_is(OrderState.PROCESSING)
    path: str | None = "/success?session_id=cs_1"
    waited = []
    while path:
        page = Reader((await site.ask(path)).text)
        assert page.links["Check again"] == "/success?session_id=cs_1"
        path = None
        if page.refresh:
            seconds, path = page.refresh.split("; url=")
            waited.append(int(seconds))
    assert tuple(waited) == LOOKS
    assert min(waited) >= 10


@pytest.mark.parametrize("looked", ["-1", "x", "999", "١", "1e3", ""])
async def test_a_forged_count_of_looks_starts_anew(site: Site, looked: str) -> None:
    """What stands in the address is anybody's word."""
    site.settlement.orders["cs_1"] = an_order_that_is(OrderState.PROCESSING)
    answer = await site.ask(f"/success?session_id=cs_1&looked={looked}")
    assert Reader(answer.text).refresh == "10; url=/success?session_id=cs_1&looked=1"


@pytest.mark.parametrize(
    "path",
    [
        "/success",
        "/success?session_id=",
        "/success?session_id=cs_other",
        "/success?session_id=" + "c" * 300,
        "/success?session_id=%00",
        "/success?session_id=%D0%B6",
        "/cancel",
        "/cancel?order=nope",
        "/nothing",
        "/assets/nothing.css",
        "/assets/..%2F..%2Fapp.py",
    ],
)
async def test_what_is_not_known_is_a_kind_404(site: Site, path: str) -> None:
    """No traceback, no hint at what exists, and a way to the chat."""
    answer = await site.ask(path)
    assert answer.status == 404
    assert "<h1>There is nothing here</h1>" in answer.text
    assert Reader(answer.text).links == {"Back to the chat": "https://t.me/lume_bot"}


async def test_what_cannot_be_an_id_is_not_even_looked_up(site: Site) -> None:
    """The till is asked about nothing that no session can be called."""
    for forged in ("", "%00", "%D0%B6", "c" * 300):
        await site.ask(f"/success?session_id={forged}")
        await site.ask(f"/cancel?order={forged}")
    assert site.settlement.asked == []


async def test_the_cancel_page_says_that_nothing_was_charged(site: Site) -> None:
    """It leads back into the chat, and the link stays payable until it ends."""
    site.settlement.orders["t0ken"] = an_order_that_is(OrderState.OPEN)
    answer = await site.ask("/cancel?order=t0ken")
    page = Reader(answer.text)
    assert "Nothing was charged." in answer.text
    assert page.links == {
        "Go on to pay": "https://checkout.stripe.com/c/pay/cs_test_1#frag",
        "Back to the chat": "https://t.me/lume_bot?start=back_t0ken",
    }
    assert page.refresh is None


async def test_whoever_paid_in_another_window_reads_so_on_the_cancel_page(site: Site) -> None:
    """The order is settled there too."""
    site.settlement.orders["t0ken"] = an_order_that_is(OrderState.PAID)
    assert "Paid. Thank you!" in (await site.ask("/cancel?order=t0ken")).text


@pytest.mark.parametrize("path", ["/success?session_id=cs_1", "/cancel?order=cs_1"])
@pytest.mark.parametrize("fault", [TransientError("down"), PaymentsDeniedError("rolled key")])
async def test_a_stripe_that_does_not_answer_is_waited_for(
    site: Site, path: str, fault: Exception
) -> None:
    """The buyer is told that nothing is lost, and the page asks again later."""
    site.settlement.fault = fault
    answer = await site.ask(path)
    page = Reader(answer.text)
    assert answer.status == 503
    assert "nothing is lost" in answer.text
    assert page.refresh == f"10; url={path}&looked=1"
    assert str(fault) not in answer.text


async def test_the_page_speaks_the_orders_language(site: Site) -> None:
    """Not the browser's: whoever ordered chose it in the chat."""
    site.settlement.orders["cs_1"] = an_order_that_is(OrderState.PAID, "en")
    answer = await site.ask("/success?session_id=cs_1", headers={"Accept-Language": "de"})
    assert Reader(answer.text).one("html") == {"lang": "en", "dir": "ltr"}


@pytest.mark.parametrize("header", ["en", "tlh, en;q=0.5", "", "x;q=banana", ",;;,q=", "é" * 400])
async def test_any_accept_language_is_survived(site: Site, header: str) -> None:
    """Where the browser's languages are unknown or garbled, English is read."""
    answer = await site.ask("/nothing", headers={"Accept-Language": header})
    assert Reader(answer.text).one("html")["lang"] == "en"


async def test_names_are_escaped(site: Site) -> None:
    """A shop's name with markup in it is shown, not run."""
    hostile = replace(an_order_that_is(OrderState.OPEN), url='https://x/"><script>')
    site.settlement.orders["cs_1"] = hostile
    answer = await site.ask("/success?session_id=cs_1&a=%22%3E%3Cscript%3E")
    assert "Café &lt;Lume&gt;" in answer.text
    assert "<script" not in answer.text
    assert "script" not in {tag for tag, _ in Reader(answer.text).tags}


@pytest.mark.parametrize("path", ["/success?session_id=cs_1", "/nothing", "/healthz", "/"])
async def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    """Errors too; and no answer says what it is made with."""
    site.settlement.orders["cs_1"] = an_order_that_is(OrderState.PAID)
    answer = await site.ask(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "Server" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


async def test_over_https_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    """HSTS, for a year."""
    async with a_site(tmp_path, https=True) as site:
        answer = await site.ask("/nothing")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_a_page_needs_nothing_from_elsewhere_and_no_script(site: Site) -> None:
    """All it loads is its own, which the policy holds it to; inline style is not used either."""
    site.settlement.orders["cs_1"] = an_order_that_is(OrderState.OPEN)
    answer = await site.ask("/success?session_id=cs_1")
    page = Reader(answer.text)
    loaded = [attrs["href"] for tag, attrs in page.tags if tag == "link"]
    assert all(href is not None and href.startswith("/assets/") for href in loaded)
    assert {"script", "style", "img", "iframe", "form"} & {tag for tag, _ in page.tags} == set()
    assert not any("style" in attrs for _, attrs in page.tags)
    for href in loaded:
        asset = await site.ask(str(href))
        assert asset.status == 200
        assert "immutable" in asset.headers["Cache-Control"]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_head_is_answered_like_get_without_a_body(site: Site) -> None:
    """Link checkers ask so."""
    site.settlement.orders["cs_1"] = an_order_that_is(OrderState.PAID)
    answer = await site.ask("/success?session_id=cs_1", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


async def test_another_method_is_refused(site: Site) -> None:
    """A page is only read; which methods it has is told."""
    answer = await site.ask("/success?session_id=cs_1", method="POST", body=b"x")
    assert answer.status == 405
    assert set(answer.headers["Allow"].split(",")) == {"GET", "HEAD"}
    assert site.settlement.asked == []


async def test_a_bug_shows_nothing_of_itself(site: Site) -> None:
    """The traceback goes to the log; the buyer reads an apology."""
    site.settlement.fault = RuntimeError("canary")
    answer = await site.ask("/success?session_id=cs_1")
    assert answer.status == 500
    assert "<h1>Something went wrong</h1>" in answer.text
    assert "canary" not in answer.text
    assert "Traceback" not in answer.text


async def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """Nothing hangs for ever."""
    async with a_site(tmp_path, time_limit=0.1) as site:
        site.settlement.hangs = True
        answer = await site.ask("/success?session_id=cs_1")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"


async def test_the_bare_address_leads_into_the_chat(site: Site) -> None:
    """The shop is there, not here."""
    answer = await site.ask("/")
    assert (answer.status, answer.headers["Location"]) == (302, "https://t.me/lume_bot")


@pytest.mark.parametrize(
    ("pickup", "shipping", "shipped_at", "told"),
    [
        (True, (), None, "We’ll write to you there when your order is ready for pick-up."),
        (False, (490,), None, "We’ll write to you there when your order is on its way."),
        (False, (), None, "Your receipt is in the chat."),
        (False, (490,), 1_800_000_000, "Your receipt is in the chat."),
    ],
)
async def test_after_paying_the_page_says_what_comes_next(
    site: Site, pickup: bool, shipping: tuple[int, ...], shipped_at: int | None, told: str
) -> None:
    """Ready to pick up, or on its way; nothing is promised that has happened, or never will."""
    order = an_order_that_is(OrderState.PAID)
    allowed = replace(order.allowed, shipping=shipping)
    site.settlement.orders["cs_1"] = replace(
        order, pickup=pickup, allowed=allowed, shipped_at=shipped_at
    )
    text = (await site.ask("/success?session_id=cs_1")).text
    assert re.search(rf'class="text">[^<]*{re.escape(told)}</p>', text)
    assert ("We’ll write to you there" in text) == ("We’ll write to you there" in told)


async def test_a_shops_own_colour_is_on_its_buttons(site: Site) -> None:
    """The style sheet carries it, under another address, so that no browser shows the old one."""
    plain = Reader((await site.ask("/nothing")).text)
    catalog = site.current.catalog
    site.current.catalog = replace(catalog, shop=replace(catalog.shop, colour="#ffd400"))
    painted = Reader((await site.ask("/nothing")).text)
    first, second = (_style_of(page) for page in (plain, painted))
    assert first != second
    style = (await site.ask(second)).text
    assert "--accent: #ad9000; --on-accent: #000000" in style
    assert "--accent: #ffd400; --on-accent: #000000" in style


def _style_of(page: Reader) -> str:
    found = [attrs["href"] for tag, attrs in page.tags if attrs.get("rel") == "stylesheet"]
    assert found[0]
    return found[0]
