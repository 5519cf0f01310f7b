"""Checkout: place the order, hold the stock, make the Checkout Session, hand out its link.

An order and its request to Stripe are stored before Stripe is asked, so that whatever happens
then, the same question can be asked again under the same key and there is only ever one link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from bot.domain.catalog.model import Catalog, StockId
from bot.domain.errors import RefusedError, TransientError
from bot.domain.order import ENDED_UNPAID, LIVE, ChatId, Order, OrderId, OrderMark, OrderState
from bot.ports import REMIND_BEFORE, PaymentsRefusedError, Transaction
from bot.shop.catalog.texts import OvertakenError
from bot.shop.context import Context
from bot.shop.payment.endings import DROPPED, Ending, end
from bot.shop.payment.opening import STRIPE_SHORTEST, Opening
from bot.shop.payment.placing import (
    Buyer,
    Draft,
    draft,
    expiry,
    new_order,
    new_token,
    session_request,
)
from bot.shop.payment.settlement import Settlement
from bot.shop.payment.wanted import (
    Considered,
    Items,
    consider,
    refuse_closed,
    refuse_other,
    wanted_cart,
)

__all__ = ["Buyer", "Checkout", "PayLink"]

#: A link is handed out again while at least this many seconds remain.
_REMAINING = 600
#: After so many holds that ran out unpaid, fell through or were dropped late, a person waits so
#: long before they hold scarce goods again, whichever chat they order in; seconds. While so many
#: of theirs are unpaid, they hold no more of them.
_HOLDS, _PATIENCE = 2, 900
#: Goods are scarce where no more than this many units are free.
_SCARCE = 10


@dataclass(frozen=True, slots=True)
class PayLink:
    """Where to pay.

    Attributes:
        url: Stripe's hosted page, with the fragment that belongs to it.
        again: The link was handed out before.
    """

    order: Order
    url: str
    again: bool


class Checkout:
    """Start and cancel payments."""

    def __init__(self, context: Context, settlement: Settlement, opening: Opening) -> None:
        self._context = context
        self._settlement = settlement
        self._opening = opening

    async def consider(
        self,
        chat_id: ChatId,
        buyer: Buyer,
        items: Items = None,
        *,
        instead: OrderMark | None = None,
    ) -> Considered:
        """Return what would be paid for, before it is known how it gets to its buyer.

        Raises as `start`, as far as that is known before Stripe is asked.
        """
        catalog = self._context.current.catalog

        def survey(tx: Transaction) -> Considered:
            return consider(tx, catalog, chat_id, buyer, items, instead=instead)

        return await self._context.store.read(survey)

    async def start(
        self,
        chat_id: ChatId,
        buyer: Buyer,
        items: Items = None,
        *,
        pickup: bool = False,
        place: str | None = None,
        instead: OrderMark | None = None,
    ) -> PayLink:
        """Return the link to pay for the chat's cart; the same one while nothing changed.

        Args:
            chat_id: Whose cart.
            buyer: Who pays.
            items: What to pay for in place of the cart, which stays as it is.
            pickup: The goods are fetched, not sent.
            place: Where they are sent, of a shop with several zones.
            instead: The unpaid order that may be ended for this, where it is still the open one.

        Raises:
            RefusedError: with a ``checkout.…`` key, or ``place.ask``: the cart is empty, changed,
                too small or too large; it is not known where to send it; goods ran out; the
                old link could not be closed, or is for something else; Stripe did not answer or
                refused. Of items, as `check_cart` says. The cart is kept
                in every case.
        """
        catalog = self._context.current.catalog

        def survey(tx: Transaction) -> tuple[Draft, Order | None]:
            refuse_closed(tx)
            cart, alone = wanted_cart(tx, catalog, chat_id, items), items is not None
            live = tx.orders.live_of(chat_id)
            wanted = draft(chat_id, buyer, cart, catalog, pickup=pickup, place=place, alone=alone)
            return wanted, live

        wanted, live = await self._context.store.read(survey)
        refuse_other(wanted.lines, live, alone=wanted.alone, instead=instead)
        if live and wanted.like(live):
            link, live = await self._same_link(live)
            if link:
                return link
        if live and live.state in LIVE:
            await self._close(live)
        try:
            placed = await self._place(wanted, catalog, items)
        except OvertakenError:
            await self._context.current.follow()
            if items is None:
                raise RefusedError("checkout.changed") from None
            return await self.start(
                chat_id, buyer, items, pickup=pickup, place=place, instead=instead
            )
        return _link(placed, again=True) if placed.url else await self._open(placed)

    async def cancel(
        self, chat_id: ChatId, *, only: OrderId | None = None, ending: Ending = DROPPED
    ) -> Order:
        """Cancel the chat's unpaid order: its session is expired, its goods freed, the cart stays.

        Args:
            chat_id: Whose order.
            only: This one and no other that the chat may have placed meanwhile.
            ending: Whether the chat is told of it by a message.

        Raises:
            RefusedError: ``cancel.nothing``, ``cancel.already_paid`` or ``cancel.unavailable``.
        """
        live = await self._context.store.read(lambda tx: tx.orders.live_of(chat_id))
        if live is None or only not in {None, live.id}:
            raise RefusedError("cancel.nothing")
        ended = await self._end(live, ending)
        if ended is None or ended.state in {OrderState.OPEN, OrderState.PLACED}:
            raise RefusedError("cancel.unavailable")
        if _has_paid(ended):
            raise RefusedError("cancel.already_paid", order=ended.id)
        if ended.state is OrderState.REVIEW:
            raise RefusedError("cancel.nothing")
        return ended

    async def _same_link(self, live: Order) -> tuple[PayLink | None, Order]:
        """Return the link of an order that can be paid long enough, and how the order stands.

        Raises as `_as_it_stands`, and as `_open`.
        """
        remaining = live.attempt.expires_at - self._context.clock.now()
        if live.url and remaining >= _REMAINING:
            live = await self._as_it_stands(live)
            if live.state is OrderState.OPEN:
                if remaining < 2 * REMIND_BEFORE:
                    await self._recall_no_more(live.id)
                return _link(live, again=True), live
        elif live.state is OrderState.PLACED and remaining > STRIPE_SHORTEST:
            return await self._open(live), live
        return None, live

    async def _as_it_stands(self, live: Order) -> Order:
        """Return an order as Stripe says it stands; where Stripe is silent, its link is handed out.

        Raises:
            RefusedError: ``checkout.already_paid``: it was paid at this very moment.
        """
        try:
            settled = await self._settlement.settle(live)
        except TransientError:
            return live
        if _has_paid(settled):
            raise RefusedError("checkout.already_paid", order=live.id)
        return settled

    async def _recall_no_more(self, order_id: OrderId) -> None:
        """Send no reminder of a link that the customer has just asked for."""
        await self._context.store.write(lambda tx: tx.links.reminded(order_id))

    async def _place(self, wanted: Draft, catalog: Catalog, items: Items) -> Order:
        """Freeze the order, hold its stock and store its request, in one transaction.

        Raises:
            OvertakenError: the catalog is not what is sold from any more.
        """
        now = self._context.clock.now()
        expires_at, token = expiry(catalog.checkout, now), new_token()

        def work(tx: Transaction) -> Order:
            chat_id = wanted.chat_id
            if tx.catalogs.head() not in {None, catalog.fingerprint}:
                raise OvertakenError
            cart, buyer = wanted_cart(tx, catalog, chat_id, items), wanted.buyer
            again = draft(
                chat_id, buyer, cart, catalog,
                pickup=wanted.pickup, place=wanted.place, alone=wanted.alone,
            )  # fmt: skip
            live = tx.orders.live_of(chat_id)
            if live and again == wanted and wanted.like(live):
                return live  # placed a moment ago by a tap that was cut short, or by another member
            if live and wanted.alone:
                raise RefusedError("checkout.other_open", order=live.id)
            if again != wanted or live:
                raise RefusedError("checkout.changed")
            self._refuse_hoarding(tx, wanted, now)
            order_id = tx.orders.next_id()
            request = session_request(
                order_id, token, wanted, catalog, self._context.links,
                shop_id=self._context.shop_id, expires_at=expires_at, placed_at=now,
            )  # fmt: skip
            order = new_order(
                wanted, order_id, self._context.payments.prepare(request), token, expires_at, now,
                livemode=self._context.payments.livemode,
            )  # fmt: skip
            tx.orders.add(order)
            if any(line.added_by for line in order.lines):
                tx.shares.keep(chat_id, order_id)
            for line in order.lines:
                if not tx.stock.hold(line.stock_id, line.quantity, order_id, now):
                    _refuse_short(tx, order, line.stock_id)
            return order

        return await self._context.store.write(work)

    async def _open(self, order: Order) -> PayLink:
        """Make the session of a placed order, and hand out its link."""
        try:
            opened = await self._opening.open_session(order)
        except TransientError as error:
            raise RefusedError("checkout.unavailable") from error
        if opened.state is OrderState.OPEN and opened.url:
            return _link(opened, again=False)
        settled = await self._settlement.settle(opened)
        if settled.url is None or settled.state is not OrderState.OPEN:
            raise RefusedError("checkout.unavailable")
        return _link(settled, again=False)

    async def _close(self, live: Order) -> None:
        """End the chat's old order, so that it never has two links that can be paid."""
        ended = await self._end(live, DROPPED)
        if ended is None or ended.state is OrderState.OPEN:
            raise RefusedError("checkout.still_open", order=live.id)
        if _has_paid(ended):
            raise RefusedError("checkout.already_paid", order=ended.id)

    async def _end(self, live: Order, ending: Ending) -> Order | None:
        """Expire an order's session at Stripe and act on the answer; None where it gave none."""
        if live.session_id is None:
            now = self._context.clock.now()

            def work(tx: Transaction) -> Order:
                current = tx.orders.get(live.id) or live
                if current.session_id is None:
                    end(tx, current, ending, now)
                return tx.orders.get(live.id) or live

            return await self._context.store.write(work)
        try:
            return await self._settlement.expire(live, live.session_id, ending)
        except (TransientError, PaymentsRefusedError):
            return None

    @staticmethod
    def _refuse_hoarding(tx: Transaction, wanted: Draft, now: int) -> None:
        levels = tx.stock.levels(line.stock_id for line in wanted.lines)
        if all(level.free is None or level.free > _SCARCE for level in levels.values()):
            return
        if tx.orders.unpaid_of(wanted.buyer.id) >= _HOLDS:
            raise RefusedError("checkout.unpaid_elsewhere")
        last = tx.orders.recent_ends(wanted.buyer.id, _HOLDS)
        if len(last) < _HOLDS or any(state not in ENDED_UNPAID for state, _ in last):
            return
        wait = last[0][1] + _PATIENCE - now
        if 0 < wait <= _PATIENCE:  # longer: ended by a clock that was ahead
            raise RefusedError("checkout.wait", minutes=-(-wait // 60))


def _refuse_short(tx: Transaction, order: Order, stock_id: StockId) -> NoReturn:
    line = next(line for line in order.lines if line.stock_id == stock_id)
    level = tx.stock.levels([stock_id]).get(stock_id)
    left = level.free if level else 0
    if left:
        raise RefusedError("checkout.few_left", title=line.title, left=left)
    raise RefusedError("checkout.sold_out", title=line.title)


def _has_paid(order: Order) -> bool:
    """Return whether money came or is coming; it did not for a session unknown at Stripe."""
    if order.state is OrderState.REVIEW:
        return order.payment is not None
    return order.state in {OrderState.PAID, OrderState.PROCESSING}


def _link(order: Order, *, again: bool) -> PayLink:
    if order.url is None:
        raise RefusedError("checkout.unavailable")
    return PayLink(order, order.url, again)
