"""What owners, and the banks of those who paid them, may do to the state machine's shop."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import Order, OrderId, OrderState
from kit.faults.counter import goods
from kit.faults.machine_world import MachineWorld
from shop_sandbox.stripe.errors import ApiError


class OwnerRules(MachineWorld):
    """Refunds, disputes, decisions and edits."""

    @rule(pick=st.integers(0, 99), amount=st.integers(1, 2500), ours=st.booleans())
    def refund(self, pick: int, amount: int, ours: bool) -> None:
        """The owner gives money back, here or in the Dashboard."""
        paid = [c for c in self.shop.stripe.charges.values() if c["status"] == "succeeded"]
        if not paid:
            return
        intent = paid[pick % len(paid)]["payment_intent"]

        async def work() -> None:
            order = await self.shop.order_of(intent)
            try:
                if ours and order is not None:
                    before = order.refunded or Money.zero("eur")
                    await self.shop.shop.refunds.give(order.id, Money(amount, "eur"), before=before)
                else:
                    await self.shop.stripe.refund_in_dashboard(intent, amount)
            except (RefusedError, ApiError):
                return

        self._do(work())

    @rule(pick=st.integers(0, 99), place=st.integers(0, 2), units=st.integers(1, 3))
    def refund_units(self, pick: int, place: int, units: int) -> None:
        """The owner gives back units of a line."""

        async def work() -> None:
            order = await self._one(pick)
            if order is None or order.payment is None:
                return
            some = {place % len(order.lines): units}
            before = order.refunded or Money.zero("eur")
            try:
                await self.shop.shop.refunds.give(
                    order.id, order.worth(some), before=before, units=some
                )
            except (RefusedError, ApiError):
                return

        self._do(work())

    async def _one(self, pick: int) -> Order | None:
        orders = await self.shop.store.read(lambda tx: tx.books.page(OrderId(0), 100))
        return orders[pick % len(orders)] if orders else None

    @rule(pick=st.integers(0, 99))
    def refund_fails(self, pick: int) -> None:
        """A bank sends a refund back."""
        ids = [r["id"] for r in self.shop.stripe.refunds.values() if r["status"] != "failed"]
        if ids:
            self._do(self.shop.stripe.settle_refund(ids[pick % len(ids)], succeed=False))

    @rule(pick=st.integers(0, 99), lost=st.booleans())
    def a_bank_disputes(self, pick: int, lost: bool) -> None:
        """A buyer's bank asks a payment back, and decides at once."""
        ids = [
            charge["id"] for charge in self.shop.stripe.charges.values()
            if charge["status"] == "succeeded" and not charge["disputed"]
        ]  # fmt: skip
        if not ids:
            return

        async def work() -> None:
            dispute = await self.shop.stripe.open_dispute(ids[pick % len(ids)])
            await self.shop.stripe.close_dispute(dispute, won=not lost)

        self._do(work())

    @rule(pick=st.integers(0, 99), take=st.booleans())
    def the_owner_decides(self, pick: int, take: bool) -> None:
        """The owner takes a payment in review for good, or lets its goods go."""

        async def work() -> None:
            waiting = await self.shop.store.read(
                lambda tx: tx.books.in_state(OrderState.REVIEW, 100)
            )
            if not waiting:
                return
            order_id = waiting[pick % len(waiting)].id
            try:
                if take:
                    await self.shop.shop.reviews.accept(order_id, short=bool(pick % 2))
                else:
                    await self.shop.shop.reviews.free(order_id)
            except RefusedError:
                return

        self._do(work())

    @rule(pick=st.integers(0, 99), back=st.booleans(), some=st.integers(0, 3))
    def the_owner_steps_in(self, pick: int, back: bool, some: int) -> None:
        """The owner puts goods or some units of a refunded order on the shelf, or cancels it."""

        async def work() -> None:
            order = await self._one(pick)
            if order is None:
                return
            units = {pick % len(order.lines): some} if some else None
            try:
                if back and order.refunded:
                    await self.shop.shop.refunds.return_goods(order.id, units)
                elif not back:
                    await self.shop.shop.reviews.cancel(order.id)
            except RefusedError:
                return

        self._do(work())

    @rule(
        tea=st.sampled_from([None, 0, 2, 6, 50]), mug=st.sampled_from([0, 1, 2]),
        price=st.sampled_from(["12.50", "15.00"]),
    )  # fmt: skip
    def edit_the_catalog(self, tea: int | None, mug: int, price: str) -> None:
        """The owner counts anew, changes prices, or stops counting."""

        async def work() -> None:
            self.shop.catalog.write_text(goods({"tea": tea, "mug": mug}, price), encoding="utf-8")
            await self.shop.catalogs.take_in(self.shop.shop.current)

        self._do(work())
