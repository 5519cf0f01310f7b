"""Buying again by two taps: only what is just as it was needs no look at the cart."""

from __future__ import annotations

from pathlib import Path

from bot.domain.cart import WantedLine
from bot.domain.catalog.model import LineKey, ProductId, StockId
from bot.domain.money import Money
from kit.faults.counter import ALICE, OWNER, goods, open_counter

TEA = LineKey(ProductId("tea"))


async def test_what_costs_something_else_today_is_shown_before_it_is_paid(tmp_path: Path) -> None:
    """Dearer or cheaper; at its old price again it is bought at once."""
    async with open_counter(tmp_path) as counter:
        order, again = await counter.buy(quantity=2), counter.shop.buying_again
        assert await again.as_before(ALICE, order) == (WantedLine(TEA, 2),)
        for cents, offered in ((1310, None), (1190, None), (1250, (WantedLine(TEA, 2),))):
            price = Money(cents, "eur")
            await counter.shop.catalog_edits.set_price(OWNER, StockId("tea"), price)
            assert await again.as_before(ALICE, order) == offered


async def test_what_is_called_otherwise_or_has_run_short_is_shown_first(tmp_path: Path) -> None:
    """Nobody is sold another thing, or fewer of it, by a tap on what they had."""
    async with open_counter(tmp_path) as counter:
        order, again = await counter.buy(quantity=2), counter.shop.buying_again
        await counter.shop.checkout.cancel(ALICE)
        await counter.shop.catalog_edits.set_stock(OWNER, StockId("tea"), 1)
        assert await again.as_before(ALICE, order) is None
        named = goods({"tea": 20}).replace('"Tea"', '"Green tea"')
        counter.catalog.write_text(named, encoding="utf-8")
        await counter.catalogs.take_in(counter.shop.current)
        assert await again.as_before(ALICE, order) is None
