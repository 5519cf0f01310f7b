"""The cart, and the way to pay."""

from __future__ import annotations

from typing import Any

from walk import Walk

from walks import changes

_ZONES: dict[str, Any] = {
    "zones": [
        {
            "id": "home",
            "name": {
                "en": "Portugal and Spain",
                "de": "Portugal und Spanien",
                "ar": "البرتغال وإسبانيا",
            },
            "countries": ["PT", "ES"],
            "rates": [{"id": "post", "name": {"en": "Post", "de": "Post", "ar": "البريد"},
                       "price": "4.90", "days": [3, 6], "free_over": "60.00"}],
        },
        {
            "id": "europe",
            "name": {"en": "Elsewhere in Europe", "de": "Anderswo in Europa", "ar": "باقي أوروبا"},
            "countries": ["DE", "FR", "IT", "AT", "CH"],
            "rates": [{"id": "post", "name": {"en": "Post", "de": "Post", "ar": "البريد"},
                       "price": "9.50", "days": [4, 8]}],
        },
    ]
}  # fmt: skip


def _light() -> dict[str, Any]:
    """Return the same zones, the first of which sends nothing of more than a kilogram."""
    home, *others = _ZONES["zones"]
    return {"zones": [{**home, "rates": [{**home["rates"][0], "max_weight": 1000}]}, *others]}


def add(walk: Walk, *names: str) -> None:
    """Put one of each product into the cart."""
    for name in names:
        walk.buyer.write(f"/start p_{name}")
        walk.tap("button.add")
        walk.shows("button.in_cart")


def cart(walk: Walk) -> None:
    """The cart."""
    with walk.shop(changes.checkout(minimum_order="12.00")):
        me = walk.buyer
        me.start()
        me.write("/cart")
        walk.see("cart.cart", "cart.empty", "Empty")
        add(walk, "sao-tome-chocolate")
        me.write("/cart")
        walk.see("cart.cart", "cart.below_minimum", "One line; a smallest order")
        add(walk, "house-blend", "lume-cup", "coffee-tin", "bom-dia-tote", "almond-biscuits")
        me.write("/cart")
        walk.see("cart.cart", "cart.free_by", "Many lines, numbered")
        me.tap("2. ")
        walk.see("cart.cart_line", "button.type_count", "A line by itself")
        walk.tap("button.type_count")
        walk.see("cart.ask_count", "count.ask", "How many?")
        me.write("3")
        walk.shows("cart.line")
        me.write("/cart")
        me.tap("2. ")
        walk.tap("button.note")
        walk.see("cart.ask_note", "note.ask", "A note for the shop?")
        me.write({"en": "A gift: please wrap it", "de": "Ein Geschenk: bitte einpacken",
                  "ar": "هدية: يرجى تغليفها"}[walk.language])  # fmt: skip
        walk.see("cart.cart_line", "cart.note", "With its note")
        me.write("/cart")
        me.tap("✕")
        walk.see("cart.cart", "button.put_back", "Taken out: undo")
        walk.tap("button.clear")
        walk.see("cart.ask_clear", "cart.clear_sure", "Empty it?")
        walk.tap("button.clear_yes")
        walk.see("cart.cart", "button.put_all_back", "Emptied: undo")
        walk.tap("button.put_all_back")
        walk.shows("button.checkout")
        walk.change(changes.of("coffee-tin", price="19.50"), changes.of("bom-dia-tote", stock=0))
        walk.news("owner.catalog_changed")
        me.write("/cart")
        walk.see("cart.cart", "cart.was", "A price has changed")


def paying(walk: Walk) -> None:
    """From the cart to the link."""
    with walk.shop(changes.checkout(shipping=_ZONES)):
        me = walk.buyer
        me.start()
        add(walk, "lume-cup")
        me.write("/checkout")
        walk.see("purchase.choose_way", "checkout.choose_way", "How it gets there")
        walk.tap("button.deliver")
        walk.see("places.ask", "place.ask", "Where to?")
        me.page.locator("#active .message.theirs").last.locator(".key").first.click()
        walk.see("places.countries", "place.country", "Which country?")
        me.page.locator("#active .message.theirs").last.locator(".key").first.click()
        walk.see("checkout.pay", "checkout.valid", "The link to pay")
        me.write("/checkout")
        walk.see("checkout.pay", "checkout.again", "The same link again")
        me.write("/start p_guji")
        walk.tap("button.buy_now")
        walk.see("purchase.other_open", "checkout.other_open", "Another order is open")
        walk.fail("POST /v1/checkout/sessions*")
        walk.tap("button.buy_instead")
        walk.see("purchase.still_open", "checkout.still_open", "It cannot be closed just now")
        walk.mend()
        me.write("/cancel")
        walk.see("info.kind", "cancel.done", "The order cancelled")
        walk.change(changes.checkout(shipping=_light()), changes.weighing(1200))
        walk.news("owner.catalog_changed")
        me.write("/start p_moka-pot")
        walk.tap("button.buy_now")
        walk.see("purchase.too_heavy", "cart.too_heavy", "Too heavy for there")
        walk.owner.write("/pause")
        walk.shows("owner.paused", walk.owner)
        me.write("/checkout")
        walk.see("purchase.refused", "checkout.paused", "The checkout is closed")
    with walk.shop():
        me = walk.buyer
        me.start()
        add(walk, "lume-cup")
        me.write("/checkout")
        walk.tap("button.pickup")
        walk.see("checkout.pay", "checkout.pickup", "The link, to pick up")
