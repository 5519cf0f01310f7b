"""The goods as their owner sees them: hidden ones too, with what can be changed about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.chat.owner_actions import (
    AskPrice,
    AskStock,
    HideGood,
    OpenGood,
    OpenGoods,
    OpenVariants,
    ShowGood,
)
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
)
from bot.chat.screens.owner_changes import undo as undo_row
from bot.chat.screens.owner_steps import never
from bot.chat.screens.parts import TITLE, in_full, page_row
from bot.domain.catalog.model import Catalog, ListedVariant, Product, StockId
from bot.domain.money import Money
from bot.locales import Html, Texts
from bot.ports import StockLevel

PAGE_SIZE: Final = 8
_NAME: Final = 30
#: Prices, and counts, of values or variants on a page of a product.
_PARTS: Final = 12


def goods(catalog: Catalog, number: int, texts: Texts) -> Screen:
    """Return a page of the products; a number beyond the last page shows the last."""
    shown, page = page_of(catalog.products, number, PAGE_SIZE)
    priced, counted = (StockId("id"), StockId("id"))
    if shown:  # what an owner can write is shown by something of theirs
        priced, _ = next(shown[0].own_prices())
        counted, _ = next(shown[0].stock_counts())
    how = texts.html("owner.goods_how", priced=Html(safe(priced)), counted=Html(safe(counted)))
    return Screen(
        paragraphs(bold(texts.text("owner.goods_title")), _full(shown, texts), how),
        (*_list(shown, texts), *page_row(page, OpenGoods, texts)),
    )


def goods_found(words: str, found: Sequence[Product], texts: Texts) -> Screen:
    """Return what an owner's words found among the goods."""
    back = (Button(texts.text("button.owner_goods"), OpenGoods()),)
    said = texts.html("owner.found", words=clip(words, TITLE))
    return Screen(paragraphs(said, _full(found, texts)), (*_list(found, texts), back))


def good(
    product: Product,
    levels: Mapping[StockId, StockLevel],
    texts: Texts,
    *,
    zone: str = "UTC",
    number: int = 1,
    news: str = "",
    undo: str | None = None,
) -> Screen:
    """Return a product with its prices and stock, and the buttons to change them.

    Args:
        product: The product.
        levels: What is left of it.
        texts: The owner's language.
        zone: The shop's time zone.
        number: Of the page of its prices and stock, from 1.
        news: What was just done, as HTML.
        undo: The digest of the file's text from before that.
    """
    language = texts.language
    every = (tuple(product.own_prices()), tuple(one for one, _ in product.stock_counts()))
    page = page_of(max(every, key=len), number, _PARTS)[1]
    here = slice((page.number - 1) * _PARTS, page.number * _PARTS)
    prices, counted = every[0][here], every[1][here]
    whole = StockId(product.id)
    if product.hidden:
        hide = Button(texts.text("button.owner_show"), ShowGood(whole), style="primary")
    else:
        hide = Button(texts.text("button.owner_hide"), HideGood(whole))
    listed = Button(texts.text("button.owner_variants"), OpenVariants(product.id))
    return Screen(
        paragraphs(
            news or None,
            lines(
                bold(product.name.in_language(language), TITLE),
                f"<code>{safe(product.id)}</code>",
                texts.html("owner.is_hidden") if product.hidden else None,
            ),
            lines(*_facts(product, zone, texts)) or None,
            lines(*(_priced(one, price, texts, whole) for one, price in prices)) or None,
            lines(*(_stock(one, levels.get(one), texts, whole) for one in counted)) or None,
            texts.html("owner.photo_how"),
        ),
        (
            *undo_row(undo, texts),
            *_buttons([target for target, _ in prices], "button.owner_price", AskPrice, texts),
            *_buttons(counted, "button.owner_stock", AskStock, texts),
            *page_row(page, lambda to: OpenGood(product.id, to), texts),
            *([(listed,)] if product.listed else []),
            (hide, Button(texts.text("button.owner_goods"), OpenGoods())),
        ),
    )


def variants(
    product: Product,
    texts: Texts,
    *,
    number: int = 1,
    at: StockId | None = None,
    news: str = "",
    undo: str | None = None,
) -> Screen:
    """Return a product's variants, each with the button that hides it or shows it again.

    Args:
        product: The product, which lists its variants.
        texts: The owner's language.
        number: Of the page, from 1.
        at: What stands on the page instead.
        news: What was just done, as HTML.
        undo: The digest of the file's text from before that.
    """
    every = [(StockId(f"{product.id}/{one.id}"), one) for one in product.listed]
    place = next((place for place, (target, _) in enumerate(every) if target == at), None)
    number = number if place is None else place // _PARTS + 1
    shown, page = page_of(every, number, _PARTS)
    buttons = [_variant(product, target, one, texts) for target, one in shown]
    return Screen(
        paragraphs(
            news or None,
            bold(product.name.in_language(texts.language), TITLE),
            texts.html("owner.variants_how"),
        ),
        (
            *undo_row(undo, texts),
            *in_rows(buttons, 2),
            *page_row(page, lambda to: OpenVariants(product.id, to), texts),
            (Button(texts.text("button.owner_good_back"), OpenGood(product.id)),),
        ),
    )


