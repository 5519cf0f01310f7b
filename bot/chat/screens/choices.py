"""What can be chosen about a product: its values as buttons, and what is left of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import Final

from bot.chat.actions import OpenChoices, OpenProduct, PickValue
from bot.chat.screen import (
    Button,
    Row,
    Screen,
    bold,
    clip,
    in_rows,
    lines,
    page_of,
    paragraphs,
    safe,
    units,
)
from bot.chat.screens.parts import page_row
from bot.domain.catalog.model import Catalog, OptionValue, Product, Variant, VariantId
from bot.domain.money import Money
from bot.locales import Html, Texts
from bot.shop import View

#: Values that stand on the product's own screen; of three options 60, of Telegram's 100 buttons.
SHOWN: Final = 20
#: Values on a page of the screen that an option with more of them has.
PAGE: Final = 18
_CHOICE: Final = 20
_NAME: Final = 50
_LEFT: Final = 120


def free_of(variant: Variant, view: View) -> int | None:
    """Return how many the chat can have of a variant; None: always available."""
    return view.free.get(variant.stock_id, 0)


def default_variant(product: Product, wanted: VariantId, view: View) -> Variant:
    """Return the wanted variant, or the nearest; where none is wanted, the first in stock."""
    variant = product.variant(wanted)
    if variant and not variant.hidden:
        return variant
    return nearest(product, product.values_of(wanted) or (), view)


def nearest(
    product: Product, values: Sequence[OptionValue], view: View, kept: int | None = None
) -> Variant:
    """Return what is sold that has most of some values: rather in stock, rather first.

    Args:
        product: Of what.
        values: In the options' order; empty: any.
        view: With the free units of every variant.
        kept: The place of a value that is to be kept, if anything that is sold has it.
    """

    def rank(one: Variant) -> tuple[bool, bool, int]:
        same = [own == value for own, value in zip(one.values, values, strict=False)]
        return kept is not None and same[kept], free_of(one, view) != 0, sum(same)

    return max(product.variants(), key=rank)


def option_number(product: Product, place: int) -> int:
    """Return the number that buttons know an option by: of its id's place among the others'."""
    return sorted(one.id for one in product.options).index(product.options[place].id) + 1


def option_place(product: Product, number: int) -> int | None:
    """Return where the option with a number stands today; None where there is none such."""
    ids = sorted(one.id for one in product.options)
    if number > len(ids):
        return None
    return next(at for at, one in enumerate(product.options) if one.id == ids[number - 1])


def rows(variant: Variant, view: View, texts: Texts) -> Iterator[Row]:
    """Yield each option's values as buttons; an option of many values as one, to a screen of it.

    They keep their places whatever is chosen: each row is laid out for the longest label that any
    choice gives one of its buttons.
    """
    for place in range(len(variant.product.options)):
        offered = _offered(variant.product, place)
        if len(offered) > SHOWN:
            page = offered.index(variant.values[place]) // PAGE + 1
            yield (_opener(variant, place, page, texts),)
        else:
            yield from _grid(offered, variant, place, view, texts)


def choices(
    catalog: Catalog, variant: Variant, view: View, texts: Texts, *, place: int, number: int
) -> Screen:
    """Return a page of an option's values, to choose one of them.

    Args:
        catalog: Today's.
        variant: What is chosen now.
        view: With the free units of every variant.
        texts: The reader's language.
        place: Of the option.
        number: Of the page, from 1.
    """
    goods = variant.product
    option = goods.options[place]
    shown, page = page_of(_offered(goods, place), number, PAGE)
    known = option_number(goods, place)
    named = Html(safe(option.name.in_language(texts.language), _NAME))
    name = goods.name.in_language(texts.language)
    return Screen(
        paragraphs(texts.lead(bold(name)), texts.html("product.choose", option=named)),
        (
            *_grid(shown, variant, place, view, texts),
            *page_row(page, lambda to: OpenChoices(goods.id, variant.id, known, to), texts),
            (
                Button(
                    texts.text("button.back", name=clip(name, _NAME)),
                    OpenProduct(goods.id, variant.id),
                ),
            ),
        ),
        variant.photo or catalog.shop.banner,
    )


def left(variant: Variant, view: View, texts: Texts) -> str:
    """Return what there is still, close to a choice that is sold out, a line for each option."""
    goods = variant.product
    stocked = [one for one in goods.variants() if free_of(one, view) != 0]
    said = []
    for place in range(len(goods.options)):
        others = _without(variant.values, place)
        near = [one.values[place] for one in stocked if _without(one.values, place) == others]
        if near:
            named = Html(_listed(near, texts))
            with_ = Html(_listed(others, texts))
            key = "product.left_in" if others else "product.left"
            said.append(texts.html(key, values=named, choice=with_))
    if not said and stocked:
        first = Html(safe(stocked[0].label(texts.language), _LEFT))
        said.append(texts.html("product.left", values=first, choice=""))
    return lines(*said)


def moved(wanted: Sequence[OptionValue], shown: Variant, place: int, texts: Texts) -> str | None:
    """Return what changed with a value that is not sold with the others; None where nothing did.

    Args:
        wanted: In the options' order.
        shown: What is shown instead.
        place: Of the value that was tapped.
        texts: The reader's language.
    """
    pairs = [(old, new) for old, new in zip(wanted, shown.values, strict=True) if old != new]
    if shown.values[place] != wanted[place]:
        return texts.text("toast.choice_gone")
    if not pairs:
        return None
    return texts.text(
        "toast.choice_moved",
        choice=_called(wanted[place], texts),
        old=texts.listed(_called(old, texts) for old, _ in pairs),
        new=texts.listed(_called(new, texts) for _, new in pairs),
    )


def _without(values: Sequence[OptionValue], place: int) -> tuple[OptionValue, ...]:
    return (*values[:place], *values[place + 1 :])


def _listed(values: Iterable[OptionValue], texts: Texts) -> str:
    return safe(texts.listed(_called(value, texts) for value in values), _LEFT)


def _offered(product: Product, place: int) -> list[OptionValue]:
    """Return the values of an option that anything sold has, in the file's order."""
    sold = {one.values[place].id for one in product.variants()}
    return [value for value in product.options[place].values if value.id in sold]


