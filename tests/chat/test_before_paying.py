"""What is said before paying, and that it is what the receipt and the owner read after it."""

from __future__ import annotations

from pathlib import Path

from shop_sandbox.stripe.buyer import Address
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import entries, open_market

_SHIPPING = {"countries": ["PT"], "rates": [{"name": "Post", "price": "4.90"}]}


async def _link(person: Person) -> Shown:
    """Put a cup into the cart and get the payment link."""
    await person.start("p_cup")
    shown = await person.wait_for(lambda seen: "1a:cup" in str(seen.rows))
    await person.tap(shown, "Add to cart")
    await person.wait_for(lambda seen: "1 in cart" in str(seen.rows))
    await person.write("/checkout")
    return await person.wait_for("Order 10")


async def test_everything_that_the_page_asks_for_is_said_before_and_reaches_the_owner(
    tmp_path: Path,
) -> None:
    """Countries, rates and days before paying; code, delivery, phone and answers after it."""
    asked = {"id": "doorbell", "label": "Name on the doorbell"}
    catalog = {
        **entries(),
        "checkout": {
            "promotion_codes": True,
            "phone": True,
            "terms": True,
            "questions": [asked],
            "shipping": {
                "countries": ["PT", "ES"],
                "free_over": "20.00",
                "rates": [
                    {"name": "Post", "price": "4.90", "days": [3, 6]},
                    {"name": "Courier", "price": "11.90", "days": [1, 1]},
                ],
            },
        },
    }
    async with open_market(tmp_path, catalog) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        link = await _link(ann)
        said = (
            "To Portugal and Spain:\n"
            "Post: €4.90, 3–6 business days\n"
            "Courier: €11.90, 1 business day"
        )
        assert said in link.text
        assert "Have a promotion code?" in link.text
        assert "you also agree to our terms: /terms" in link.text
        receipt = await kit.pay(
            ann,
            rate=1,
            promotion_code="WELCOME10",
            phone="+351912345678",
            answers={"q1doorbell": "Hart <2nd floor>"},
        )
        sums = (
            "Goods: €14.00\nDiscount (WELCOME10): −€1.40\nDelivery: Courier · €11.90\nTotal: €24.50"
        )
        assert sums in receipt.text
        notice = await marta.wait_for("Sold: order", since=0)
        assert sums in notice.text
        assert "+351912345678" in notice.text
        assert "Name on the doorbell: Hart <2nd floor>" in notice.text


async def test_tax_is_said_before_and_stands_in_the_receipt(tmp_path: Path) -> None:
    """Reckoned by Stripe; the price holds it, so what was shown is what is paid."""
    async with open_market(tmp_path, {**entries(), "checkout": {"automatic_tax": True}}) as (
        kit,
        _,
    ):
        ann = kit.person("Alice")
        link = await _link(ann)
        assert "Tax is calculated on the payment page" in link.text
        receipt = await kit.pay(ann)
        session = kit.stripe.sessions[str((await kit.order(ann)).session_id)]
        assert session["total_details"]["amount_tax"] == 224
        assert "Tax included: €2.24\nTotal: €14.00" in receipt.text


async def test_what_is_missing_to_free_delivery_is_said(tmp_path: Path) -> None:
    """In the cart before paying, and no rate costs anything once it is reached."""
    shipping = {**_SHIPPING, "free_over": "20.00"}
    async with open_market(tmp_path, {**entries(), "checkout": {"shipping": shipping}}) as (kit, _):
        ann = kit.person("Alice")
        await _link(ann)
        await ann.write("/cart")
        assert "€6.00 more and delivery is free." in (await ann.wait_for("Your cart")).text
        await ann.start("p_cup")
        await ann.wait_for(lambda seen: "1a:cup" in str(seen.rows))
        await ann.write("2")
        await ann.wait_for("2 × Cup in your cart")
        await ann.write("/checkout")
        link = await ann.wait_for("Post: free")
        assert "Delivery is free." in link.text
        assert link.buttons[0].text == "Pay €28.00"
        receipt = await kit.pay(ann)
        assert "Delivery: Post · free\nTotal: €28.00" in receipt.text


async def test_what_a_business_buys_is_taxed_on_top_and_told_with_its_papers(
    tmp_path: Path,
) -> None:
    """Plus tax is said before paying; the receipt adds it, the owner reads id, address, choice."""
    shop = entries()["shop"]
    imprint = {"name": "Corner & Co Lda", "address": "Rua 1\nLisboa", "vat_id": "PT514000000"}
    when = {
        "id": "when",
        "label": "When?",
        "choices": [{"id": "am", "name": "In the morning"}, {"id": "pm", "name": "Later"}],
    }
    catalog = {
        **entries(),
        "shop": {**shop, "business": imprint},
        "checkout": {
            "automatic_tax": True,
            "prices": "exclusive",
            "tax_ids": True,
            "billing_address": True,
            "minimum_order": "20.00",
            "questions": [when],
            "shipping": _SHIPPING,
        },
    }
    async with open_market(tmp_path, catalog) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await ann.start("p_cup")
        shown = await ann.wait_for(lambda seen: "1a:cup" in str(seen.rows))
        await ann.tap(shown, "Add to cart")
        await ann.write("/checkout")
        cart = await ann.wait_for("The minimum order is €20.00: €6.00 to go.")
        assert "Plus tax" in cart.text
        assert not await kit.orders(ann)
        await ann.start("p_cup")
        await ann.wait_for(lambda seen: "1a:cup" in str(seen.rows))
        await ann.write("2")
        await ann.wait_for("2 × Cup in your cart")
        await ann.write("/checkout")
        link = await ann.wait_for("Order 10")
        assert "Plus tax: it is calculated on the payment page" in link.text
        berlin = Address(line1="Torstraße 1", city="Berlin", postal_code="10119", country="DE")
        receipt = await kit.pay(
            ann, billing=berlin, business=("Ada GmbH", "PT123456789"), answers={"q1when": "am"}
        )
        assert "Goods: €28.00\nDelivery: Post · €4.90\nTax: €6.25\nTotal: €39.15" in receipt.text
        notice = await marta.wait_for("Sold: order", since=0)
        assert "Ada GmbH" in notice.text
        assert "Tax ID (EU VAT): PT123456789" in notice.text
        assert "Bill to:\nTorstraße 1\n10119 Berlin\nGermany" in notice.text
        assert "When? In the morning" in notice.text
        for command in ("/imprint", "/terms"):
            await ann.write(command)
            said = await ann.wait_for("Corner & Co Lda\nRua 1\nLisboa\nVAT ID: PT514000000")
            assert "Contact: @corner_and_co" in said.text
        await ann.write("/help")
        await ann.wait_for("/imprint says whose shop this is.")


async def test_a_shop_that_says_nothing_of_its_business_offers_no_imprint(tmp_path: Path) -> None:
    """Neither in the menu nor in the help; who types it all the same is answered."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("/imprint")
        await ann.wait_for("has not said here yet whose shop it is")
        await ann.write("/help")
        assert "/imprint" not in (await ann.wait_for("How this shop works")).text
