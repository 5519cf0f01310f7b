"""Carts keep their lines in order, by chat."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.catalog.model import LineKey, ProductId, VariantId
from bot.domain.money import Money
from bot.ports import Transaction
from kit.engines import AnyStore
from kit.samples import ALICE, BOB, cart_line


async def test_lines_come_back_as_they_were_put_in_the_order_of_adding(store: AnyStore) -> None:
    """Every field survives, and chats do not mix."""
    lines = (
        replace(cart_line("zebra", "a.b", 3), note="für <Ann>", added_by="Ann"),
        cart_line("apple"),
        replace(cart_line("mango"), seen_unit=Money(900, "jpy")),
    )

    def work(tx: Transaction) -> None:
        for line in lines:
            tx.carts.upsert(ALICE, line)
        tx.carts.upsert(BOB, cart_line("apple", quantity=9))

    await store.write(work)
    assert await store.read(lambda tx: tx.carts.lines(ALICE)) == lines
    assert await store.read(lambda tx: tx.carts.lines(BOB)) == (cart_line("apple", quantity=9),)


async def test_a_line_put_again_is_replaced_and_keeps_its_place(store: AnyStore) -> None:
    """Plus and minus do not shuffle the cart."""
    again = replace(cart_line("zebra", quantity=7), note="whole")

    def work(tx: Transaction) -> None:
        for line in (cart_line("zebra"), cart_line("apple"), again):
            tx.carts.upsert(ALICE, line)

    await store.write(work)
    assert await store.read(lambda tx: tx.carts.lines(ALICE)) == (again, cart_line("apple"))


async def test_lines_stand_as_they_were_arranged(store: AnyStore) -> None:
    """What is added later stands last; the other chat's lines stay as they were."""
    names = ("zebra", "apple", "mango")

    def work(tx: Transaction) -> None:
        for name in names:
            tx.carts.upsert(ALICE, cart_line(name))
            tx.carts.upsert(BOB, cart_line(name))
        tx.carts.arrange(ALICE, [cart_line(name).key for name in ("mango", "zebra", "apple")])
        tx.carts.upsert(ALICE, cart_line("fig"))

    await store.write(work)
    arranged = await store.read(lambda tx: tx.carts.lines(ALICE))
    assert [one.key.product for one in arranged] == ["mango", "zebra", "apple", "fig"]
    others = await store.read(lambda tx: tx.carts.lines(BOB))
    assert [one.key.product for one in others] == list(names)


async def test_remove_takes_one_variant_and_clear_takes_all_of_one_chat(store: AnyStore) -> None:
    """Removing what is not there is no fault."""

    def fill(tx: Transaction) -> None:
        for chat_id in (ALICE, BOB):
            tx.carts.upsert(chat_id, cart_line("beans", "250g"))
            tx.carts.upsert(chat_id, cart_line("beans", "1kg"))
        tx.carts.remove(ALICE, LineKey(ProductId("beans"), VariantId("250g")))
        tx.carts.remove(ALICE, LineKey(ProductId("beans"), VariantId("none")))
        tx.carts.clear(BOB)

    await store.write(fill)
    assert await store.read(lambda tx: tx.carts.lines(ALICE)) == (cart_line("beans", "1kg"),)
    assert await store.read(lambda tx: tx.carts.lines(BOB)) == ()
