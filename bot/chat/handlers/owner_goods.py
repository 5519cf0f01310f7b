"""Quick edits of the goods: price, stock, hide and show, a picture by its caption."""

from __future__ import annotations

import re
from typing import Final

from bot.catalog_file.faults import CatalogFaultsError
from bot.chat.desk import Desk, Incoming, Reply, Visit
from bot.chat.handlers import owner_file
from bot.chat.handlers.owner_steps import typed_money
from bot.chat.owner_actions import AskPrice, AskStock, HideGood, OpenGood, OpenGoods, ShowGood
from bot.chat.screen import safe
from bot.chat.screens import owner_goods as screens
from bot.domain.catalog.model import ProductId, StockId
from bot.domain.errors import RefusedError
from bot.locales import Html
from bot.shop.catalog.edits import LARGEST_PHOTO, Edited
from bot.shop.people.conversations import About

_COUNT: Final = re.compile(r"[0-9]{1,6}\Z").match
_UNITS: Final = re.compile(r"[+−–-] ?([0-9]{1,6})\Z").match
#: Products that are offered in place of one that there is not.
_NEAR: Final = 3
#: Words for a product that is always available.
_ALWAYS: Final = frozenset({"∞", "always", "none", "-"})


async def goods(desk: Desk, visit: Visit, action: OpenGoods) -> Reply:
    """Show a page of the products."""
    await desk.shop.conversations.over(visit.chat.id)
    return Reply(screens.goods(desk.catalog, action.page, visit.texts))


