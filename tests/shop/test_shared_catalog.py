"""The catalog of two processes: one text, edited by either, and no sale at an old price."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.catalog_file.folder import CatalogFolder
from bot.domain.catalog.model import LineKey, ProductId, StockId
from bot.domain.catalog.slips import mark_of
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import UserId
from bot.ports import MessageKind, StockLevel
from bot.shop.catalog.catalogs import CatalogReload
from bot.shop.catalog.texts import FileSync, OvertakenError
from bot.store.catalogs import SqlCatalogs
from bot.store.postgres import PostgresStore, open_store
from bot.workers.catalog import CatalogWorker
from bot.workers.following import Follower
from kit.faults.counter import ALICE, NOON, OWNER, Counter, Hands, goods
from kit.postgres import PostgresServer
from shop_sandbox.site import SandboxSite

TEA, MUG = StockId("tea"), StockId("mug")


class Process(Counter):
    """A process of the shop, in a folder of its own."""

    def __init__(self, site: SandboxSite, clock: Hands, folder: Path, url: str) -> None:
        folder.mkdir()
        super().__init__(site, clock, folder)
        self._url = url

    async def open(self) -> None:
        """Open the shop on the server."""

        async def on_server(_: Path) -> PostgresStore:
            return await open_store(self._url)

        self.open_database = on_server
        await super().open()
        self.sync = FileSync(CatalogFolder(self.catalog), self.store, self.clock)

    async def watch(self) -> None:
        """Look at the file, as the process does that has its lease."""
        await self.sync.look()
        await self.catalogs.take_in(self.shop.current)

    def price(self, product: str = "tea") -> int:
        """Return what something costs here, in cents."""
        variant = self.shop.current.catalog.variant(LineKey(ProductId(product)))
        assert variant is not None
        return variant.price.minor

    def written(self) -> str:
        """Return what the file says tea costs."""
        return str(json.loads(self.catalog.read_bytes())["products"][0]["price"])


@pytest.fixture
async def processes(
    tmp_path: Path, postgres_server: PostgresServer
) -> AsyncIterator[tuple[Process, Process]]:
    """Two: the first has the owner's file, the second has none."""
    url, clock = postgres_server.new_schema(), Hands()
    async with SandboxSite(clock=clock) as site:
        here, there = (Process(site, clock, tmp_path / name, url) for name in ("here", "there"))
        here.catalog.write_text(goods(), encoding="utf-8")
        await here.open()
        await here.watch()
        await there.open()
        yield here, there
        assert await here.findings() == []
        await there.close()
        await here.close()


async def _save_and_sell(here: Process, price: str) -> None:
    here.catalog.write_text(goods(price=price), encoding="utf-8")
    await here.watch()


async def test_no_process_sells_at_an_old_price(processes: tuple[Process, Process]) -> None:
    """One that has not heard yet refuses to place, knows the price then, and sells at that."""
    here, there = processes
    await there.fill(ALICE)
    await _save_and_sell(here, "13.00")
    assert there.price() == 1250
    with pytest.raises(RefusedError) as refused:
        await there.checkout(ALICE)
    assert refused.value.key == "checkout.changed"
    assert there.price() == 1300
    assert await there.shop.orders.latest(ALICE) == ()
    await there.shop.carts.accept_changes(ALICE)
    order = (await there.checkout(ALICE)).order
    assert order.subtotal == Money(1300, "eur")


