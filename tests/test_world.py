"""The example shop to thirty countries: sound, and bought from abroad."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from bot.catalog_file.file import read_catalog
from bot.catalog_file.folder import CatalogFolder
from bot.workers.events import EventsWorker
from kit import ROOT, open_kit
from kit.patience import PATIENCE
from shop_sandbox.stripe.buyer import Address

_FILE = ROOT / "examples" / "world" / "catalog.json"


def test_the_example_is_sound() -> None:
    """Not a fault, not a doubt; thirty countries in five zones, each rate with its weight."""
    folder = CatalogFolder(_FILE)
    reading = read_catalog(folder.read_source(), file="world", picture=folder.picture)
    shipping = reading.catalog.checkout.shipping
    assert reading.warnings == ()
    assert shipping
    assert (len(shipping.zones), len(set(shipping.countries))) == (5, 30)
    assert all(rate.max_weight for zone in shipping.zones for rate in zone.rates)


async def test_a_business_in_germany_buys_by_weight_and_gets_its_papers(tmp_path: Path) -> None:
    """Zone, rate, tax within the price, VAT id, invoice; and after a refund its credit note."""
    catalog = Path(shutil.copy(_FILE, tmp_path / "catalog.json"))
    async with open_kit(tmp_path, catalog=catalog, pages=True) as kit:
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await ann.start("p_dinner-set")
        shown = await ann.wait_for("Dinner Set for Four")
        await ann.tap(shown, "Add to cart")
        await ann.write("/cart")
        cart = await ann.wait_for("What delivery costs depends on where it goes.")
        await ann.tap(cart, "📍 Where to?")
        asked = await ann.wait_for("Where to?\n\n")
        assert "Portugal: free (CTT parcel)\nSpain, France, Italy: €24.00\n" in asked.text
        assert "Overseas: too heavy, at most 7 kg\n" in asked.text
        await ann.tap(asked, "Overseas")
        await ann.tap(await ann.wait_for("Which country?"), "Japan")
        await ann.wait_for("Too heavy to send: 7.8 kg; the limit there is 7 kg.")
        await ann.tap(await ann.wait_for("To: Japan"), "📍 Japan")
        await ann.tap(await ann.wait_for("Where to?\n\n"), "Elsewhere in the EU")
        await ann.wait_for("To: Elsewhere in the EU\nDelivery: €29.00")
        await ann.write("/checkout")
        link = await ann.wait_for("Order 10")
        assert "Large parcel: €29.00, 4–8 business days" in link.text
        berlin = Address(line1="Torstraße 1", city="Berlin", postal_code="10119", country="DE")
        receipt = await kit.pay(
            ann,
            shipping=berlin,
            business=("Ada GmbH", "DE123456789"),
            answers={"q1wrapping": "gift"},
        )
        paid = await kit.order(ann)
        assert (
            "Goods: €198.00\nDelivery: Large parcel · €29.00\nTax included: €36.24" in receipt.text
        )
        await ann.tap(receipt, "Invoice")
        opened = await ann.wait_for(lambda seen: "Open the invoice" in str(seen.rows))
        assert "/invoices/in_" in str(opened.button("Open the invoice").url)
        notice = await marta.wait_for("Sold: order", since=0)
        assert "Tax ID (EU VAT): DE123456789" in notice.text
        assert "How shall we wrap it? As a gift" in notice.text
        assert paid.payment
        book = kit.stripe.world.test
        await kit.shop.refunds.give(
            paid.id, paid.payment.total, before=paid.payment.total - paid.payment.total
        )
        await EventsWorker(kit.shop.context).work()  # sooner than the shop's own looks again
        async with asyncio.timeout(PATIENCE):
            while not len(book.credit_notes):  # noqa: ASYNC110 - the event takes its way
                await asyncio.sleep(0.02)
        assert [note["amount"] for note in book.credit_notes] == [22700]
