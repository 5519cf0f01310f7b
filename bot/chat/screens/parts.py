"""What several screens share: the ways on, and a list of order lines that fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from bot.chat.actions import Action, Home, HomeBeside, Nothing, OpenCart, OpenOrders
from bot.chat.screen import Button, PageNumber, Row, safe, units, visible
from bot.domain.cart import Cart, units_of
from bot.domain.catalog.model import Catalog, LineKey, Product
from bot.domain.order import OrderLine
from bot.locales import Html, Texts

#: UTF-16 units that a title may take within a list, and that a whole list of lines may take.
TITLE: Final = 120
LIST: Final = 3000


def cart_button(cart: Cart, texts: Texts) -> Button:
    """Return the way to the cart, with its total where there is one."""
    if not cart:
        return Button(texts.text("button.cart_empty"), OpenCart())
    return Button(texts.text("button.cart", total=cart.total), OpenCart())


def orders_button(texts: Texts) -> Button:
    """Return the way to the chat's orders."""
    return Button(texts.text("button.orders"), OpenOrders())


def shop_button(texts: Texts) -> Button:
    """Return the way back to the shop."""
    return Button(texts.text("button.shop"), Home())


def shop_beside_button(texts: Texts) -> Button:
    """Return the way to the shop from a message that is to stay, as one with a payment link."""
    return Button(texts.text("button.shop"), HomeBeside())


def open_shop_button(texts: Texts, *, first: bool = True) -> Button:
    """Return the way into the shop, for a message that stands by itself.

    Args:
        texts: The reader's language.
        first: Nothing else on the screen stands out: one button does at most.
    """
    return Button(texts.text("button.open_shop"), Home(), style="primary" if first else None)


def in_full(names: Iterable[str], most: int, texts: Texts) -> str | None:
    """Return as HTML the names that a button cuts, whole, in the buttons' order.

    Args:
        names: Of the buttons.
        most: UTF-16 units that a button shows of each.
        texts: The reader's language.
    """
    cut = [name for name in names if units(name) > most]
    return "\n".join(texts.lead(f"• {safe(name)}") for name in cut) or None


def more_needed(product: Product, held: Cart, texts: Texts) -> str | None:
    """Return what a cart lacks of the fewest that are sold at once, where choices make it up."""
    there = units_of(held.lines, product.id)
    missing = (product.min_per_order or 0) - there
    short = product.options and there and missing > 0
    return texts.html("product.more_needed", n=missing) if short else None


def page_row(
    page: PageNumber, to: Callable[[int], Action], texts: Texts, *, turns: bool = False
) -> tuple[Row, ...]:
    """Return the row that turns pages; none where there is one page.

    Args:
        page: What is shown.
        to: Leads to a page.
        texts: The reader's language.
        turns: Keep the row's place on a screen that has more pages at other times.
    """
    if page.of == 1 and not turns:
        return ()
    before = page.number - 1 or page.of
    after = page.number % page.of + 1
    return (
        (
            Button(texts.text("button.previous"), to(before)),
            Button(texts.text("button.page", page=page.number, pages=page.of), Nothing()),
            Button(texts.text("button.next"), to(after)),
        ),
    )


class Titled(Protocol):
    """Something that was bought, with the title that its buyer read."""

    @property
    def key(self) -> LineKey:
        """Of what."""
        ...

    @property
    def title(self) -> str:
        """What the buyer read."""
        ...


def title_of(bought: Titled, catalog: Catalog | None, texts: Texts) -> str:
    """Return the name of what was bought in the reader's language; else as the buyer read it."""
    variant = catalog.variant(bought.key) if catalog else None
    return variant.title(texts.language) if variant else bought.title


def order_lines(
    bought: Iterable[OrderLine],
    texts: Texts,
    *,
    key: str,
    catalog: Catalog | None = None,
    room: int = LIST,
    codes: bool = False,
) -> str:
    """Return order lines as HTML, a line each; those beyond the room are counted.

    Args:
        bought: The order's lines.
        texts: The reader's language.
        key: Text of one line, with ``quantity``, ``title`` and ``total``.
        catalog: Name the goods in the reader's language, as far as it knows them still; without
            one they are named as the buyer read them.
        room: UTF-16 units that they may take.
        codes: Whether each is told with its sku and barcode, as its owner looks for it.
    """
    shown: list[str] = []
    left = list(bought)
    while left:
        line = left[0]
        title = Html(safe(title_of(line, catalog, texts), TITLE))
        written = texts.html(key, quantity=line.quantity, title=title, total=line.total)
        if codes and line.codes:
            written += "\n  " + " · ".join(f"<code>{safe(one)}</code>" for one in line.codes)
        if line.note:
            written += "\n  " + texts.html("order.note", note=Html(safe(line.note, TITLE)))
        if line.added_by:
            who = Html(safe(line.added_by, TITLE))
            written += "\n  " + texts.html("cart.added_by", name=who)
        room -= visible(written) + 1
        if room < 0:
            break
        shown.append(written)
        left.pop(0)
    if left:
        shown.append(texts.html("checkout.more", n=len(left)))
    return "\n".join(shown)
