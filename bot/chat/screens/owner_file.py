"""The catalog's file in words: its faults, what changed, and whether a new one takes its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bot.chat.owner_actions import (
    KeepPrices,
    OpenGood,
    OpenGoods,
    ReplaceAndCount,
    ReplaceCatalog,
    TakePrices,
    UndoCatalog,
)
from bot.chat.screen import (
    Button,
    Row,
    Screen,
    bold,
    clip,
    lines,
    paragraphs,
    safe,
)
from bot.chat.screens import owner_stats
from bot.chat.screens.owner_changes import listed, summary, undo
from bot.chat.screens.owner_faults import doubtful, faults, one_fault, untaken
from bot.chat.screens.owner_steps import never
from bot.chat.screens.parts import TITLE
from bot.domain.catalog.model import Catalog, ProductId
from bot.domain.catalog.named import How, NamedChange, titles
from bot.domain.catalog.slips import NewCurrency, Slip, mark_of
from bot.locales import Html, Texts
from bot.ports import AlertKind
from bot.shop.catalog import news as catalog_news
from bot.shop.catalog.edits import Edited
from bot.shop.catalog.news import PriceQuestion, Told
from bot.shop.catalog.uploads import Offer

#: Counts that are told one by one; the others are counted.
_DETAILS: Final = 8
#: What a tap does, where stock stays as it is, and where it is counted anew.
_REPLACE: Final = (
    "button.owner_replace",
    "button.owner_replace_keep",
    "button.owner_replace_count",
)
_MERGE: Final = ("button.owner_merge", "button.owner_merge_keep", "button.owner_merge_count")
#: Letters of a product's name on a button that answers for its price.
_SLIP: Final = 20


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
            head = lines(texts.html("owner.catalog_mended"), summed or None)
            return _changed(head, details, texts)
        case AlertKind.CATALOG_CHANGED:
            summed = summary(catalog_news.read_change(details), texts)
            head = texts.html("owner.catalog_changed", changes=Html(summed))
            return _changed(head, details, texts)
        case AlertKind.PRICES_ASKED:
            return slips(catalog_news.read_question(details), catalog, texts)
        case AlertKind.CURRENCY_ASKED:
            return currency(NewCurrency(details["before"], details["after"]), texts)
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


def _changed(head: str, details: Mapping[str, str], texts: Texts) -> Screen:
    told = listed(catalog_news.read_told(details), texts)
    return Screen(lines(head, told), undo(details.get("undo"), texts))


def offer(one: Offer, texts: Texts, *, old: bool = False) -> Screen:
    """Return what a file that was sent, or the old one, would change; ask whether it shall."""
    summed = summary(catalog_news.change_of(one.diff), texts)
    left = untaken(one.remarks, texts)
    if not summed and not one.counts:
        return Screen(paragraphs(texts.html("owner.offer_same"), *left))
    does, keeps, counts = _MERGE if one.merged else _REPLACE
    title = "owner.offer_merged" if one.merged else "owner.offer_title"
    rows: list[Row] = []
    if one.counts:
        rows.append((Button(texts.text(keeps), ReplaceCatalog(one.digest)),))
        rows.append((Button(texts.text(counts), ReplaceAndCount(one.digest)),))
    else:
        rows.append((Button(texts.text(does), ReplaceCatalog(one.digest), style="primary"),))
    rows.append((never(texts),))
    return Screen(
        paragraphs(
            bold(texts.text("owner.offer_old" if old else title)),
            summed or None,
            listed(catalog_news.told_of(one.before, one.after, one.diff), texts),
            lines(
                texts.html("owner.offer_counts", n=len(one.counts)),
                _first(_counts(one, texts), texts),
            )
            if one.counts
            else None,
            *left,
            lines(*(one_fault(warning, texts) for warning in one.warnings[:3])) or None,
        ),
        tuple(rows),
    )


def currency(change: NewCurrency, texts: Texts) -> Screen:
    """Ask whether the shop shall sell in another currency."""
    before, after, mark = change.before.upper(), change.after.upper(), mark_of([change])
    take = Button(texts.text("button.owner_currency_take", currency=after), TakePrices(mark))
    keep = Button(texts.text("button.owner_currency_keep", currency=before), KeepPrices(mark))
    return Screen(texts.html("owner.currency_asked", before=before, after=after), ((take, keep),))


def slips(
    asked: PriceQuestion, catalog: Catalog, texts: Texts, news: str = "", back: str | None = None
) -> Screen:
    """Ask whether prices are meant that halved or doubled.

    Args:
        asked: Which.
        catalog: What is sold from.
        texts: The owner's language.
        news: What else an edit did, as HTML.
        back: The digest of the file's text from before it.
    """
    told = tuple(
        NamedChange(
            How.CHANGED,
            titles(catalog, one.target),
            "sale" if one.sale else "",
            one.before,
            one.after,
        )
        for one in asked.slips
    )
    rows = [_one_slip(one, catalog, texts, alone=asked.count == 1) for one in asked.slips]
    if asked.count > 1:
        every = (
            Button(texts.text("button.owner_prices_take"), TakePrices(asked.mark)),
            Button(texts.text("button.owner_prices_keep"), KeepPrices(asked.mark)),
        )
        rows.append(every)
    return Screen(
        paragraphs(
            news or None,
            f"<b>{texts.html('owner.prices_asked', n=asked.count)}</b>",
            listed(Told(told, asked.count), texts),
            texts.html("owner.prices_wait", n=asked.count),
        ),
        (*rows, *undo(back, texts)),
    )


def _one_slip(one: Slip, catalog: Catalog, texts: Texts, *, alone: bool) -> Row:
    """Return one price's own answers; beside others they name it."""
    mark = mark_of([one])
    names = (name.in_language(texts.language) for name in titles(catalog, one.target))
    of = "" if alone else clip(", ".join(names), _SLIP) + ": "
    return (
        Button(of + texts.text("button.owner_price_take", price=one.after), TakePrices(mark)),
        Button(of + texts.text("button.owner_price_keep", price=one.before), KeepPrices(mark)),
    )


