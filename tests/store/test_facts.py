"""Events, updates, notes, catalog texts and pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import EventId, EventKind, InboxEvent, Transaction, UpdateId
from bot.store.catalogs import KEPT
from bot.store.facts import REMEMBERED
from kit.engines import AnyStore, raw
from kit.samples import NOW

_EVENT = InboxEvent(EventId("evt_1"), EventKind.REFUND, "ch_1", NOW, 0, "pi_1")


async def test_an_event_is_stored_once_and_due_until_it_is_done(store: AnyStore) -> None:
    """A repetition is known, also long after the event was acted on."""

    def work(tx: Transaction) -> list[bool]:
        return [tx.inbox.enqueue(_EVENT), tx.inbox.enqueue(replace(_EVENT, object_id="ch_forged"))]

    assert await store.write(work) == [True, False]
    assert await store.read(lambda tx: tx.inbox.due(NOW - 1, 9)) == ()
    assert await store.read(lambda tx: tx.inbox.due(NOW, 9)) == (_EVENT,)
    await store.write(lambda tx: tx.inbox.done(_EVENT.id, NOW))
    assert await store.read(lambda tx: tx.inbox.due(NOW + 10**8, 9)) == ()
    assert await store.write(lambda tx: tx.inbox.enqueue(_EVENT)) is False
    await store.write(lambda tx: tx.inbox.later(_EVENT.id, NOW))
    assert await store.read(lambda tx: tx.inbox.due(NOW + 10**8, 9)) == ()


async def test_events_are_due_in_the_order_of_their_times(store: AnyStore) -> None:
    """One that must wait lets the others pass, and counts its attempts."""
    events = [replace(_EVENT, id=EventId(f"evt_{n}"), received_at=NOW + n) for n in (2, 0, 1)]

    def work(tx: Transaction) -> None:
        for event in events:
            tx.inbox.enqueue(event)
        tx.inbox.later(EventId("evt_0"), NOW + 60)

    await store.write(work)
    assert [e.id for e in await store.read(lambda tx: tx.inbox.due(NOW + 9, 9))] == [
        "evt_1",
        "evt_2",
    ]
    late = await store.read(lambda tx: tx.inbox.due(NOW + 60, 9))
    assert [(e.id, e.attempts) for e in late] == [("evt_1", 0), ("evt_2", 0), ("evt_0", 1)]
    assert len(await store.read(lambda tx: tx.inbox.due(NOW + 60, 2))) == 2


async def test_an_update_takes_effect_once(store: AnyStore) -> None:
    """No update at all always takes effect."""

    def work(tx: Transaction) -> list[bool]:
        seen = [UpdateId(7), UpdateId(7), UpdateId(2**51), UpdateId(7), None, None]
        return [tx.first_time(update, NOW) for update in seen]

    assert await store.write(work) == [True, False, True, False, True, True]
    assert await store.write(lambda tx: tx.first_time(UpdateId(7), NOW + 3600)) is False


async def test_an_updates_memory_goes_with_the_change_that_it_made(store: AnyStore) -> None:
    """A refused change may be tried again by the same update."""

    def refuse(tx: Transaction) -> None:
        assert tx.first_time(UpdateId(7), NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(refuse)
    assert await store.write(lambda tx: tx.first_time(UpdateId(7), NOW)) is True


async def test_a_number_that_comes_again_after_days_is_another_update(store: AnyStore) -> None:
    """Telegram begins at a random number after a week of silence."""
    await store.write(lambda tx: tx.first_time(UpdateId(7), NOW))
    again = NOW + REMEMBERED
    assert await store.write(lambda tx: tx.first_time(UpdateId(7), again)) is False
    assert await store.write(lambda tx: tx.first_time(UpdateId(7), again + 1)) is True
    assert await store.write(lambda tx: tx.first_time(UpdateId(7), again + 1)) is False


async def test_old_updates_are_forgotten_as_new_ones_come(store: AnyStore) -> None:
    """The table stays as large as the traffic of a few days, at a bounded cost."""
    later = NOW + REMEMBERED + 1

    def fill(tx: Transaction) -> None:
        for number in range(1, 2000):
            tx.first_time(UpdateId(number), NOW)

    def go_on(tx: Transaction) -> None:
        for number in range(2000, 4048):
            tx.first_time(UpdateId(number), later)

    await store.write(fill)
    await store.write(go_on)
    left = await raw(
        store,
        lambda db: tuple(
            db.execute("SELECT min(update_id), count(*) FROM seen_updates").fetchone()
        ),
    )
    assert left == (2000, 2048)


async def test_notes_are_written_replaced_and_taken_away(store: AnyStore) -> None:
    """A database has an id of its own from the start."""
    shop_id = await store.read(lambda tx: tx.notes.get("shop_id"))
    assert shop_id is not None
    assert len(bytes.fromhex(shop_id)) == 16

    def work(tx: Transaction) -> list[str | None]:
        seen = [tx.notes.get("till")]
        for value in ("open", "päused", None):
            tx.notes.set("till", value)
            seen.append(tx.notes.get("till"))
        return seen

    assert await store.write(work) == [None, "open", "päused", None]


async def test_the_last_good_catalog_is_the_one_saved_last(store: AnyStore) -> None:
    """The same text again is not kept twice, an older one coming back is; old ones go."""
    assert await store.read(lambda tx: tx.catalogs.last_good()) is None

    def work(tx: Transaction) -> None:
        for n in [*range(KEPT + 5), 3, 3]:
            tx.catalogs.save(f"text {n} \N{SNOWMAN}".encode(), f"print {n}", NOW + n)

    await store.write(work)
    assert await store.read(lambda tx: tx.catalogs.last_good()) == "text 3 \N{SNOWMAN}".encode()
    kept = await raw(
        store, lambda db: [row[0] for row in db.execute("SELECT fingerprint FROM catalogs")]
    )
    assert kept == [f"print {n}" for n in range(6, KEPT + 5)] + ["print 3"]


async def test_only_the_newest_text_keeps_its_reading(store: AnyStore) -> None:
    """A reading is as large as its text, and only a start on the newest one has use for it."""
    assert await store.read(lambda tx: tx.catalogs.last_reading()) == b""

    def work(tx: Transaction) -> None:
        tx.catalogs.save(b"one", "print 1", NOW, b"reading 1")
        tx.catalogs.save(b"two", "print 2", NOW, b"old program's")
        tx.catalogs.save(b"two", "print 2", NOW, b"reading 2")
        tx.catalogs.save(b"two", "print 2", NOW)

    await store.write(work)
    assert await store.read(lambda tx: tx.catalogs.last_reading()) == b"reading 2"
    kept = await raw(store, lambda db: db.execute("SELECT reading FROM catalogs").fetchall())
    assert [row[0] for row in kept] == [None, b"reading 2"]


async def test_a_pictures_file_id_belongs_to_one_bot(store: AnyStore) -> None:
    """Another bot must upload it again; a newer id replaces the older."""

    def work(tx: Transaction) -> None:
        tx.pictures.set(1, "hash", "old")
        tx.pictures.set(1, "hash", "new")
        assert tx.pictures.get(1, "hash") == "new"
        assert tx.pictures.get(2, "hash") is None
        assert tx.pictures.get(1, "other") is None

    await store.write(work)