def _variant(product: Product, target: StockId, one: ListedVariant, texts: Texts) -> Button:
    variant = product.variant(one.id)
    name = clip(variant.label(texts.language) if variant else one.id, _NAME)
    if one.hidden:
        return Button(texts.text("button.owner_variant_hidden", name=name), ShowGood(target))
    return Button(texts.text("button.owner_variant_shown", name=name), HideGood(target))


def _facts(product: Product, zone: str, texts: Texts) -> Iterator[str]:
    """Yield what the file says beside price and stock."""
    sale, weight = product.sale, product.weight
    least, most = product.min_per_order, product.max_per_order
    start, end = (sale.span.start, sale.span.end) if sale else (None, None)
    told = {
        "owner.good.brand": product.brand,
        "owner.good.sku": product.sku,
        "owner.good.barcode": product.barcode,
        "owner.good.weight": texts.weight(weight) if weight else None,
        "owner.good.min_per_order": texts.number(least) if least else None,
        "owner.good.max_per_order": texts.number(most) if most else None,
        "owner.good.sale": texts.money(sale.price) if sale else None,
        "owner.good.sale_from": texts.moment(start, zone) if start else None,
        "owner.good.sale_until": texts.moment(end - 1, zone) if end else None,
    }
    for key, value in told.items():
        if value:
            yield texts.html(key, value=Html(safe(value, TITLE)))


def ask_price(target: StockId, price: Money | None, texts: Texts) -> Screen:
    """Ask for a new price."""
    now = texts.money(price) if price else "—"
    code = Html(f"<code>{safe(target)}</code>")
    return Screen(texts.html("owner.ask_price", target=code, price=now), ((never(texts),),))


def ask_stock(target: StockId, level: StockLevel | None, texts: Texts) -> Screen:
    """Ask how many there are."""
    return Screen(
        paragraphs(_stock(target, level, texts), texts.html("owner.ask_stock")),
        ((never(texts),),),
    )


def unknown(target: str, near: Sequence[Product], texts: Texts) -> Screen:
    """Tell that the catalog has no such thing, and offer what is called alike."""
    back = (Button(texts.text("button.owner_goods"), OpenGoods()),)
    said = texts.html("refused.unknown_target", target=clip(target, TITLE))
    return Screen(said, (*_list(near, texts), back))


def _list(products: Sequence[Product], texts: Texts) -> tuple[Row, ...]:
    return tuple((Button(_label(one, texts), OpenGood(one.id)),) for one in products)


def _full(products: Sequence[Product], texts: Texts) -> str | None:
    return in_full((one.name.in_language(texts.language) for one in products), _NAME, texts)


def _label(product: Product, texts: Texts) -> str:
    name = clip(product.name.in_language(texts.language), _NAME)
    key = "button.owner_product_hidden" if product.hidden else "button.product"
    return texts.text(key, name=name, price=product.lowest_price())


def _priced(target: StockId, price: Money, texts: Texts, whole: StockId) -> str:
    """Return a price; that of the `whole` product need not name it again."""
    if target == whole:
        return texts.html("owner.good.price", value=price)
    return f"{texts.lead(f'<code>{safe(target)}</code>')}: {texts.money(price)}"


def _stock(
    stock_id: StockId, level: StockLevel | None, texts: Texts, whole: StockId | None = None
) -> str:
    """Return what is left; of the `whole` product without its id."""
    code = Html(f"<code>{safe(stock_id)}</code>")
    if stock_id == whole:
        code = Html(texts.html("button.owner_stock"))
    if level is None or level.counted is None or level.free is None:
        return texts.html("owner.stock_always", target=code)
    key = "owner.stock_held" if level.held else "owner.stock"
    return texts.html(
        key, target=code, left=texts.number(level.free), held=texts.number(level.held)
    )


def page_with(product: Product, target: StockId) -> int:
    """Return the page of a product that a price or a count stands on; 1 for any other target."""
    every = ([one for one, _ in product.own_prices()], [one for one, _ in product.stock_counts()])
    return max(some.index(target) // _PARTS + 1 if target in some else 1 for some in every)


def _buttons(
    targets: Sequence[StockId],
    key: str,
    action: type[AskPrice | AskStock],
    texts: Texts,
) -> tuple[Row, ...]:
    """Return a button a target; where there is only one, it need not say which."""
    if len(targets) == 1:
        return ((Button(texts.text(key), action(targets[0])),),)
    return in_rows(
        (
            Button(f"{texts.text(key)} · {target.partition('/')[2] or '•'}", action(target))
            for target in targets
        ),
        most=2,
    )
