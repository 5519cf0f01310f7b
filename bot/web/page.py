"""What a page says, as a value: made from an order and the words of a language, purely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from bot.domain.order import UNDECIDED, Order, OrderState
from bot.locales import Texts

#: Seconds between a waiting page's looks; after the last one only the button is left.
LOOKS = (10, 10, 20, 30, 60, 60, 60, 120, 120, 300)


class Mark(StrEnum):
    """The sign above a page's title."""

    DONE = "done"
    WAIT = "wait"
    STOP = "stop"
    OVER = "over"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about the order, with its label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A link that looks like a button; the first one of a page stands out."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A page that can be asked again.

    Attributes:
        url: Of the page, with its query.
        looked: How often it has looked by itself.
    """

    url: str
    looked: int


@dataclass(frozen=True, slots=True)
class Look:
    """When and where a waiting page looks again by itself."""

    seconds: int
    url: str
    told: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        language: Tag for ``lang``.
        rtl: Whether it is written from right to left.
        shop: The shop's name.
        test: Words that say that no money moves; empty where it does.
        status: HTTP status that it is answered with.
    """

    language: str
    rtl: bool
    shop: str
    mark: Mark
    title: str
    text: str
    facts: tuple[Fact, ...] = ()
    actions: tuple[LinkButton, ...] = ()
    look: Look | None = None
    test: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of one answer shares.

    Attributes:
        texts: The words.
        shop: The shop's name in that language.
        zone: IANA name of the zone in which hours are told.
    """

    texts: Texts
    shop: str
    zone: str


#: By how an order is told.
_MARKS: Final[Mapping[str, Mark]] = {
    OrderState.PLACED: Mark.WAIT,
    OrderState.OPEN: Mark.WAIT,
    OrderState.PROCESSING: Mark.WAIT,
    OrderState.PAID: Mark.DONE,
    OrderState.REFUNDED: Mark.DONE,
    OrderState.REVIEW: Mark.WAIT,
    "unclear": Mark.WAIT,
    "refunding": Mark.WAIT,
    OrderState.FAILED: Mark.STOP,
    OrderState.EXPIRED: Mark.OVER,
    OrderState.CANCELLED: Mark.OVER,
}


def order_page(frame: Frame, order: Order, chat_url: str, wait: Wait | None = None) -> Page:
    """Return the page about an order as it stands.

    Args:
        frame: Words and names.
        order: Settled just now.
        chat_url: The way back to the chat.
        wait: Where to look again, if the order is one that waits.
    """
    texts = frame.texts
    state = order.told_as
    if order.state is OrderState.PAID and order.refunded_whole:
        state = "refunding" if order.refund_pending else OrderState.REFUNDED
    name = f"page.{state}"
    told = f"{name}.text"
    if state == OrderState.PAID and order.shipped_at is None:
        told = (
            f"{name}.pickup" if order.pickup else f"{name}.sent" if order.allowed.shipping else told
        )
    params: dict[str, object] = {}
    if order.state is OrderState.OPEN:
        params = {
            "time": texts.time(order.attempt.expires_at, frame.zone),
            "zone": texts.place(frame.zone),
        }
    again, look = _waiting(texts, wait if order.state in UNDECIDED else None)
    actions = [LinkButton(texts.text("page.to_chat"), chat_url), *again]
    if order.state is OrderState.OPEN and order.url:
        actions.insert(0, LinkButton(texts.text("page.pay"), order.url))
    return Page(
        language=texts.language,
        rtl=texts.rtl,
        shop=frame.shop,
        mark=_MARKS[state],
        title=texts.text(f"{name}.title"),
        text=texts.text(told, **params),
        facts=_facts(texts, order),
        actions=tuple(actions),
        look=look,
        test="" if order.livemode else texts.text("page.test"),
    )


def _facts(texts: Texts, order: Order) -> tuple[Fact, ...]:
    open_ended = order.payment is None and order.allowed.adds()
    return (
        Fact(texts.text("page.order"), texts.text("page.number", number=str(order.id))),
        Fact(texts.text("page.goods" if open_ended else "page.total"), texts.money(order.total)),
    )


class Plain(StrEnum):
    """Pages that are about no order."""

    CHECKING = "checking"
    MISSING = "missing"
    ERROR = "error"


def plain_page(
    frame: Frame, kind: Plain, chat_url: str, *, status: int, wait: Wait | None = None
) -> Page:
    """Return a page that says where one stands without naming an order."""
    match kind:
        case Plain.CHECKING:
            mark = Mark.WAIT
        case Plain.MISSING:
            mark = Mark.LOST
        case Plain.ERROR:
            mark = Mark.STOP
        case _:
            assert_never(kind)
    texts = frame.texts
    again, look = _waiting(texts, wait)
    return Page(
        language=texts.language,
        rtl=texts.rtl,
        shop=frame.shop,
        mark=mark,
        title=texts.text(f"page.{kind}.title"),
        text=texts.text(f"page.{kind}.text"),
        actions=(LinkButton(texts.text("page.to_chat"), chat_url), *again),
        look=look,
        status=status,
    )


def _waiting(texts: Texts, wait: Wait | None) -> tuple[tuple[LinkButton, ...], Look | None]:
    """Return the button that looks again, and the look that needs no button."""
    if wait is None:
        return (), None
    again = (LinkButton(texts.text("page.again"), wait.url),)
    if wait.looked >= len(LOOKS):
        return again, None
    seconds = LOOKS[wait.looked]
    told = texts.text("page.looks_again", n=seconds)
    return again, Look(seconds, f"{wait.url}&looked={wait.looked + 1}", told)