def kept(done: Edited, texts: Texts) -> Screen:
    """Tell that an old price stays, and ask about those that wait still."""
    words = texts.html("owner.prices_kept")
    if done.slips:
        return slips(catalog_news.question_of(done.slips), done.after, texts, words)
    return Screen(words, ((Button(texts.text("button.owner_goods"), OpenGoods()),),))


def edited(done: Edited, texts: Texts) -> Screen:
    """Return what an edit did, with the way back, and what it asks about."""
    if done.currency:
        return currency(done.currency, texts)
    if done.slips:
        changed = bool(catalog_news.change_of(done.diff))
        news, before = (done_words(done, texts), done.undo) if changed else ("", None)
        return slips(catalog_news.question_of(done.slips), done.after, texts, news, before)
    rows: tuple[Row, ...] = ((Button(texts.text("button.owner_goods"), OpenGoods()),),)
    back = (
        ((Button(texts.text("button.owner_undo"), UndoCatalog(done.undo)),),) if done.undo else ()
    )
    return Screen(done_words(done, texts), (*back, *rows))


def done_words(done: Edited, texts: Texts) -> str:
    """Return as HTML what an edit did."""
    summed = summary(catalog_news.change_of(done.diff), texts)
    head = texts.html("owner.edited" if summed else "owner.edited_nothing")
    told = catalog_news.told_of(done.before, done.after, done.diff)
    return lines(" ".join(filter(None, (head, summed))), listed(told, texts))


def _counts(one: Offer, texts: Texts) -> Iterator[str]:
    for stock_id, known, wanted in one.counts:
        yield texts.html(
            "owner.count_differs",
            title=Html(f"<code>{safe(stock_id)}</code>"),
            known=texts.number(known),
            wanted=texts.number(wanted),
        )


def _first(parts: Iterable[str], texts: Texts) -> str | None:
    every = list(parts)
    shown = every[:_DETAILS]
    if len(every) > len(shown):
        shown.append(texts.html("checkout.more", n=len(every) - len(shown)))
    return "\n".join(shown) or None


def _stock_title(catalog: Catalog, details: Mapping[str, str], texts: Texts) -> str:
    """Return what is counted, in the reader's language; as the buyer read it where it is gone."""
    product_id, _, part = details["stock"].partition("/")
    product = catalog.product(ProductId(product_id))
    if product is None:
        return details["title"]
    names = (product.name, *product.part_names(part, counted=True))
    return ", ".join(name.in_language(texts.language) for name in names)
