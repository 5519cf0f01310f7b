"""The catalog's file in words: its faults, what changed, and whether a new one takes its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bot.chat.owner_actions import OpenGood, OpenGoods, ReplaceAndCount, ReplaceCatalog, UndoCatalog
from bot.chat.screen import (
    Button,
    Row,
    Screen,
    bold,
    lines,
    paragraphs,
    safe,
)
from bot.chat.screens import owner_stats
from bot.chat.screens.owner_faults import doubtful, faults, one_fault
from bot.chat.screens.owner_steps import never
from bot.chat.screens.parts import TITLE
from bot.domain.catalog.diff import CatalogDiff
from bot.domain.catalog.model import Catalog, ProductId
from bot.domain.money import Money
from bot.locales import Html, Texts
from bot.ports import AlertKind
from bot.shop.catalog import news as catalog_news
from bot.shop.catalog.edits import Edited
from bot.shop.catalog.news import Change
from bot.shop.catalog.uploads import Offer

#: Changes that are told one by one; the others are counted.
_DETAILS: Final = 8


def as_it_is(products: int, kept: str | None, texts: Texts) -> Screen:
    """Return the words under the file, and the way back to the one that it replaced."""
    back = Button(texts.text("button.owner_undo"), UndoCatalog(kept)) if kept else None
    return Screen(texts.html("owner.catalog_is", n=products), ((back,),) if back else ())


def told(  # noqa: PLR0911 - a problem a line
    details: Mapping[str, str], catalog: Catalog, texts: Texts
) -> Screen | None:
    """Return a message of the watcher or of the ledger; None for a message of another kind."""
    match details.get("problem"):
        case AlertKind.CATALOG_FAULTY:
            found = catalog_news.read_faults(details)
            return faults(found, int(details["count"]), details["file"], texts)
        case AlertKind.CATALOG_DOUBTFUL:
            found = catalog_news.read_faults(details)
            return doubtful(found, int(details["count"]), details["file"], texts)
        case AlertKind.CATALOG_MENDED:
            summed = summary(catalog_news.read_change(details), texts)
            return Screen(lines(texts.html("owner.catalog_mended"), summed or None))
        case AlertKind.CATALOG_CHANGED:
            summed = summary(catalog_news.read_change(details), texts)
            return Screen(texts.html("owner.catalog_changed", changes=Html(summed)))
        case AlertKind.DAILY_SUMMARY:
            return owner_stats.summary(details, catalog, texts)
        case AlertKind.LOW_STOCK | AlertKind.SOLD_OUT as problem:
            sold_out = problem == AlertKind.SOLD_OUT
            words = texts.html(
                "owner.sold_out" if sold_out else "owner.low_stock",
                n=int(details["left"]),
                title=Html(safe(_stock_title(catalog, details, texts), TITLE)),
            )
            product = ProductId(details["stock"].partition("/")[0])
            return Screen(words, ((Button(texts.text("button.owner_good"), OpenGood(product)),),))
        case _:
            return None


def summary(change: Change, texts: Texts) -> str:
    """Return what changed in one line of HTML: "3 prices changed, 1 product added"."""
    parts = [
        texts.html("owner.diff_prices", n=change.prices) if change.prices else None,
        texts.html("owner.diff_added", n=change.added) if change.added else None,
        texts.html("owner.diff_removed", n=change.removed) if change.removed else None,
        texts.html("owner.diff_counted", n=change.counted) if change.counted else None,
        texts.html("owner.diff_sold_out", n=change.sold_out) if change.sold_out else None,
        texts.html("owner.diff_hidden", n=change.hidden) if change.hidden else None,
        texts.html("owner.diff_shown", n=change.shown) if change.shown else None,
        texts.html("owner.diff_reworded", n=change.reworded) if change.reworded else None,
        texts.html("owner.diff_settings") if change.settings else None,
    ]
    return ", ".join(part for part in parts if part)


def offer(one: Offer, texts: Texts) -> Screen:
    """Return what a file that was sent would change, and ask whether it shall."""
    summed = summary(catalog_news.change_of(one.diff), texts)
    if not summed and not one.counts:
        return Screen(texts.html("owner.offer_same"))
    rows: list[Row] = []
    if one.counts:
        rows.append((Button(texts.text("button.owner_replace_keep"), ReplaceCatalog(one.digest)),))
        anew = Button(texts.text("button.owner_replace_count"), ReplaceAndCount(one.digest))
        rows.append((anew,))
    else:
        replace = Button(
            texts.text("button.owner_replace"), ReplaceCatalog(one.digest), style="primary"
        )
        rows.append((replace,))
    rows.append((never(texts),))
    return Screen(
        paragraphs(
            bold(texts.text("owner.offer_title")),
            summed or None,
            _listed(_details(one.before, one.after, one.diff, texts), texts),
            lines(texts.html("owner.offer_counts"), _listed(_counts(one, texts), texts))
            if one.counts
            else None,
            lines(*(one_fault(warning, texts) for warning in one.warnings[:3])) or None,
        ),
        tuple(rows),
    )


def edited(done: Edited, texts: Texts) -> Screen:
    """Return what an edit did, with the way back where there is one."""
    summed = summary(catalog_news.change_of(done.diff), texts)
    rows: tuple[Row, ...] = ((Button(texts.text("button.owner_goods"), OpenGoods()),),)
    if done.undo is not None:
        back = Button(texts.text("button.owner_undo"), UndoCatalog(done.undo))
        rows = ((back,), *rows)
    return Screen(
        paragraphs(
            texts.html("owner.edited") if summed else texts.html("owner.edited_nothing"),
            summed or None,
            _listed(_details(done.before, done.after, done.diff, texts), texts),
        ),
        rows,
    )


def _details(before: Catalog, after: Catalog, diff: CatalogDiff, texts: Texts) -> Iterator[str]:
    was_now = {(one.key.product, one.before, one.after): None for one in diff.prices}
    for product_id, was, now in was_now:
        yield texts.html(
            "owner.was_now",
            title=Html(safe(_priced(after, product_id, now, texts), TITLE)),
            before=texts.money(was),
            after=texts.money(now),
        )
    for product_id in diff.added:
        yield "+ " + safe(_name(after, product_id, texts), TITLE)
    for product_id in diff.removed:
        yield "− " + safe(_name(before, product_id, texts), TITLE)
    for stock in diff.counted:
        yield texts.html(
            "owner.was_now",
            title=Html(f"<code>{safe(stock.stock)}</code>"),
            before=_number(stock.before, texts),
            after=_number(stock.after, texts),
        )


def _priced(catalog: Catalog, product_id: ProductId, price: Money, texts: Texts) -> str:
    """Return what of a product has this price: all of it, or some of its choices."""
    product = catalog.product(product_id)
    if product is None:
        return product_id
    name = product.name.in_language(texts.language)
    values = [value for option in product.options for value in option.values]
    chosen = [value.name.in_language(texts.language) for value in values if value.price == price]
    return f"{name}, {' / '.join(chosen)}" if chosen else name


def _counts(one: Offer, texts: Texts) -> Iterator[str]:
    for stock_id, known, wanted in one.counts:
        yield texts.html(
            "owner.count_differs",
            title=Html(f"<code>{safe(stock_id)}</code>"),
            known=texts.number(known),
            wanted=texts.number(wanted),
        )


def _listed(parts: Iterable[str], texts: Texts) -> str | None:
    every = list(parts)
    shown = every[:_DETAILS]
    if len(every) > len(shown):
        shown.append(texts.html("checkout.more", n=len(every) - len(shown)))
    return "\n".join(shown) or None


def _name(catalog: Catalog, product_id: ProductId, texts: Texts) -> str:
    product = catalog.product(product_id)
    return product.name.in_language(texts.language) if product else product_id


def _stock_title(catalog: Catalog, details: Mapping[str, str], texts: Texts) -> str:
    """Return what is counted, in the reader's language; as the buyer read it where it is gone."""
    product_id, _, value_id = details["stock"].partition("/")
    product = catalog.product(ProductId(product_id))
    if product is None:
        return details["title"]
    name = product.name.in_language(texts.language)
    values = (value for option in product.options for value in option.values)
    value = next((one for one in values if one.id == value_id and one.stock is not None), None)
    return f"{name}, {value.name.in_language(texts.language)}" if value else name


def _number(count: int | None, texts: Texts) -> str:
    return "∞" if count is None else texts.number(count)
