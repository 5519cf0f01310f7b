"""The notice of a sale goes on showing how its order stands, in every owner's chat and language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.domain.money import Money
from kit import TOKEN, Kit, open_kit
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import entries, open_market, write
from tests.chat.owner_steps import in_review, labels, notice, sold


@asynccontextmanager
async def two_owners(folder: Path) -> AsyncIterator[tuple[Kit, Person, Person]]:
    """Open the small shop for Marta, and for Jonas, who reads German."""
    catalog = entries()
    catalog["products"][1]["name"] = {"en": "Cup", "de": "Tasse"}

    async with SandboxSite() as site:
        marta, jonas = site.telegram.person("Marta"), site.telegram.person("Jonas")
        owners = f"{marta.id},{jonas.id}"
        path = write(folder, catalog)
        async with open_kit(folder, catalog=path, sandbox=site, owner_ids=owners) as kit:
            for owner in (marta, jonas):
                await owner.start()
                await owner.wait_for("Corner & Co")
            yield kit, marta, jonas


async def again(owner: Person, shown: Shown, words: str) -> Shown:
    """Wait until a message that an owner has carries the words."""
    return await owner.wait_for(lambda seen: seen.id == shown.id and words in seen.text, since=0)


async def test_a_notice_tells_that_its_order_was_shipped(tmp_path: Path) -> None:
    """The message that the owner acts on changes itself: no button promises what is done."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        order = await sold(kit, kit.person("Alice"))
        shown = await notice(kit, marta, "Sold: order")
        await kit.shop.shipping.shipped(order.id, "https://post.example/1")
        await kit.drain()
        after = await again(marta, shown, "Sold: order 1001, €12.50 · shipped")
        assert "Tracking: https://post.example/1" in after.text
        assert labels(after)[0] == "Change the tracking link"


async def test_a_notice_follows_refunds_whoever_gave_them(tmp_path: Path) -> None:
    """Money sent back in Stripe's Dashboard shows in the notice too, and what is left to send."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        order = await sold(kit, kit.person("Alice"))
        shown = await notice(kit, marta, "Sold: order")
        await kit.shop.refunds.give(order.id, Money(500, "eur"), before=Money.zero("eur"))
        await kit.drain()
        part = await again(marta, shown, "Sold: order 1001, €12.50 · paid")
        assert "€5.00" in part.text
        assert "Back in stock" in labels(part)
        await kit.shop.refunds.give(order.id, Money(750, "eur"), before=Money(500, "eur"))
        await kit.drain()
        after = await again(marta, shown, "Sold: order 1001, €12.50 · refunded")
        assert "↩️ Refund" not in labels(after)


async def test_every_owners_notice_follows_in_their_own_words(tmp_path: Path) -> None:
    """What one owner does shows in the other's chat; goods bear the name in each one's language."""
    async with two_owners(tmp_path) as (kit, marta, jonas):
        alice = kit.person("Alice")
        order = await sold(kit, alice, "cup")
        hers = await notice(kit, marta, "1 × Cup: €14.00")
        his = await notice(kit, jonas, "1 × Tasse: 14,00")
        await marta.tap(hers, "📦 Shipped")
        await marta.tap(await marta.wait_for("tracking link"), "Shipped, no link")
        await marta.wait_for("Marked as shipped")
        await kit.drain()
        after = await again(jonas, his, "· verschickt")
        await jonas.tap(after, labels(after)[0])
        await jonas.wait_for(f"Bestellung {order.id}")
        assert (await kit.order(alice)).shipped_at is not None


async def test_a_decided_payment_says_so_where_it_asked(tmp_path: Path) -> None:
    """The message that asked the owner to decide says how it was decided."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        order = await in_review(kit, kit.person("Alice"))
        asked = await notice(kit, marta, "needs you")
        await kit.shop.reviews.accept(order.id)
        await kit.drain()
        after = await again(marta, asked, "✓ Order 1001 · paid")
        assert labels(after)[:2] == ["☑️ Packed", "📦 Shipped"]


async def test_a_notice_that_was_deleted_stays_deleted(tmp_path: Path) -> None:
    """An owner who tidied up the chat gets no error and no second notice."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        order = await sold(kit, kit.person("Alice"))
        shown = await notice(kit, marta, "Sold: order")
        where = {"chat_id": marta.id, "message_id": shown.id}
        url = f"{kit.site.telegram_api_url}/bot{TOKEN}/deleteMessage"
        async with aiohttp.ClientSession() as session, session.post(url, json=where) as answer:
            assert answer.status == 200
        await kit.shop.shipping.shipped(order.id)
        await kit.drain()
        assert not [one for one in marta.messages() if "Sold: order" in one.text]
        assert await kit.running.store.read(lambda tx: tx.outbox.depth()) == 0


async def test_an_owner_who_ships_second_reads_that_it_was_done(tmp_path: Path) -> None:
    """An old button says when it was noted; a link can still be added, and the customer has it."""
    async with two_owners(tmp_path) as (kit, marta, jonas):
        alice = kit.person("Alice")
        order = await sold(kit, alice, "cup")
        his = await notice(kit, jonas, "1 × Tasse")
        tap = his.button("📦 Verschickt").data or ""
        await kit.shop.shipping.shipped(order.id)
        await kit.drain()
        await jonas.forge(his, tap)
        await jonas.wait_for(f"Bestellung {order.id} ist schon als verschickt vermerkt")
        await jonas.write("https://post.example/2")
        await jonas.wait_for("Als verschickt vermerkt")
        await alice.wait_for("https://post.example/2", since=0)
        await jonas.wait_for(
            lambda seen: seen.id == his.id and "Sendungslink ändern" in str(seen.rows), since=0
        )
        assert marta.id != jonas.id


async def test_what_one_owner_does_the_others_hear(tmp_path: Path) -> None:
    """Words to a customer, and checkout closed and opened: whoever did it reads it once."""
    async with two_owners(tmp_path) as (kit, marta, jonas):
        alice = kit.person("Alice")
        await alice.write("/paysupport Where is it?")
        asked = await notice(kit, marta, "Where is it?")
        await marta.send(None, "On the <boat>", reply_to=asked.id)
        await notice(kit, jonas, "Ein anderer Inhaber hat Alice Hart geschrieben: „On the <boat>“")
        await marta.write("/pause Back on Monday")
        await notice(kit, jonas, "Wer bezahlen will, liest: „Back on Monday“")
        await jonas.write("/resume")
        await notice(kit, marta, "Another owner opened checkout.")
        await jonas.write("/resume")
        await jonas.wait_for("Die Kasse ist schon offen")
        await kit.drain()
        assert len([one for one in marta.messages() if "Another owner" in one.text]) == 1


async def test_a_fault_is_told_to_each_owner_in_their_language(tmp_path: Path) -> None:
    """Its line, its place and what would be right, in English for one and in German for another."""
    async with two_owners(tmp_path) as (kit, marta, jonas):
        path = kit.settings.catalog
        path.write_bytes(path.read_bytes().replace(b'"14.00"', b'"14.005"'))
        hers = await marta.wait_for("catalog.json has 1 error.", timeout=PATIENCE)
        his = await jonas.wait_for("catalog.json hat 1 Fehler.", timeout=PATIENCE)
        assert "Line 1 · \u2068cup › price\u2069" in hers.text
        assert "14.005 has too many decimals for EUR" in hers.text
        assert "Zeile 1 · \u2068cup › price\u2069" in his.text
        assert "Der Shop verkauft mit der letzten guten Fassung weiter." in his.text
