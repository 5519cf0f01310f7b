"""Orders and carts as the shop makes them, and the steps of a sale within a transaction."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.allowed import Allowed
from bot.domain.cart import CartLine
from bot.domain.catalog.model import LineKey, ProductId, StockId, VariantId
from bot.domain.money import Money
from bot.domain.order import (
    Attempt,
    ChatId,
    Order,
    OrderId,
    OrderLine,
    OrderState,
    OrderToken,
    Payment,
    SessionId,
    StockState,
    UserId,
)
from bot.ports import MessageKind, MovementKind, Transaction
from kit.engines import AnyStore

NOW = 1_790_000_000
ALICE, BOB, GROUP, SUPERGROUP = ChatId(11), ChatId(12), ChatId(-77), ChatId(-1002000000000)
BEANS, MUG = StockId("beans"), StockId("mug/blue")


def eur(minor: int) -> Money:
    """Return an amount in euro cents."""
    return Money(minor, "eur")


def cart_line(product: str = "beans", variant: str = "", quantity: int = 1) -> CartLine:
    """Return a line as a cart holds it."""
    return CartLine(LineKey(ProductId(product), VariantId(variant)), quantity, eur(1250), NOW)


def order_line(stock_id: StockId = BEANS, quantity: int = 2) -> OrderLine:
    """Return a line as an order holds it, at 12.50 each."""
    return OrderLine(
        LineKey(ProductId("beans"), VariantId("250g")),
        stock_id,
        "House <blend> & Кофе ☕",
        eur(1250),
        quantity,
        note="ground",
        added_by="Ann",
    )


def new_order(
    number: int = 1001,
    chat_id: ChatId = ALICE,
    lines: tuple[OrderLine, ...] = (order_line(),),
    placed_at: int = NOW,
) -> Order:
    """Return an order as it is placed."""
    return Order(
        id=OrderId(number),
        token=OrderToken(f"token-{number}"),
        chat_id=chat_id,
        buyer_id=UserId(5_000_000_000),
        buyer_name="Ann O'Hara",
        language="pt-br",
        state=OrderState.PLACED,
        goods=StockState.HELD,
        lines=lines,
        subtotal=eur(sum(line.total.minor for line in lines)),
        allowed=Allowed(discount=True, tax=False, shipping=(490, 0)),
        livemode=False,
        attempt=Attempt(1, f"key-{number}", '{"mode":"payment"}', placed_at + 3600, placed_at),
        placed_at=placed_at,
        pickup=True,
        extra={"terms": "2"},
    )


def payment(total: int = 2500, intent: str | None = "pi_1") -> Payment:
    """Return a payment with nothing added to the goods' price."""
    return Payment(eur(total), eur(0), eur(0), eur(0), intent, "ch_1", "visa", "4242")


def place(tx: Transaction, order: Order) -> Order:
    """Hold the goods and add the order, as checkout does."""
    tx.orders.add(order)
    for line in order.lines:
        assert tx.stock.hold(line.stock_id, line.quantity, order.id, order.placed_at)
    return order


def place_next(tx: Transaction, chat_id: ChatId, units: int = 1, *, pickup: bool = True) -> Order:
    """Place an order with the next number."""
    order = new_order(tx.orders.next_id(), chat_id, (order_line(quantity=units),))
    return place(tx, replace(order, pickup=pickup))


def session_of(order_id: int) -> SessionId:
    """Return the id of an order's Checkout Session."""
    return SessionId(f"cs_test_{order_id}")


def attach(tx: Transaction, order: Order, now: int = NOW + 1) -> bool:
    """Record a Checkout Session."""
    return tx.orders.attach(order.id, session_of(order.id), f"https://pay/{order.id}#x", now)


def pay(tx: Transaction, order: Order, now: int = NOW + 60) -> bool:
    """Settle an open order as paid; False where that was done before."""
    paid = payment(order.subtotal.minor, f"pi_{order.id}")
    if not tx.orders.transition(order.id, OrderState.PAID, now=now, payment=paid):
        return False
    _settle(tx, order, StockState.SOLD, MovementKind.SOLD, now)
    tx.outbox.enqueue(order.chat_id, MessageKind.RECEIPT, now, order.id)
    return True


def give_up(tx: Transaction, order: Order, to: OrderState, now: int = NOW + 90) -> bool:
    """End an unpaid order and free its goods."""
    if not tx.orders.transition(order.id, to, now=now):
        return False
    _settle(tx, order, StockState.FREED, MovementKind.FREED, now)
    return True


def _settle(tx: Transaction, order: Order, to: StockState, kind: MovementKind, now: int) -> None:
    assert tx.orders.set_goods(order.id, StockState.HELD, to)
    for line in order.lines:
        tx.stock.settle(kind, line.stock_id, line.quantity, order.id, now)


def sell(tx: Transaction, chat_id: ChatId, units: int = 1, *, pickup: bool = True) -> Order:
    """Do a whole sale in one transaction and return the order as it was placed."""
    order = place_next(tx, chat_id, units, pickup=pickup)
    assert attach(tx, order)
    assert pay(tx, order)
    return order


async def stocked(store: AnyStore, units: int | None = 100) -> None:
    """Count the beans and the mugs."""

    def work(tx: Transaction) -> None:
        tx.stock.count(BEANS, units, NOW)
        tx.stock.count(MUG, None, NOW)

    await store.write(work)


def opened(order: Order) -> Order:
    """Return the order as it is once its session is recorded."""
    return replace(
        order,
        state=OrderState.OPEN,
        session_id=session_of(order.id),
        url=f"https://pay/{order.id}#x",
    )


async def busy_shop(store: AnyStore) -> None:
    """A paid order, an expired, a placed and an open one, a refund, a recount, a return."""
    await stocked(store)

    def work(tx: Transaction) -> None:
        sell(tx, ALICE, 3)
        give_up(tx, place_next(tx, ALICE, 2), OrderState.EXPIRED)
        place_next(tx, BOB)
        attach(tx, place_next(tx, GROUP, 4))
        tx.stock.count(BEANS, 50, NOW)
        tx.stock.restock(BEANS, 5, NOW)
        sold = sell(tx, ALICE, 2)
        tx.orders.record_refund(sold.id, eur(2500))
        assert tx.orders.set_goods(sold.id, StockState.SOLD, StockState.RETURNED)
        assert tx.orders.return_units(sold.id, 0, 2)
        tx.stock.settle(MovementKind.RETURNED, BEANS, 2, sold.id, NOW)
        tx.outbox.enqueue(ALICE, MessageKind.REFUNDED, NOW, sold.id)

    await store.write(work)
