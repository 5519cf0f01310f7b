"""A whole file from the chat: it takes the place of that alone which its owner compared it with."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bot.domain.catalog.model import StockId
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import ChatId, UserId
from bot.ports import StockLevel
from kit.faults.counter import OWNER, Counter, goods, open_counter

TEA, OTHER, OTHERS_CHAT = StockId("tea"), UserId(901), ChatId(901)


def _tea(counter: Counter) -> dict[str, object]:
    found: dict[str, object] = json.loads(counter.catalog.read_bytes())["products"][0]
    return found


async def test_a_file_does_not_take_back_what_was_changed_while_it_waited_its_turn(
    tmp_path: Path,
) -> None:
    """Another owner's price came first: the difference is another one by now, and that is said."""
    async with open_counter(tmp_path, goods({"tea": 10})) as counter:
        files = counter.shop.catalog_files
        offer = await files.offer(OTHERS_CHAT, goods({"tea": 10, "mug": 1}).encode())
        _, refused = await asyncio.gather(
            counter.shop.catalog_edits.set_price(OWNER, TEA, Money(1310, "eur")),
            files.replace(OTHER, OTHERS_CHAT, offer.digest, anew=True),
            return_exceptions=True,
        )
        assert isinstance(refused, RefusedError)
        assert refused.key == "owner.offer_stale"
        assert _tea(counter)["price"] == "13.10"


async def test_an_old_file_that_keeps_the_counts_keeps_what_was_added_to_them(
    tmp_path: Path,
) -> None:
    """Units that come while it waits its turn are not taken back, nor is a sale forgotten."""
    async with open_counter(tmp_path, goods({"tea": 10})) as counter:
        await counter.stripe.pay(str((await counter.buy(quantity=4)).session_id))
        await counter.quiet()
        files = counter.shop.catalog_files
        offer = await files.offer(OTHERS_CHAT, goods({"tea": 7}, price="12.60").encode())
        await asyncio.gather(
            counter.shop.catalog_edits.restock(OWNER, TEA, 5),
            files.replace(OTHER, OTHERS_CHAT, offer.digest, anew=False),
            return_exceptions=True,
        )
        levels = await counter.store.read(lambda tx: tx.stock.levels([TEA]))
        assert levels[TEA] == StockLevel(15, 0, 4)
