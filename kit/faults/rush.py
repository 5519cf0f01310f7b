"""Many buyers and one last item: the rush, with its guards or without them."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from bot.domain.catalog.model import Catalog, LineKey, ProductId
from bot.domain.errors import RefusedError
from bot.domain.order import ChatId
from bot.ports import Transaction
from bot.shop import View
from bot.shop.cart import cart_view
from bot.store import stock
from kit.faults.counter import Counter

#: The hold as it would be written by somebody who looked before: it takes without looking.
UNGUARDED_HOLD = """
UPDATE stock SET held = held + ? WHERE id = ? AND ? IS NOT NULL
RETURNING counted - held - sold
"""


async def rush(
    counter: Counter,
    buyers: int,
    product: str = "mug",
    first: int = 10_000,
    start: asyncio.Barrier | None = None,
) -> Tally[str]:
    """Let everybody check out at the same moment, and count what they were told.

    Args:
        counter: The shop.
        buyers: How many.
        product: What each has one of in the cart.
        first: The first one's chat.
        start: Waited for with carts filled, where others rush in another process.
    """
    chats = [ChatId(first + number) for number in range(buyers)]
    goods = (LineKey(ProductId(product)), 1)
    await asyncio.gather(*(counter.shop.carts.set_quantity(chat, *goods) for chat in chats))
    if start:
        await start.wait()

    async def one(chat: ChatId) -> str:
        try:
            await counter.checkout(chat)
        except RefusedError as error:
            return error.key
        return "sold"

    return Tally(await asyncio.gather(*map(one, chats)))


@contextmanager
def without_guard() -> Iterator[None]:
    """Take away what makes a hold safe: the look and the hold in one step."""
    with (
        mock.patch.object(stock, "_HOLD", UNGUARDED_HOLD),
        mock.patch("bot.shop.payment.wanted.look", _as_first_seen()),
    ):
        yield


@contextmanager
def without_look() -> Iterator[None]:
    """Take away only the second look at the cart, within the transaction."""
    with mock.patch("bot.shop.payment.wanted.look", _as_first_seen()):
        yield


@contextmanager
def without_conditional_update() -> Iterator[None]:
    """Take away only the condition of the hold."""
    with mock.patch.object(stock, "_HOLD", UNGUARDED_HOLD):
        yield


class _as_first_seen:  # noqa: N801 - stands for a function
    """Look at a chat's cart once and believe that ever after, as a check in another step does."""

    def __init__(self) -> None:
        self._seen: dict[ChatId, View] = {}

    def __call__(self, tx: Transaction, catalog: Catalog, chat_id: ChatId) -> View:
        if chat_id not in self._seen:
            self._seen[chat_id] = cart_view.look(tx, catalog, chat_id)
        return self._seen[chat_id]
