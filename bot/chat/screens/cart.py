"""The cart: its lines, what changed about them, and the way to pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Final

from bot.chat.actions import (
    AcceptChanges,
    AskClear,
    AskCount,
    AskNote,
    AskWay,
    CartLess,
    CartMore,
    Clear,
    DropNote,
    LeaveCount,
    LeaveNote,
    LineLess,
    LineMore,
    Nothing,
    OpenCart,
    OpenLine,
    OpenProduct,
    PutAllBack,
    PutBack,
    RemoveLine,
    StartCheckout,
    TellMe,
)
from bot.chat.screen import (
    Button,
    PageNumber,
    Row,
    Screen,
    bold,
    clip,
    lines,
    page_of,
    paragraphs,
    safe,
)
from bot.chat.screens.checkout import place_of_pickup
from bot.chat.screens.parts import TITLE, more_needed, page_row, shop_button
from bot.chat.screens.places import delivery, place_row
from bot.domain.cart import (
    LONGEST_NOTE,
    MAX_LINES,
    Cart,
    CartLine,
    LineProblem,
    PricedLine,
    units_of,
)
from bot.domain.catalog.model import Catalog, LineKey
from bot.domain.money import Money
from bot.domain.shares import Member
from bot.locales import Html, Texts

#: Lines on one page of the cart.
PAGE_SIZE: Final = 5
_BUTTON_TITLE: Final = 38
_UNDO_TITLE: Final = 26
#: Why none of a line can be bought.
_NONE_OF_IT: Final = {
    LineProblem.GONE: "cart.line_gone",
    LineProblem.SOLD_OUT: "cart.line_sold_out",
    LineProblem.NO_ROOM: "cart.no_room",
}
#: Members of a group whose sums are told each by itself.
_NAMED: Final = 12


def cart(
    catalog: Catalog,
    held: Cart,
    number: int,
    texts: Texts,
    *,
    group: bool = False,
    pickup: bool | None = None,
    place: str | None = None,
    removed: CartLine | None = None,
    emptied: bool = False,
    sums: Mapping[Member | None, Money] = MappingProxyType({}),
) -> Screen:
    """Return a page of the cart; a number beyond the last page shows the last.

    Args:
        catalog: Today's.
        held: The cart as it stands.
        number: Of the page, from 1.
        texts: The reader's language.
        group: Whether several people fill this cart.
        pickup: Whether its person picks goods up; None: not chosen, or no choice of theirs.
        place: Where the chat has goods sent, as it chose.
        removed: What was just taken out, to be put back.
        emptied: Whether all that it held was just taken out.
        sums: What each in a group wants, in money; under None what is nobody's.
    """
    undo = undo_row(catalog, removed, texts)
    if emptied:
        undo = ((Button(texts.text("button.put_all_back"), PutAllBack()),),)
    head = f"<b>🛒 {texts.html('cart.title_group' if group else 'cart.title')}</b>"
    if not held:
        words = paragraphs(head, texts.html("cart.empty"))
        return Screen(words, (*undo, *_way_row(pickup, texts), (shop_button(texts),)))
    shown, page = page_of(held.lines, number, PAGE_SIZE)
    numbered = list(enumerate(shown, (page.number - 1) * PAGE_SIZE + 1))
    text = paragraphs(
        head,
        texts.html("cart.changes") if held.changed else None,
        *(_line(catalog, one, held, texts, group=group, nth=nth) for nth, one in numbered),
        texts.html("cart.lines", limit=MAX_LINES) if len(held.lines) >= MAX_LINES else None,
        lines(
            *_shares(sums, held.total, texts),
            texts.html("cart.total", total=held.total),
            *_minimum(catalog, held, texts),
            *(
                [texts.html("checkout.pickup", place=place_of_pickup(catalog, texts))]
                if pickup
                else delivery(
                    catalog.checkout.shipping,
                    held,
                    place,
                    texts,
                    pickup=catalog.checkout.pickup is not None,
                )
            ),
            texts.html("checkout.plus_tax") if catalog.checkout.plus_tax else None,
        ),
    )
    return Screen(
        text,
        (
            *undo,
            *(row for nth, one in numbered for row in _line_rows(catalog, one, nth, texts)),
            *page_row(page, OpenCart, texts),
            *_delivery_row(catalog, pickup, place, texts),
            (_onward(held, texts),),
            (shop_button(texts), Button(texts.text("button.clear"), AskClear())),
        ),
    )


def _shares(sums: Mapping[Member | None, Money], total: Money, texts: Texts) -> Iterator[str]:
    """Say what each in a group wants, in money, where it is not all one person's."""
    if len(sums) <= 1:
        return
    rest = total
    for member in islice((one for one in sums if one), _NAMED):
        rest -= sums[member]
        name = Html(safe(member.name, _BUTTON_TITLE))
        yield texts.html("cart.share", name=name, sum=sums[member])
    if rest:
        yield texts.html("cart.share_rest", sum=rest)


