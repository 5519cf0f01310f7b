"""Being forgotten: what goes, what stays, and what stands in the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.domain.errors import RefusedError
from bot.domain.order import NOBODY, ChatId, OrderState, UserId
from bot.ports import MessageKind, Transaction
from bot.shop.people.conversations import About
from bot.store.sqlite import inspect
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import open_market
from tests.chat.owner_steps import sold
from tests.shop.journeys import order_something


async def test_a_paid_order_stays_without_its_person(tmp_path: Path) -> None:
    """Goods, amounts and days are kept; name, account, card and chat are gone; the books add up."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        chat_id, user_id = ChatId(ann.id), UserId(ann.id)
        paid = await sold(kit, ann)
        await kit.shop.shipping.shipped(paid.id, "https://post.example/alice")
        await kit.drain()
        await kit.shop.conversations.ask(chat_id, About.SUPPORT)
        await ann.start("p_cup")
        await ann.tap(await ann.wait_for("€14.00"), "Add to cart")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        await kit.shop.forgetting.forget(chat_id, user_id)
        await kit.shop.forgetting.forget(chat_id, user_id)
        kept = await kit.shop.orders.get(paid.id)
        assert kept is not None
        assert (kept.chat_id, kept.buyer_id, kept.buyer_name) == (NOBODY, 0, "")
        assert paid.payment is not None
        without_card = replace(paid.payment, card_brand=None, card_last4=None)
        assert (kept.state, kept.lines, kept.payment) == (paid.state, paid.lines, without_card)
        assert kept.tracking is None
        assert await kit.shop.people.get(chat_id) is None
        assert await kit.shop.conversations.waiting(chat_id) is None
        assert not (await kit.shop.carts.view(chat_id)).cart
        assert await kit.shop.orders.latest(chat_id) == ()
        await kit.drain()
        assert inspect(Path(kit.settings.database)) == ()
        for name in (str(ann.id).encode(), b"Alice"):
            assert not any(name in row for row in _rows(Path(kit.settings.database))), (
                f"{name!r} is still there"
            )


async def test_a_name_leaves_the_carts_and_orders_of_groups(tmp_path: Path) -> None:
    """What somebody added to a group's cart or paid order stays, and no longer says by whom."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        chat_id = ChatId(group.id)
        await _fill(group.id, ann, jonas)
        await ann.send(group.id, "/checkout")
        await ann.wait_for("Order 10", chat=group.id)
        (order,) = await kit.shop.orders.latest(chat_id)
        await kit.stripe.pay(str(order.session_id))
        await kit.shop.settlement.by_token(order.token)
        await _fill(group.id, jonas, ann)
        await kit.drain()
        await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
        (kept,) = await kit.shop.orders.latest(chat_id)
        view = await kit.shop.carts.view(chat_id)
        (line,) = view.cart.lines
        assert {one and one.name: sum_.minor for one, sum_ in view.sums.items()} == {
            "Jonas": 1400,
            None: 1400,
        }
        assert (kept.state, kept.buyer_name) == (OrderState.PAID, "")
        assert [(one.quantity, one.added_by) for one in kept.lines] == [(2, "Jonas (1)")]
        assert (line.line.quantity, line.line.added_by) == (2, "Jonas (1)")
        for name in (str(ann.id).encode(), b"Alice"):
            assert not any(name in row for row in _rows(Path(kit.settings.database)))


async def test_an_unpaid_order_is_cancelled_first(tmp_path: Path) -> None:
    """Its link can no longer be paid, its goods are free, and it loses its person too."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await order_something(kit, ann, "mug")
        await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
        kept = await kit.shop.orders.get(order.id)
        assert kept is not None
        assert (kept.state, kept.buyer_name) == (OrderState.CANCELLED, "")
        assert inspect(Path(kit.settings.database)) == ()


async def test_nothing_is_deleted_while_an_order_cannot_be_cancelled(tmp_path: Path) -> None:
    """Stripe does not answer: the order stays, and so does everything else."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await order_something(kit, ann, "mug")
        kit.site.faults.add(
            Fault("POST /v1/checkout/sessions/{id}/expire", "error", status=500, times=None)
        )
        with pytest.raises(RefusedError) as refused:
            await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
        assert refused.value.key == "cancel.unavailable"
        assert await kit.shop.orders.get(order.id) == order
        assert await kit.shop.people.get(ChatId(ann.id)) is not None


async def test_a_payment_that_the_bank_has_not_decided_is_waited_for(tmp_path: Path) -> None:
    """Its person must still hear how it ends."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await order_something(kit, ann, "mug")
        now = kit.clock.now()

        def processing(tx: Transaction) -> None:
            assert tx.orders.transition(order.id, OrderState.PROCESSING, now=now)

        await kit.running.store.write(processing)
        with pytest.raises(RefusedError) as refused:
            await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
        assert refused.value.key == "delete.undecided"
        assert await kit.shop.people.get(ChatId(ann.id)) is not None


