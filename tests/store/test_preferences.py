"""What a person chose once, and orders that were bought beside the cart."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.order import UserId
from bot.ports import Chat, ChatKind, Note, Preference, Transaction
from kit.engines import AnyStore
from kit.samples import ALICE, BOB, GROUP, NOW, SUPERGROUP, new_order, place, stocked

_ALICE, _BOB = UserId(ALICE), UserId(BOB)


async def test_a_choice_is_kept_by_person_and_replaced_by_the_next(store: AnyStore) -> None:
    """Nobody's is another's, and who was never asked chose nothing."""

    def choose(tx: Transaction) -> None:
        tx.preferences.save(_ALICE, Preference(pickup=False))
        tx.preferences.save(_ALICE, Preference(pickup=True, place="far"))
        tx.preferences.save(_ALICE, Preference(pickup=True, place="PT"))
        tx.preferences.save(_BOB, Preference())

    await store.write(choose)

    chosen = {
        _ALICE: Preference(pickup=True, place="PT"),
        _BOB: Preference(),
        UserId(99): Preference(),
    }
    for person, preference in chosen.items():
        assert await store.read(lambda tx, one=person: tx.preferences.of(one)) == preference  # type: ignore[misc]


async def test_a_person_who_is_forgotten_chose_nothing(store: AnyStore) -> None:
    """The row goes with the person, and nobody else's with it."""

    def work(tx: Transaction) -> bool:
        tx.preferences.save(_ALICE, Preference(pickup=True))
        tx.preferences.save(_BOB, Preference(pickup=True))
        return tx.chats.forget(ALICE, _ALICE, NOW)

    assert await store.write(work)

    assert await store.read(lambda tx: tx.preferences.of(_ALICE)) == Preference()
    assert await store.read(lambda tx: tx.preferences.of(_BOB)) == Preference(pickup=True)


async def test_that_an_order_was_bought_alone_is_kept(store: AnyStore) -> None:
    """The cart is left as it is when that order is paid, also after a restart."""
    await stocked(store)
    order = replace(new_order(), alone=True)

    await store.write(lambda tx: place(tx, order))

    found = await store.read(lambda tx: tx.orders.get(order.id))
    assert found is not None
    assert found.alone


async def test_what_a_group_took_out_last_names_nobody_who_is_forgotten(store: AnyStore) -> None:
    """The notes of groups may name a person; they go, and a private chat's of others stay."""

    def work(tx: Transaction) -> bool:
        for chat in (GROUP, BOB):
            tx.notes.set(Note.REMOVED.of(chat), "{}")
        tx.chats.rekey(GROUP, SUPERGROUP)  # whose own cart begins anew
        tx.chats.save(Chat(SUPERGROUP, ChatKind.GROUP, "en", "Kitchen"))
        tx.notes.set(Note.REMOVED.of(SUPERGROUP), "{}")
        return tx.chats.forget(ALICE, _ALICE, NOW)

    assert await store.write(work)

    for chat, left in ((GROUP, None), (SUPERGROUP, None), (BOB, "{}")):
        found = await store.read(lambda tx, one=chat: tx.notes.get(Note.REMOVED.of(one)))  # type: ignore[misc]
        assert found == left
