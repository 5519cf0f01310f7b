"""A shop that anything may happen to, in any order: Hypothesis' state machine and its invariants.

After every step nothing stored may contradict itself; when all is quiet, every charge at Stripe
has its order, with what was paid less what was refunded, no money waits unnoticed, and no goods are
held for what can no longer be paid.
"""

from __future__ import annotations

import random
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.errors import RefusedError, TransientError
from bot.domain.order import UNDECIDED, ChatId, Order, OrderState
from bot.payments.events import KINDS
from bot.ports import Transaction
from kit.faults.counter import DAY
from kit.faults.machine_owner import OwnerRules
from shop_sandbox.faults import Fault
from shop_sandbox.stripe.buyer import NotPaidError
from shop_sandbox.stripe.errors import ApiError

CHATS = st.sampled_from([ChatId(11), ChatId(12), ChatId(13)])
PRODUCTS = st.sampled_from(["tea", "mug"])
_SETTLED = {OrderState.PAID, OrderState.REFUNDED, OrderState.REVIEW}


def _of_state(tx: Transaction, state: OrderState) -> tuple[Order, ...]:
    return tx.books.in_state(state, 100)


class ShopMachine(OwnerRules):
    """Buys, pays, expires, cancels, refunds, decides, duplicates, restarts, jumps, edits."""

    def teardown(self) -> None:
        """Let all become quiet, look once more, and close."""
        try:
            if self._counter is not None:
                self.let_all_become_quiet()
        finally:
            self.close()

    @rule(chat=CHATS, product=PRODUCTS, units=st.integers(0, 3))
    def fill_a_cart(self, chat: ChatId, product: str, units: int) -> None:
        """Somebody wants something, or no more."""

        async def work() -> None:
            try:
                await self.shop.shop.carts.set_quantity(chat, LineKey(ProductId(product)), units)
            except RefusedError:
                return

        self._do(work())

    @rule(chat=CHATS, product=PRODUCTS, lost=st.booleans())
    def buy(self, chat: ChatId, product: str, lost: bool) -> None:
        """Somebody checks out; Stripe's answers may all be lost."""

        async def work() -> None:
            try:
                await self.shop.shop.carts.accept_changes(chat)
                if not (await self.shop.shop.carts.view(chat)).cart.lines:
                    await self.shop.fill(chat, product)
                if lost:
                    fault = Fault("POST /v1/checkout/sessions", "cut", phase="after", times=2)
                    self.shop.site.faults.add(fault)
                await self.shop.checkout(chat)
            except RefusedError:
                return
            finally:
                self.shop.site.faults.lift()

        self._do(work())

    @rule(
        pick=st.integers(0, 99), card=st.sampled_from(["4242424242424242", "debit", "asks", "no"])
    )
    def pay(self, pick: int, card: str) -> None:
        """Somebody pays a link that is open: at once, by debit, at the bank, or in vain."""
        ids = [s["id"] for s in self.shop.stripe.sessions.values() if s["status"] == "open"]
        if not ids:
            return
        session_id = ids[pick % len(ids)]

        async def work() -> None:
            try:
                if card == "asks":
                    await self.shop.stripe.start_3ds(session_id)
                else:
                    number = "4000000000000002" if card == "no" else card
                    await self.shop.stripe.pay(session_id, card=number)
            except NotPaidError:
                return

        self._do(work())

    @rule(pick=st.integers(0, 99), yes=st.booleans(), late=st.sampled_from(["paid", "canceled"]))
    def bank_answers(self, pick: int, yes: bool, late: str) -> None:
        """A bank decides on a debit, or the buyer on the bank's page, even after the expiry."""
        ids = list(self.shop.stripe.sessions)
        if not ids:
            return
        session_id = ids[pick % len(ids)]
        self.shop.stripe.settings.late_authentication = late

        async def work() -> None:
            for answer in (self.shop.stripe.finish_3ds(session_id, approve=yes),
                           self.shop.stripe.settle_debit(session_id, succeed=yes)):  # fmt: skip
                try:
                    await answer
                except (ApiError, NotPaidError):
                    continue

        self._do(work())

    @rule()
    def expire(self) -> None:
        """Every link that is open now runs out."""

        async def work() -> None:
            self.shop.clock.jump(3700)
            await self.shop.stripe.tick()

        self._do(work())

    @rule(chat=CHATS)
    def cancel(self, chat: ChatId) -> None:
        """Somebody drops their order."""

        async def work() -> None:
            try:
                await self.shop.shop.checkout.cancel(chat)
            except RefusedError:
                return

        self._do(work())

    @rule(seed=st.integers(0, 2**16), repeat=st.booleans())
    def events_come_in_any_order(self, seed: int, repeat: bool) -> None:
        """Some of all events so far are delivered, old ones too, mixed up and repeated."""
        draw = random.Random(seed)
        events = [e for e in self.shop.stripe.events if e["type"] in KINDS]
        chosen = draw.sample(events, draw.randint(0, min(6, len(events))))

        async def work() -> None:
            for event in chosen * (1 + repeat):
                await self.shop.receive(event)
            draw.shuffle(chosen)
            await self.shop.act()

        self._do(work())

    @rule()
    def reconcile(self) -> None:
        """The reconciler looks at what is due."""
        self._do(self.shop.shop.reconciliation.work())

    @rule()
    def restart(self) -> None:
        """The shop is closed and opened on the same database."""
        self._do(self.shop.reopen())

    @rule(seconds=st.sampled_from([1, 20, 130, 300, 1900, 3600, DAY, 3 * DAY]))
    def clock_jumps(self, seconds: int) -> None:
        """Time passes."""

        async def work() -> None:
            self.shop.clock.jump(seconds)
            await self.shop.stripe.tick()

        self._do(work())

    @precondition(lambda self: self._counter is not None)
    @rule()
    def let_all_become_quiet(self) -> None:
        """Everything is followed up; then Stripe and the shop must agree."""

        async def work() -> list[str]:
            self.shop.clock.jump(700)
            await self.shop.stripe.tick()
            await self.shop.quiet()
            return [
                *await self.shop.findings(), *await self._unsettled(), *await self._held_in_vain()
            ]  # fmt: skip

        assert self._do(work()) == []

    async def _unsettled(self) -> list[str]:
        """Return charges whose order is not paid, refunded or in review."""
        found = []
        for charge in self.shop.stripe.charges.values():
            if charge["status"] != "succeeded":
                continue
            intent = charge["payment_intent"]
            order = await self.shop.order_of(intent)
            if order is None or order.state not in _SETTLED:
                found.append(f"{charge['id']} is paid, its order {order and order.state}")
        return found

    async def _held_in_vain(self) -> list[str]:
        """Return orders that wait though nothing at Stripe can still become of them."""
        found = []
        for state in sorted(UNDECIDED):
            orders = await self.shop.store.read(partial(_of_state, state=state))
            found += [f"order {o.id} is {state} for nothing" for o in orders if not self._waits(o)]
        return found

    def _waits(self, order: Order) -> bool:
        session = self.shop.stripe.sessions[str(order.session_id)] if order.session_id else None
        if session is None or session["status"] == "open":
            return session is not None
        intent = self.shop.stripe.payment_intents.get(session["payment_intent"])
        return intent is not None and intent["status"] in {"processing", "requires_action"}

    @invariant()
    def nothing_stored_contradicts_itself(self) -> None:
        """What `doctor` checks holds after every step."""
        type(self).steps += 1
        if self._counter is None:
            return
        try:
            findings = self._do(self.shop.store.findings())
        except TransientError as error:
            raise AssertionError("the store cannot be read") from error
        assert findings == ()
