"""A price that halves or doubles is asked about; until an owner answers, the old one sells."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from bot.doctor.inspection import waiting
from bot.domain.catalog.model import StockId
from bot.domain.catalog.slips import mark_of
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import UserId
from kit import Kit, open_kit
from kit.faults.counter import OWNER, goods, open_counter
from kit.patience import PATIENCE
from tests.chat.market import entries, open_market, write
from tests.chat.owner_steps import labels
from tests.workers.test_catalog import until


def cup(kit: Kit) -> str:
    """Return what the cup is sold at."""
    return sold_at(kit, "cup")


def sold_at(kit: Kit, product: str) -> str:
    """Return what a product is sold at."""
    return str(next(one for one in kit.shop.current.catalog.products if one.id == product).price)


def priced(**prices: str) -> dict[str, Any]:
    """Return the small shop with other prices."""
    catalog = entries()
    for product in catalog["products"]:
        product["price"] = prices.get(product["id"], product["price"])
    return catalog


def save(kit: Kit, catalog: dict[str, Any]) -> bytes:
    """Save the file beside the bot; return its text."""
    text = json.dumps(catalog, indent=1).encode()
    kit.settings.catalog.write_bytes(text)
    return text


async def doctors(kit: Kit) -> list[str]:
    """Return what doctor says waits in the running shop."""
    now = kit.shop.context.clock.now()
    remarks = await waiting(kit.running.store, now, running=True)
    return [one.key for one in remarks]


async def test_a_slip_in_the_saved_file_waits_and_the_rest_is_taken_in(tmp_path: Path) -> None:
    """The question names the old price and the new; a yes sells at the new one, and can be undone.

    Customers pay the old price until then, and the file stays as its owner wrote it.
    """
    async with open_market(tmp_path) as (kit, _):
        marta, ann = kit.person("Marta"), kit.person("Alice")
        await marta.start()
        text = save(kit, priced(cup="1.40", mug="12.00"))
        asked = await marta.wait_for("Is this price right?", timeout=PATIENCE)
        assert "Cup: €14.00 → €1.40" in asked.text
        assert labels(asked) == ["Yes, €1.40", "Keep €14.00"]
        assert cup(kit) == "14.00 EUR"
        mug = kit.shop.current.catalog.product("mug")  # type: ignore[arg-type]
        assert mug is not None
        assert str(mug.price) == "12.00 EUR"
        await ann.start("p_cup")
        await ann.wait_for("€14.00")
        await marta.tap(asked, "Yes, €1.40")
        done = await marta.wait_for("Saved in the catalog")
        assert "Cup: €14.00 → €1.40" in done.text
        assert cup(kit) == "1.40 EUR"
        assert kit.settings.catalog.read_bytes() == text
        await marta.tap(done, "Bring the old one back")
        await marta.wait_for("Cup: €1.40 → €14.00")
        assert cup(kit) == "14.00 EUR"


async def test_a_variants_old_price_keeps_no_slip_from_being_asked_about(tmp_path: Path) -> None:
    """It fits the new price and not the old: the file is good, and is not called faulty."""
    sizes = [{"id": one, "name": one.upper()} for one in "sm"]
    mug = {
        "options": [{"id": "size", "name": "Size", "values": sizes}],
        "variants": [{"options": {"size": "s"}}, {"options": {"size": "m"}, "was": "5.00"}],
    }
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.start()
        catalog = priced(mug="4.00")
        catalog["products"][2].update(mug)
        text = save(kit, catalog)
        asked = await marta.wait_for("Is this price right?", timeout=PATIENCE)
        assert sold_at(kit, "mug") == "9.00 EUR"
        await marta.tap(asked, "Yes, €4.00")
        await marta.wait_for("Saved in the catalog")
        assert sold_at(kit, "mug") == "4.00 EUR"
        assert kit.settings.catalog.read_bytes() == text


async def test_a_sale_at_less_than_half_waits_and_the_rest_is_taken_in(tmp_path: Path) -> None:
    """A yes sells at it; keeping the price takes the sale out of the file. Half price is common."""
    async with open_market(tmp_path) as (kit, _):
        marta, ann = kit.person("Marta"), kit.person("Alice")
        await marta.start()
        catalog = priced(mug="12.00")
        for product in catalog["products"]:
            if product["id"] in {"cup", "jug"}:
                product["sale"] = {"price": {"cup": "1.40", "jug": "15.00"}[product["id"]]}
        save(kit, catalog)
        asked = await marta.wait_for("Is this price right?", timeout=PATIENCE)
        assert "Cup, sale: €14.00 → €1.40" in asked.text
        assert [cup(kit), sold_at(kit, "mug"), sold_at(kit, "jug")] == [
            "14.00 EUR", "12.00 EUR", "15.00 EUR",
        ]  # fmt: skip
        await ann.start("p_cup")
        await ann.wait_for("€14.00")
        await marta.tap(asked, "Yes, €1.40")
        await marta.wait_for("Saved in the catalog")
        assert cup(kit) == "1.40 EUR"

        catalog["products"][1]["sale"]["price"] = "1.30"
        save(kit, catalog)
        asked = await marta.wait_for("€14.00 → €1.30", timeout=PATIENCE)
        await marta.tap(asked, "Keep €14.00")
        await marta.wait_for("The old price stays")
        assert cup(kit) == "14.00 EUR"
        assert b"1.30" not in kit.settings.catalog.read_bytes()


async def test_a_slip_by_command_waits_and_keep_writes_the_old_price_back(tmp_path: Path) -> None:
    """The answer to the command is the question; an answer that comes twice is told as such."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        old = kit.settings.catalog.read_bytes()
        await marta.write("/price cup 140")
        asked = await marta.wait_for("Cup: €14.00 → €140.00")
        assert cup(kit) == "14.00 EUR"
        assert b"140.00" in kit.settings.catalog.read_bytes()
        keep = asked.button("Keep €14.00").data or ""
        await marta.tap(asked, "Keep €14.00")
        shown = await marta.wait_for("The old price stays")
        assert kit.settings.catalog.read_bytes() == old
        tap = await marta.forge(shown, keep)
        assert "out of date" in ((await tap.answer()).text or "")
        await marta.write("/price cup 27.99")
        await marta.wait_for("Cup: €14.00 → €27.99")
        assert cup(kit) == "27.99 EUR"