def undo_row(catalog: Catalog, removed: CartLine | None, texts: Texts) -> tuple[Row, ...]:
    """Return the way to put back what was just taken out, while it is sold."""
    variant = catalog.variant(removed.key) if removed else None
    if removed is None or variant is None or variant.hidden:
        return ()
    title = clip(variant.title(texts.language), _UNDO_TITLE)
    back = PutBack(*removed.key, removed.quantity)
    return ((Button(texts.text("button.put_back", title=title), back),),)


def _way_row(pickup: bool | None, texts: Texts) -> tuple[Row, ...]:
    """Return what was chosen once about how goods get there, to be changed."""
    if pickup is None:
        return ()
    return ((Button(texts.text("button.way_pickup" if pickup else "button.way_send"), AskWay()),),)


def _delivery_row(
    catalog: Catalog, pickup: bool | None, place: str | None, texts: Texts
) -> tuple[Row, ...]:
    """Return how goods get there and where to, beside each other, each to be changed."""
    where = () if pickup else place_row(catalog.checkout.shipping, place, texts)
    row = tuple(button for row in (*_way_row(pickup, texts), *where) for button in row)
    return (row,) if row else ()


def place_in_cart(held: Cart, key: LineKey) -> PageNumber:
    """Return the page of the cart that a line stands on; the last one where it has gone."""
    places = [one.line.key for one in held.lines]
    index = places.index(key) if key in places else len(places)
    return page_of(held.lines, index // PAGE_SIZE + 1, PAGE_SIZE)[1]


def cart_line(
    catalog: Catalog, one: PricedLine, held: Cart, texts: Texts, *, group: bool = False
) -> Screen:
    """Return a line of the cart by itself."""
    key = one.line.key
    count = texts.text("button.in_cart", quantity=one.line.quantity)
    remove = Button(texts.text("button.remove"), RemoveLine(*key))
    rows: list[Row] = [(remove,)]
    if one.variant is not None:
        look = Button(texts.text("button.to_product"), OpenProduct(*key))
        rows = [
            (
                Button("−", LineLess(*key)),
                Button(count, Nothing()),
                Button("+", LineMore(*key)),
            ),
            *_typed_rows(one, texts),
            (look, remove),
        ]
    return Screen(
        _line(catalog, one, held, texts, group=group),
        (*rows, (Button(texts.text("button.back_to_cart"), OpenCart()), shop_button(texts))),
    )


def _typed_rows(one: PricedLine, texts: Texts) -> tuple[Row, ...]:
    """Return the ways to say of a line what no button says: a number, a note."""
    key = one.line.key
    count = Button(texts.text("button.type_count"), AskCount(*key))
    if not one.line.note:
        return ((count, Button(texts.text("button.note"), AskNote(*key))),)
    change = Button(texts.text("button.note_change"), AskNote(*key))
    return ((count,), (change, Button(texts.text("button.note_drop"), DropNote(*key))))


def ask_clear(held: Cart, texts: Texts) -> Screen:
    """Ask once whether the whole cart shall go."""
    return Screen(
        lines(
            texts.html("cart.clear_sure"),
            texts.html("cart.total", total=held.total),
        ),
        (
            (
                Button(texts.text("button.clear_yes"), Clear(), style="danger"),
                Button(texts.text("button.clear_no"), OpenCart()),
            ),
        ),
    )


def line_title(catalog: Catalog, one: PricedLine, texts: Texts) -> str:
    """Return a line's title in plain words, as far as it is still known."""
    variant = one.variant or catalog.variant(one.line.key)
    if variant is not None:
        return variant.title(texts.language)
    product = catalog.product(one.line.key.product)
    if product is not None:
        return product.name.in_language(texts.language)
    return texts.text("cart.line_gone_title")


def _line(
    catalog: Catalog,
    one: PricedLine,
    held: Cart,
    texts: Texts,
    *,
    group: bool,
    nth: int | None = None,
) -> str:
    line = one.line
    sums = None
    if one.variant is not None and one.total is not None:
        sums = texts.html(
            "cart.line", quantity=line.quantity, price=one.variant.price, total=one.total
        )
    by = None
    if group and line.added_by:
        by = texts.html("cart.added_by", name=Html(safe(line.added_by, TITLE)))
    note = texts.html("cart.note", note=Html(safe(line.note, TITLE))) if line.note else None
    title = texts.lead(bold(line_title(catalog, one, texts), TITLE))
    if nth is not None:
        title = f"{nth}. {title}"
    return lines(title, sums, *_changes(one, held, texts), note, by)


def _since(one: PricedLine, texts: Texts) -> Iterator[str]:
    """Say what is not as it was when the line was looked at."""
    if one.called is not None:
        called = Html(safe(one.called.in_language(texts.language), TITLE))
        yield texts.html("cart.renamed", old=called)
    if one.was is not None and one.variant is not None:
        yield texts.html("cart.was", old=one.was, new=one.variant.price)


def _changes(one: PricedLine, held: Cart, texts: Texts) -> list[str]:
    said = [*_since(one, texts)]
    match one.problem:
        case LineProblem.GONE | LineProblem.SOLD_OUT | LineProblem.NO_ROOM:
            said.append(texts.html(_NONE_OF_IT[one.problem]))
        case LineProblem.TOO_MANY:
            said.append(texts.html("cart.line_too_many", n=one.limit))
        case LineProblem.TOO_FEW:
            least = one.variant.product.min_per_order if one.variant else None
            said.append(texts.html("cart.line_too_few", n=least or 0))
            if one.variant and (more := more_needed(one.variant.product, held, texts)):
                said.append(more)
        case None if one.line.quantity >= one.limit:
            said.append(texts.html("cart.line_too_many", n=one.limit))
        case None if one.variant and one.variant.product.min_per_order:
            least = one.variant.product.min_per_order
            # The next tap on its minus takes it out.
            if units_of(held.lines, one.line.key.product) <= least:
                said.append(texts.html("cart.line_too_few", n=least))
        case None:
            pass
    return [f"<i>{words}</i>" for words in said]


def _line_rows(catalog: Catalog, one: PricedLine, nth: int, texts: Texts) -> tuple[Row, ...]:
    """Return a line's name, which leads to its screen, and below it what changes it in place."""
    key = one.line.key
    title = clip(line_title(catalog, one, texts), _BUTTON_TITLE)
    name = (Button(texts.text("button.cart_line", number=nth, title=title), OpenLine(*key)),)
    remove = Button("✕", RemoveLine(*key))
    if one.variant is None or one.problem is LineProblem.NO_ROOM:
        return (name, (remove,))
    if one.problem is LineProblem.SOLD_OUT:
        return (name, (Button(texts.text("button.tell_me"), TellMe(*key)),), (remove,))
    count = Button(str(one.line.quantity), AskCount(*key))
    return (name, (Button("−", CartLess(*key)), count, Button("+", CartMore(*key)), remove))


def _onward(held: Cart, texts: Texts) -> Button:
    if held.changed:
        return Button(texts.text("button.accept"), AcceptChanges(), style="primary")
    return Button(texts.text("button.checkout"), StartCheckout(), style="success")


def _minimum(catalog: Catalog, held: Cart, texts: Texts) -> list[str]:
    """Say what is missing to the least that an order must come to."""
    least = catalog.checkout.minimum_order
    if least is None or held.total >= least:
        return []
    return [texts.html("cart.below_minimum", minimum=least, left=least - held.total)]


def ask_note(catalog: Catalog, one: PricedLine, texts: Texts, *, group: bool) -> Screen:
    """Ask for a line's note; in a group, by a reply, which is all that the bot gets to see."""
    key = "note.ask_group" if group else "note.ask"
    title = Html(safe(line_title(catalog, one, texts), TITLE))
    now = texts.html("cart.note", note=Html(safe(one.line.note, TITLE))) if one.line.note else None
    never = LeaveNote(*one.line.key)
    words = lines(texts.html(key, title=title, limit=LONGEST_NOTE), now)
    return Screen(words, ((Button(texts.text("button.never_mind"), never),),))


def ask_count(catalog: Catalog, one: PricedLine, texts: Texts, *, group: bool) -> Screen:
    """Ask how many of a line are wanted."""
    key = "count.ask_group" if group else "count.ask"
    title = Html(safe(line_title(catalog, one, texts), TITLE))
    never = LeaveCount(*one.line.key)
    words = texts.html(key, title=title)
    return Screen(words, ((Button(texts.text("button.never_mind"), never),),))