async def command(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Answer ``/goods``, and ``/goods words`` with what they find; an id opens its product."""
    if not typed:
        return await goods(desk, visit, OpenGoods())
    product_id = ProductId(typed.lower())
    if desk.catalog.product(product_id):
        return await _good(desk, visit, product_id)
    index = await desk.finding.index(desk.catalog)
    found = index.find(typed, screens.PAGE_SIZE)
    if found:
        return Reply(screens.goods_found(typed, found, visit.texts))
    return await _unknown(desk, visit, typed)


async def good(desk: Desk, visit: Visit, action: OpenGood) -> Reply:
    """Show a product."""
    return await _good(desk, visit, action.product)


async def ask_price(desk: Desk, visit: Visit, action: AskPrice) -> Reply:
    """Ask for a new price by the next message."""
    product = desk.catalog.product(_product(action.target))
    if product is None:
        raise RefusedError("refused.unknown_target", target=action.target)
    await desk.shop.conversations.ask(visit.chat.id, About.PRICE, action.target)
    price = dict(product.own_prices()).get(action.target)
    return Reply(screens.ask_price(action.target, price, visit.texts), fresh=True)


async def ask_stock(desk: Desk, visit: Visit, action: AskStock) -> Reply:
    """Ask how many there are by the next message."""
    if desk.catalog.product(_product(action.target)) is None:
        raise RefusedError("refused.unknown_target", target=action.target)
    levels = await desk.shop.context.store.read(lambda tx: tx.stock.levels([action.target]))
    await desk.shop.conversations.ask(visit.chat.id, About.STOCK, action.target)
    screen = screens.ask_stock(action.target, levels.get(action.target), visit.texts)
    return Reply(screen, fresh=True)


async def hide(desk: Desk, visit: Visit, action: HideGood | ShowGood) -> Reply:
    """Hide a product from customers, or show it again."""
    hidden = isinstance(action, HideGood)
    try:
        await desk.shop.catalog_edits.set_hidden(visit.user_id, action.product, hidden=hidden)
    except CatalogFaultsError as error:
        return owner_file.not_saved(desk, visit, error)
    key = "owner.now_hidden" if hidden else "owner.now_shown"
    return await _good(desk, visit, action.product, visit.texts.html(key))


async def price(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Answer ``/price id amount``; with less than that, show what there is to name."""
    target, words = _named(desk, typed)
    if not target:
        return await goods(desk, visit, OpenGoods())
    if desk.catalog.product(_product(target)) is None:
        return await _unknown(desk, visit, target)
    if not words:
        return await ask_price(desk, visit, AskPrice(target))
    return await set_price(desk, visit, target, words)


async def stock(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Answer ``/stock id 20`` and ``/stock id +20``."""
    target, words = _named(desk, typed)
    if not target:
        return await goods(desk, visit, OpenGoods())
    if desk.catalog.product(_product(target)) is None:
        return await _unknown(desk, visit, target)
    if not words:
        return await ask_stock(desk, visit, AskStock(target))
    return await set_stock(desk, visit, target, words)


async def set_price(desk: Desk, visit: Visit, target: StockId, words: str) -> Reply:
    """Set a price as it was typed."""
    amount = typed_money(words, desk.catalog.shop.currency)
    if amount is None:
        raise RefusedError("owner.bad_price", currency=desk.catalog.shop.currency.upper())
    try:
        done = await desk.shop.catalog_edits.set_price(visit.user_id, target, amount)
    except CatalogFaultsError as error:
        return owner_file.not_saved(desk, visit, error)
    return await _edited(desk, visit, target, done)


async def set_stock(desk: Desk, visit: Visit, target: StockId, words: str) -> Reply:
    """Count anew (``20``), add or take away (``+20``, ``-3``), or stop counting (``always``)."""
    wanted = words.strip().lower()
    edits, by = desk.shop.catalog_edits, visit.user_id
    try:
        if units := _UNITS(wanted):
            more, count = wanted.startswith("+"), int(units[1])
            await edits.restock(by, target, count if more else -count)
            key = "owner.restocked" if more else "owner.taken_away"
            code = Html(f"<code>{safe(target)}</code>")
            return await _noted(desk, visit, target, visit.texts.html(key, n=count, target=code))
        if _COUNT(wanted):
            done = await edits.set_stock(by, target, int(wanted))
        elif wanted in _ALWAYS:
            done = await edits.set_stock(by, target, None)
        else:
            raise RefusedError("owner.bad_stock")
    except CatalogFaultsError as error:
        return owner_file.not_saved(desk, visit, error)
    return await _edited(desk, visit, target, done)


async def photo(desk: Desk, visit: Visit, incoming: Incoming) -> Reply:
    """Make a picture that was sent the picture of the product that its caption names."""
    target, _ = _named(desk, incoming.words)
    if not target or incoming.fetch is None:
        return Reply(said=visit.texts.text("owner.photo_whose"))
    if incoming.size > LARGEST_PHOTO:
        raise RefusedError("owner.photo_large")
    if desk.catalog.product(_product(target)) is None:
        return await _unknown(desk, visit, target)
    content = await incoming.fetch()
    try:
        done = await desk.shop.catalog_edits.set_photo(visit.user_id, target, content)
    except CatalogFaultsError as error:
        return owner_file.not_saved(desk, visit, error)
    return await _edited(desk, visit, target, done)


async def _edited(desk: Desk, visit: Visit, target: StockId, done: Edited) -> Reply:
    return await _noted(desk, visit, target, owner_file.done_words(visit, done))


async def _noted(desk: Desk, visit: Visit, target: StockId, words: str) -> Reply:
    await desk.shop.conversations.over(visit.chat.id)
    return await _good(desk, visit, _product(target), words)


async def _good(desk: Desk, visit: Visit, product_id: ProductId, news: str = "") -> Reply:
    product = desk.catalog.product(product_id)
    if product is None:
        raise RefusedError("refused.unknown_target", target=product_id)
    counted = [stock_id for stock_id, _ in product.stock_counts()]
    levels = await desk.shop.context.store.read(lambda tx: tx.stock.levels(counted))
    return Reply(screens.good(product, levels, visit.texts, news=news))


def _named(desk: Desk, typed: str) -> tuple[StockId, str]:
    """Return what is named first, and the words behind it.

    Phones begin a line with a capital letter, and not everybody finds the slash: ``Guji 250g 12``
    names what ``guji/250g 12`` does.
    """
    target, _, words = typed.strip().partition(" ")
    target, words = target.lower(), words.strip()
    product = desk.catalog.product(ProductId(target))
    value, _, rest = words.partition(" ")
    for option in product.options if product else ():
        if any(one.id == value.lower() for one in option.values):
            return StockId(f"{target}/{value.lower()}"), rest.strip()
    return StockId(target), words


async def _unknown(desk: Desk, visit: Visit, target: str) -> Reply:
    words = target.replace("-", " ").replace("/", " ")
    index = await desk.finding.index(desk.catalog)
    near = index.find(words, _NEAR) or index.nearest(words, _NEAR)
    return Reply(screens.unknown(target, near, visit.texts))


def _product(target: str) -> ProductId:
    return ProductId(target.partition("/")[0])