async def test_a_sent_file_with_slips_asks_about_all_of_them(tmp_path: Path) -> None:
    """One question and one answer for several; everything else in the file is in the shop."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        catalog = priced(cup="7.00", mug="99.00")
        catalog["shop"]["name"] = "Corner & Sons"
        text = json.dumps(catalog).encode()
        await marta.upload(text, "catalog.json", mime="application/json")
        await marta.tap(await marta.wait_for("The file you sent is fine."), "Replace")
        asked = await marta.wait_for("Are these 2 prices right?")
        assert "Cup: €14.00 → €7.00" in asked.text
        assert cup(kit) == "14.00 EUR"
        assert kit.shop.current.catalog.shop.name.in_language("en") == "Corner & Sons"
        await marta.write("/price cup 7")
        one = await marta.wait_for("Is this price right?")
        await marta.tap(one, "Yes, €7.00")
        await marta.wait_for("Saved in the catalog")
        assert cup(kit) == "7.00 EUR"


async def test_each_of_several_slips_has_an_answer_of_its_own(tmp_path: Path) -> None:
    """One is meant and one is a slip: the others go on waiting, and the answer asks about them."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.start()
        save(kit, priced(cup="1.40", jug="99.00", blend="1.25"))
        asked = await marta.wait_for("Are these 3 prices right?", timeout=PATIENCE)
        assert labels(asked)[:2] == ["Blend: Yes, €1.25", "Blend: Keep €12.50"]
        assert labels(asked)[6:] == ["Yes, all of them", "Keep the old prices"]

        await marta.tap(asked, "Jug: Yes, €99.00")
        rest = await marta.wait_for("Are these 2 prices right?")
        assert "Jug: €30.00 → €99.00" in rest.text
        assert sold_at(kit, "jug") == "99.00 EUR"
        assert (cup(kit), sold_at(kit, "blend")) == ("14.00 EUR", "12.50 EUR")

        await marta.tap(rest, "Cup: Keep €14.00")
        last = await marta.wait_for("The old price stays")
        assert labels(last) == ["Yes, €1.25", "Keep €12.50"]
        assert b"1.40" not in kit.settings.catalog.read_bytes()
        assert b"1.25" in kit.settings.catalog.read_bytes()

        stale = await marta.forge(last, asked.button("Yes, all of them").data or "")
        assert "out of date" in ((await stale.answer()).text or "")
        assert sold_at(kit, "blend") == "12.50 EUR"


