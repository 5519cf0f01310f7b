"""Picking units of an order line by line: how many are paid back or go back into stock."""

from __future__ import annotations

from typing import Final

from bot.chat.owner_actions import (
    GivePicked,
    PickLess,
    PickMore,
    PickUnits,
    ReturnPicked,
    SurePicked,
)
from bot.chat.screen import Button, Row, Screen, clip, lines, paragraphs, safe
from bot.chat.screens.owner_steps import no, to_order
from bot.chat.screens.parts import TITLE, title_of
from bot.domain.catalog.model import Catalog
from bot.domain.money import Money
from bot.domain.order import Order, Units
from bot.locales import Html, Texts
from bot.shop.orders.picking import For, open_units

#: Lines on one page.
PAGE_SIZE: Final = 8
#: Of a title on a row by itself.
_LABEL: Final = 38


def pick(  # noqa: PLR0917 - a page of a choice is made of this much
    catalog: Catalog, one: Order, why: For, units: Units, page: int, texts: Texts
) -> Screen:
    """Return a page of an order's lines with what is picked of each."""
    most = open_units(one, why)
    pages = max(1, -(-len(one.lines) // PAGE_SIZE))
    page = min(page, pages)
    shown = range((page - 1) * PAGE_SIZE, min(page * PAGE_SIZE, len(one.lines)))
    rows: list[Row] = []
    told: list[str] = []
    for place in shown:
        title = title_of(one.lines[place], catalog, texts)
        told.append(
            texts.html(
                "owner.pick_line",
                place=place + 1,
                title=Html(safe(title, TITLE)),
                n=units.get(place, 0),
                most=most.get(place, 0),
            )
        )
        if place in most:
            stay = PickUnits(one.id, why, page)
            label = texts.text("button.cart_line", number=place + 1, title=clip(title, _LABEL))
            rows.append((Button(label, stay),))
            rows.append(
                (
                    Button("−", PickLess(one.id, why, place + 1)),
                    Button(texts.number(units.get(place, 0)), stay),
                    Button("+", PickMore(one.id, why, place + 1)),
                )
            )
    turn = []
    if page > 1:
        turn.append(Button(f"‹ {page - 1}", PickUnits(one.id, why, page - 1)))
    if page < pages:
        turn.append(Button(f"{page + 1} ›", PickUnits(one.id, why, page + 1)))
    rows.append(tuple(turn))
    rows.append(_onward(one, why, units, texts))
    rows.append(to_order(one, texts))
    key = "owner.pick_refund" if why is For.REFUND else "owner.pick_shelf"
    asked = texts.html(key, number=str(one.id))
    return Screen(paragraphs(asked, lines(*told)), tuple(row for row in rows if row))


def _onward(one: Order, why: For, units: Units, texts: Texts) -> Row:
    if not units:
        return ()
    if why is For.STOCK:
        back = sum(line.returned for line in one.lines)
        label = texts.text("button.owner_return_goods")
        return (Button(label, ReturnPicked(one.id, back), style="primary"),)
    amount = one.worth(units)
    if not amount:
        return ()
    label = texts.text("button.owner_refund_all", amount=amount)
    return (Button(label, SurePicked(one.id, amount.minor, _given(one)), style="primary"),)


def sure(catalog: Catalog, one: Order, units: Units, refunded: int, texts: Texts) -> Screen:
    """Ask once more before the money of these units moves."""
    amount = one.worth(units)
    yes = Button(
        texts.text("button.owner_refund_yes", amount=amount),
        GivePicked(one.id, amount.minor, refunded),
        style="danger",
    )
    words = texts.html(
        "owner.sure_refund", amount=amount, number=str(one.id), name=one.buyer_name or "—"
    )
    return Screen(paragraphs(named(catalog, one, units, texts), words), ((yes,), (no(one, texts),)))


def named(catalog: Catalog | None, one: Order, units: Units, texts: Texts) -> str:
    """Return these units of an order's lines as HTML, a line each."""
    titles = {place: title_of(one.lines[place], catalog, texts) for place in units}
    return lines(*(f"{n} × {safe(titles[place], TITLE)}" for place, n in units.items()))


def _given(one: Order) -> int:
    return (one.refunded or Money.zero(one.total.currency)).minor