def _opener(variant: Variant, place: int, page: int, texts: Texts) -> Button:
    goods, language = variant.product, texts.language
    option = clip(goods.options[place].name.in_language(language), _CHOICE)
    value = clip(variant.values[place].name.in_language(language), _CHOICE)
    to = OpenChoices(goods.id, variant.id, option_number(goods, place), page)
    return Button(texts.text("button.choices", option=option, value=value), to)


def _grid(
    shown: Sequence[OptionValue], variant: Variant, place: int, view: View, texts: Texts
) -> tuple[Row, ...]:
    """Return some values of an option as buttons that keep their places."""
    goods, values = variant.product, variant.values
    every = tuple(goods.variants())
    priced = _is_priced(every, place)
    buttons = []
    for value in shown:
        wanted = (*values[:place], value, *values[place + 1 :])
        other = goods.combination(wanted)
        if other is None or other.hidden:
            action = PickValue(goods.id, goods.id_of(wanted), option_number(goods, place))
            label = texts.text("button.choice_unavailable", name=_called(value, texts))
            buttons.append(Button(label, action))
            continue
        label = _label(value, free_of(other, view), other.price if priced else None, texts)
        if value == values[place]:
            label = texts.text("button.chosen", choice=label)
        buttons.append(Button(label, OpenProduct(goods.id, other.id)))
    return in_rows(buttons, widest=_widest(every, place, view, texts, priced=priced))


def _widest(every: Sequence[Variant], place: int, view: View, texts: Texts, *, priced: bool) -> int:
    """Return the length of the longest label that any choice gives a value of an option."""
    looks = {
        (one.values[place], free_of(one, view) == 0, one.price if priced else None) for one in every
    }
    labels = [_label(value, 0 if gone else 1, price, texts) for value, gone, price in looks]
    labels = [texts.text("button.chosen", choice=label) for label in labels]
    sizes = (len({one.values[at] for one in every}) for at in range(len(every[0].values)))
    if prod(sizes) > len(every):
        names = {_called(value, texts) for value, _, _ in looks}
        labels += [texts.text("button.choice_unavailable", name=name) for name in names]
    return max(map(units, labels))


def _is_priced(every: Sequence[Variant], place: int) -> bool:
    """Return whether an option's value makes a difference to the price, whatever else is chosen."""
    known: dict[tuple[str, ...], Money] = {}
    for one in every:
        others = tuple(value.id for value in _without(one.values, place))
        if known.setdefault(others, one.price) != one.price:
            return True
    return False


def _called(value: OptionValue, texts: Texts) -> str:
    return clip(value.name.in_language(texts.language), _CHOICE)


def _label(value: OptionValue, free: int | None, price: Money | None, texts: Texts) -> str:
    name = _called(value, texts)
    if free == 0:
        return texts.text("button.choice_sold_out", name=name)
    if price is not None:
        return texts.text("button.choice_priced", name=name, price=price)
    return texts.text("button.choice", name=name)