async def test_a_restart_keeps_the_question_and_asks_it_once(tmp_path: Path) -> None:
    """The old price sells on, also for a slip that was saved while the shop was closed."""
    path = write(tmp_path)
    async with open_kit(tmp_path, catalog=path) as kit:
        assert cup(kit) == "14.00 EUR"
    path.write_text(json.dumps(priced(cup="1.40")), encoding="utf-8")
    async with open_kit(tmp_path, catalog=path) as kit:
        assert cup(kit) == "14.00 EUR"
        marta = kit.person("Marta")
        await marta.start()
        await marta.wait_for("Cup: €14.00 → €1.40", timeout=PATIENCE)
        assert await doctors(kit) == ["prices_wait"]
    async with open_kit(tmp_path, catalog=path) as kit:
        marta = kit.person("Marta")
        await marta.start()
        await marta.wait_for("Corner & Co")
        await kit.drain()
        assert cup(kit) == "14.00 EUR"
        assert not [one for one in marta.messages() if "Is this price right?" in one.text]


async def test_a_shop_without_owners_takes_the_price_in(tmp_path: Path) -> None:
    """Nobody could answer."""
    path = write(tmp_path)
    async with open_kit(tmp_path, catalog=path) as kit:
        kit.shop.context.roster.by_settings = ()
        save(kit, priced(cup="1.40"))
        await until(lambda: cup(kit) == "1.40 EUR")


async def test_a_change_of_currency_asks_before_anything_of_the_file_is_sold(
    tmp_path: Path,
) -> None:
    """Until a yes the shop goes on in the old one; keeping it writes it into the file again."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.start()
        catalog = priced(cup="15.00")
        catalog["shop"]["currency"] = "usd"
        text = save(kit, catalog)
        asked = await marta.wait_for("The catalog file now says USD", timeout=PATIENCE)
        assert labels(asked) == ["Yes, sell in USD", "Keep EUR"]
        assert await doctors(kit) == ["currency_waits"]
        assert cup(kit) == "14.00 EUR"
        await marta.write("/price cup 16")
        await marta.wait_for("Please answer this first")
        assert kit.settings.catalog.read_bytes() == text
        await marta.tap(asked, "Keep EUR")
        await marta.wait_for("Cup: €14.00 → €15.00")
        assert kit.settings.catalog.read_bytes() == text.replace(b'"usd"', b'"eur"')
        save(kit, catalog)
        asked = await marta.wait_for("The catalog file now says USD", timeout=PATIENCE)
        await marta.tap(asked, "Yes, sell in USD")
        await marta.wait_for("Saved in the catalog")
        assert cup(kit) == "15.00 USD"


async def test_a_currency_that_changed_while_the_shop_was_closed_waits_too(tmp_path: Path) -> None:
    """The start sells from the last good version, and asks."""
    path = write(tmp_path)
    async with open_kit(tmp_path, catalog=path):
        pass
    catalog = entries()
    catalog["shop"]["currency"] = "usd"
    path.write_text(json.dumps(catalog), encoding="utf-8")
    async with open_kit(tmp_path, catalog=path) as kit:
        assert cup(kit) == "14.00 EUR"
        marta = kit.person("Marta")
        await marta.start()
        await marta.wait_for("The catalog file now says USD", timeout=PATIENCE)


async def test_choices_that_take_a_prices_place_are_asked_about(tmp_path: Path) -> None:
    """The cup gets sizes at a tenth of what it costs: each sells at the old price until then."""
    async with open_market(tmp_path) as (kit, _):
        marta, ann = kit.person("Marta"), kit.person("Alice")
        await marta.start()
        catalog = entries()
        sizes = [{"id": key, "name": key.upper(), "price": "1.40"} for key in ("s", "m")]
        catalog["products"][1]["options"] = [{"id": "size", "name": "Size", "values": sizes}]
        save(kit, catalog)
        asked = await marta.wait_for("Are these 2 prices right?", timeout=PATIENCE)
        assert "Cup, S: €14.00 → €1.40" in asked.text
        await ann.start("p_cup")
        await ann.wait_for("€14.00")
        await marta.tap(asked, "Yes, all of them")
        await marta.wait_for("Saved in the catalog")
        await ann.start("p_cup")
        await ann.wait_for("€1.40")


async def test_keeping_the_old_price_takes_back_no_other_that_was_set_meanwhile(
    tmp_path: Path,
) -> None:
    """Two owners answer at once, one by a price of their own: that is the answer."""
    async with open_counter(tmp_path, goods({"tea": 10})) as counter:
        counter.catalog.write_text(goods({"tea": 10}, price="5.00"), encoding="utf-8")
        await counter.catalogs.take_in(counter.shop.current)
        edits = counter.shop.catalog_edits
        _, refused = await asyncio.gather(
            edits.set_price(OWNER, StockId("tea"), Money(1310, "eur")),
            edits.answer(UserId(901), mark_of(counter.catalogs.slips), keep=True),
            return_exceptions=True,
        )
        assert isinstance(refused, RefusedError)
        assert refused.key == "owner.prices_answered"
        assert b'"13.10"' in counter.catalog.read_bytes()