async def test_messages_that_wait_are_never_sent_and_others_stay(tmp_path: Path) -> None:
    """What waits for the person goes; what waits for somebody else is still told."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas = kit.person("Alice"), kit.person("Jonas")
        await ann.start()
        await ann.wait_for("Corner")
        await jonas.start()
        await jonas.wait_for("Corner")
        later = kit.clock.now() + 1000

        def put(tx: Transaction) -> None:
            for one in (ann, jonas):
                tx.outbox.enqueue(ChatId(one.id), MessageKind.SUPPORT, later, None, {"text": "hi"})

        await kit.running.store.write(put)
        await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
        assert await kit.running.store.read(lambda tx: tx.outbox.depth()) == 1


async def test_words_that_wait_for_an_owner_go_with_whoever_wrote_them(tmp_path: Path) -> None:
    """Neither the question, nor to whom an owner answered, is told once its writer is forgotten."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas, marta = kit.person("Alice"), kit.person("Jonas"), kit.person("Marta")
        for one in (ann, jonas):
            await one.start()
            await one.wait_for("Corner")
        later = kit.clock.now() + 100_000

        def hold_up(tx: Transaction) -> None:
            tx.outbox.enqueue(ChatId(marta.id), MessageKind.OWNER_ALERT, later)

        await kit.running.store.write(hold_up)
        for one in (ann, jonas):
            await kit.shop.support.to_owners(
                ChatId(one.id), "Somebody", "Where is it?", messages={7: "Where is it?"}
            )
        await kit.shop.support.to_customer(
            UserId(marta.id), ChatId(ann.id), "On the boat", messages={8: "On the boat"}
        )
        await kit.shop.conversations.ask(ChatId(marta.id), About.ANSWER, ann.id)
        await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
        assert await kit.running.store.read(lambda tx: tx.outbox.depth()) == 2
        rows = [*_rows(Path(kit.settings.database))]
        assert not [row for row in rows if str(ann.id).encode() in row]
        assert [row for row in rows if str(jonas.id).encode() in row]


async def test_the_bytes_of_what_was_deleted_are_gone_from_the_disk(tmp_path: Path) -> None:
    """Not even the database's log and its free pages hold a note, a name or a question."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.telegram.add_person("Canary4711", "en")
        await ann.start("p_cup")
        await ann.tap(await ann.wait_for("€14.00"), "Add to cart")
        await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        (line,) = (await kit.shop.carts.view(ChatId(ann.id))).cart.lines
        await kit.shop.carts.note(ChatId(ann.id), line.line.key, "Canary4712 " * 9)
        await ann.write("/paysupport Canary4713")
        await kit.person("Marta").wait_for("Canary4713", since=0)
        await kit.drain()
        before = _bytes(Path(kit.settings.database))
        assert [one in before for one in (b"Canary4711", b"Canary4712")] == [True, True]
        await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
        assert b"Canary47" not in _bytes(Path(kit.settings.database))


async def test_a_log_that_is_read_just_now_is_emptied_by_the_next(tmp_path: Path) -> None:
    """A back-up that runs beside keeps nobody from being forgotten."""
    async with open_market(tmp_path) as (kit, _):
        ann, jonas = kit.person("Alice"), kit.person("Jonas")
        database = Path(kit.settings.database)
        for one in (ann, jonas):
            await one.start()
            await one.wait_for("Corner")
        await kit.drain()
        with closing(sqlite3.connect(database)) as db:
            db.execute("BEGIN")
            db.execute("SELECT count(*) FROM chats").fetchone()
            await kit.shop.forgetting.forget(ChatId(ann.id), UserId(ann.id))
            assert await kit.shop.people.get(ChatId(ann.id)) is None
            assert b"Alice" in _bytes(database)
        await kit.shop.forgetting.forget(ChatId(jonas.id), UserId(jonas.id))
        assert b"Alice" not in _bytes(database)


def _bytes(database: Path) -> bytes:
    """Return all that the database's files hold."""
    return b"".join(one.read_bytes() for one in database.parent.glob(f"{database.name}*"))


async def _fill(group_id: int, *people: Person) -> None:
    """Let each person put one cup into a group's cart."""
    for number, person in enumerate(people, start=1):
        count = f"{number} in cart"
        await person.send(group_id, "/start p_cup")
        cup = await person.wait_for("€14.00", chat=group_id)
        await person.forge(cup, "1a:cup")
        await person.wait_for(partial(_shows, count), chat=group_id)


def _shows(label: str, shown: Shown) -> bool:
    return label in str(shown.rows)


def _rows(database: Path) -> Iterator[bytes]:
    """Yield every row of every table as text."""
    with closing(sqlite3.connect(database)) as db:
        names = "SELECT name FROM sqlite_schema WHERE type = 'table'"
        for (table,) in db.execute(names).fetchall():
            for row in db.execute(f"SELECT * FROM {table}"):
                yield repr(row).encode()