async def test_control_without_the_look_at_what_counts_it_sells_at_the_old_price(
    processes: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that has not heard does not know better."""
    here, there = processes
    await there.fill(ALICE)
    await _save_and_sell(here, "13.00")
    monkeypatch.setattr(SqlCatalogs, "head", lambda _: None)
    assert (await there.checkout(ALICE)).order.subtotal == Money(1250, "eur")


async def test_a_saved_file_is_followed_at_a_look(processes: tuple[Process, Process]) -> None:
    """Also what it counts, once; a second look finds nothing."""
    here, there = processes
    await _save_and_sell(here, "13.00")
    assert await there.shop.current.follow()
    assert there.price() == 1300
    assert not await there.shop.current.follow()
    assert await there.free("tea") == 20


async def test_a_price_set_where_no_file_is_holds_everywhere_and_gets_into_the_file(
    processes: tuple[Process, Process],
) -> None:
    """The other owners are told once, by whoever did it."""
    here, there = processes
    await there.shop.catalog_edits.set_price(OWNER, TEA, Money(1310, "eur"))
    assert there.price() == 1310
    assert here.price() == 1250
    await here.watch()
    assert (here.price(), here.written()) == (1310, "13.10")
    await here.watch()
    assert len(await here.told(MessageKind.OWNER_ALERT)) == 0
    assert not there.catalog.exists()


async def test_edits_in_both_at_once_lose_none(processes: tuple[Process, Process]) -> None:
    """Whoever comes second edits what the first one wrote."""
    here, there = processes
    await asyncio.gather(
        here.shop.catalog_edits.set_price(OWNER, TEA, Money(1310, "eur")),
        there.shop.catalog_edits.set_price(OWNER, MUG, Money(1190, "eur")),
    )
    for one in processes:
        await one.shop.current.follow()
        assert (one.price("tea"), one.price("mug")) == (1310, 1190)
    await here.watch()
    assert here.written() == "13.10"


async def test_an_edit_of_a_text_that_changed_is_refused_by_the_database(
    processes: tuple[Process, Process],
) -> None:
    """The guard under those tries: nothing is stored."""
    here, there = processes
    old = await there.catalogs.source()
    await _save_and_sell(here, "13.00")
    new = old.replace(b"12.50", b"12.60")
    with pytest.raises(OvertakenError):
        await there.catalogs.replace(there.shop.current, new, old=old)
    assert await here.store.read(lambda tx: tx.catalogs.head()) == (
        here.shop.current.catalog.fingerprint
    )
    assert b"13.00" in await there.catalogs.source()


async def test_what_was_read_before_another_process_sold_anew_is_not_sold(
    processes: tuple[Process, Process],
) -> None:
    """A file that takes long to be read does not bring the catalog from before back."""
    here, there = processes
    before, source = here.shop.current.catalog, await here.catalogs.source()
    slow = source.replace(b"12.50", b"12.60")
    reading = await here.catalogs.check(slow, before)
    await there.shop.catalog_edits.set_price(OWNER, TEA, Money(1310, "eur"))
    with pytest.raises(OvertakenError):
        await here.shop.current.adopt(reading, slow, instead_of=before.fingerprint)
    assert await here.shop.current.follow()
    assert (here.price(), there.price()) == (1310, 1310)


async def test_a_file_that_was_left_behind_is_brought_up_to_date_and_not_believed(
    processes: tuple[Process, Process],
) -> None:
    """A machine comes back with the file of yesterday; prices stay those of today."""
    here, there = processes
    there.catalog.write_bytes(here.catalog.read_bytes())
    for cents in (1310, 1320):
        await here.shop.catalog_edits.set_price(OWNER, TEA, Money(cents, "eur"))
    await there.watch()
    assert (there.price(), there.written()) == (1320, "13.20")


async def test_an_earlier_text_saved_while_the_file_is_watched_is_what_the_owner_wants(
    processes: tuple[Process, Process],
) -> None:
    """Somebody took a change back in an editor."""
    here, there = processes
    first = here.catalog.read_bytes()
    await _save_and_sell(here, "13.00")
    here.catalog.write_bytes(first)
    await here.watch()
    await there.shop.current.follow()
    assert (here.price(), there.price(), here.written()) == (1250, 1250, "12.50")


async def test_owners_hear_once_that_their_file_is_gone_and_the_shop_sells_on(
    processes: tuple[Process, Process],
) -> None:
    """Not at the first look, at which an editor may be saving; it is the fault of any shop."""
    here, there = processes
    opened = CatalogReload(None, here.shop.current.catalog, fresh=False)
    worker = CatalogWorker(here.catalog, here.catalogs, here.shop.context, opened, here.sync)
    saved = here.catalog.read_bytes()
    told = []
    for _ in range(4):
        here.catalog.unlink(missing_ok=True)
        await worker._look()
        alerts = await here.store.read(lambda tx: tx.outbox.due(NOON + 1, 9))
        told.append([(one.details["problem"], one.details["file"]) for one in alerts])
    assert told == [[], *[[("catalog_faulty", "catalog.json")]] * 3]
    assert there.price() == here.price() == 1250

    here.catalog.write_bytes(saved)
    assert await here.sync.look() == ()


async def test_no_owner_hears_of_a_machine_that_never_had_the_file(
    processes: tuple[Process, Process],
) -> None:
    """Several processes need one file."""
    _, there = processes
    assert [await there.sync.look() for _ in range(3)] == [()] * 3


async def test_units_added_in_both_at_once_are_all_added(
    processes: tuple[Process, Process],
) -> None:
    """Each notes a step of its own, and whoever is second goes on from where the first led."""
    here, there = processes
    sold = await here.buy(quantity=4)
    await here.stripe.pay(str(sold.session_id))
    await here.quiet()
    for _ in range(5):
        await asyncio.gather(
            here.shop.catalog_edits.restock(OWNER, TEA, 5),
            there.shop.catalog_edits.restock(OWNER, TEA, 3),
        )
    levels = await here.store.read(lambda tx: tx.stock.levels([TEA]))
    assert levels[TEA] == StockLevel(60, 0, 4)


async def test_a_file_that_was_sent_takes_back_no_edit_that_was_not_heard_of_yet(
    processes: tuple[Process, Process],
) -> None:
    """The difference that its owner saw is not what it would change by now."""
    here, there = processes
    files = there.shop.catalog_files
    offer = await files.offer(ALICE, goods(price="12.60").encode())
    await here.shop.catalog_edits.set_price(OWNER, TEA, Money(1310, "eur"))
    assert there.price() == 1250
    with pytest.raises(RefusedError) as refused:
        await files.replace(OWNER, ALICE, offer.digest, anew=True)
    assert refused.value.key == "owner.offer_stale"
    assert (here.price(), there.price()) == (1310, 1310)


async def test_a_price_that_waits_is_answered_in_the_other_process(
    processes: tuple[Process, Process],
) -> None:
    """It halved in the file of one; the owner taps in the other that it is meant."""
    here, there = processes
    await _save_and_sell(here, "5.00")
    assert here.price() == 1250
    slips = here.catalogs.slips
    assert [one.target for one in slips] == ["tea", "mug"]
    await there.shop.catalog_edits.answer(OWNER, mark_of(slips), keep=False)
    await here.watch()
    assert (here.price(), there.price()) == (500, 500)
    assert here.written() == "5.00"


async def test_a_broken_file_is_broken_everywhere_and_the_shop_sells_on(
    processes: tuple[Process, Process],
) -> None:
    """An edit in the other process is refused as it is beside the file."""
    here, there = processes
    here.catalog.write_text("{", encoding="utf-8")
    await here.watch()
    with pytest.raises(Exception, match="catalog"):
        await there.shop.catalog_edits.set_price(OWNER, TEA, Money(1310, "eur"))
    assert not there.catalogs.sound
    assert (await there.buy()).subtotal == Money(1250, "eur")


async def test_what_a_newer_program_sells_from_is_sold_by_no_older_one(
    processes: tuple[Process, Process],
) -> None:
    """It cannot read it, so it places nothing, and says so once in the log."""
    here, there = processes
    await there.fill(ALICE)
    await here.store.write(lambda tx: tx.catalogs.save(b"{", "of tomorrow", NOON))
    assert not await there.shop.current.follow()
    with pytest.raises(RefusedError) as refused:
        await there.checkout(ALICE)
    assert refused.value.key == "checkout.changed"


async def test_an_owner_invited_in_one_process_is_one_in_the_other(
    processes: tuple[Process, Process],
) -> None:
    """And is none there when removed here."""
    here, there = processes
    follower = Follower(there.shop)
    guest = UserId(901)
    await here.store.write(lambda tx: tx.owners.add(guest, NOON))
    await follower.work()
    assert set(there.shop.context.owners) == {OWNER, guest}
    await here.shop.ownership.load()
    await here.shop.ownership.remove(guest, OWNER)
    await follower.work()
    assert set(there.shop.context.owners) == {OWNER}
