"""The shop and its goods, as customers find them."""

from __future__ import annotations

from walk import Walk

from walks import changes

#: Misspelt, as people do.
_COFFEE = {"en": "coffe", "de": "kafee", "ar": "قهوه"}


def front(walk: Walk) -> None:
    """The shop, its categories, the search."""
    with walk.shop():
        me = walk.buyer
        me.start()
        walk.see("shop.home", "shop.choose", "The shop")
        me.tap("☕")
        walk.see("shop.category_page", "category.choose", "A category")
        me.write("/search")
        walk.see("search.ask", "search.ask", "How to search")
        me.write(_COFFEE[walk.language])
        walk.see("search.results", "search.found", "What a word finds")
        me.write("xylophon")
        walk.see("search.nothing", "search.nothing", "What is not there")
        me.write("12")
        walk.see("search.what_number", "unknown.number", "A number by itself")
    with walk.shop(changes.many_in("sweet")):
        walk.buyer.start()
        walk.buyer.tap("🍫")
        walk.tap("button.next")
        walk.see("shop.category_page", "category.choose", "Another page of many")


def products(walk: Walk) -> None:
    """Products, as they differ."""
    with walk.shop(
        changes.on_sale("dusk-and-dawn", "12.50", 3),
        changes.value_of("lume-cup", "night", stock=0),
        changes.of("paper-filters", min_per_order=3),
        changes.many_values("bom-dia-tote", 30),
    ):
        me = walk.buyer
        me.start()
        for name, key, caption in (
            ("house-blend", "button.buy_now", "Options"),
            ("coffee-tin", "button.buy_now", "No choice to make"),
            ("dusk-and-dawn", "product.sale_until", "A sale until a day"),
            ("hand-grinder", "product.few_left", "The last ones"),
            ("paper-filters", "product.minimum", "A least number"),
            ("geisha-lot-27", "product.sold_out", "Sold out: tell me"),
            ("lume-cup_night", "product.choice_sold_out", "A choice sold out"),
        ):
            me.write(f"/start p_{name}")
            walk.see("product.product", key, caption)
        walk.tap("button.tell_me")
        walk.see("product.product", "button.tell_me_not", "It will be told")
        me.write("/start p_bom-dia-tote")
        walk.tap("button.choices")
        walk.see("choices.choices", "product.choose", "An option of many")
        me.write("/start p_guji")
        walk.tap("button.add")
        walk.see("product.product", "button.in_cart", "In the cart")
