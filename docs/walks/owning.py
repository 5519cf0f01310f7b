"""What owners see: orders, money, goods, the catalog's file, and who else owns the shop."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from walk import Walk

from walks import changes
from walks.buying import add
from walks.orders import bought, to_pay


def selling(walk: Walk) -> None:
    """The owner's orders."""
    with walk.shop():
        me, owner = walk.buyer, walk.owner
        # A shop sums up its first day on the next one; this one is over when the last is asked for.
        walk.ask("POST", "/demo/time", seconds=_until(20, 10))
        me.start()
        bought(walk, "lume-cup", "guji")
        walk.see("owner_news.owner_sale", "owner.sale", "A sale", owner)
        walk.tap("button.owner_packed", owner)
        walk.shows("owner.packed_on", owner)
        owner.write("/order 1001")
        walk.see("owner_orders.order", "order.placed_on", "One order, packed", owner)
        walk.tap("button.owner_shipped", owner)
        walk.see("owner_steps.ask_shipped", "owner.ask_tracking", "Its tracking link?", owner)
        walk.tap("button.owner_never", owner)
        walk.shows("owner.never_mind", owner)
        owner.write("/orders")
        walk.tap("button.owner_all", owner)
        walk.see("owner_orders.orders", "owner.orders_choose", "The orders", owner)
        owner.write("/find Alice")
        walk.see("owner_orders.found", "owner.found", "Orders of a name", owner)
        add(walk, "coffee-tin")
        to_pay(walk, "button.deliver").close()
        owner.write("/order 1002")
        walk.tap("button.owner_cancel", owner)
        walk.see("owner_steps.sure_cancel", "owner.sure_cancel", "Cancel it?", owner)
        owner.write("/stats")
        walk.see("owner_stats.stats", "owner.stats_orders", "Sales", owner)
        walk.ask("POST", "/demo/time", seconds=86_000)
        walk.see("owner_stats.summary", "owner.daily_summary", "The day's sum", owner)


def _until(hour: int, minute: int) -> int:
    """Return in how many seconds it is that time at the shop; one where that is over today."""
    now = datetime.now(ZoneInfo("Europe/Lisbon"))
    then = now.replace(hour=hour, minute=minute)
    return max(1, int((then - now).total_seconds()))


def refunding(walk: Walk) -> None:
    """Sending money back."""
    with walk.shop():
        me, owner = walk.buyer, walk.owner
        me.start()
        add(walk, "lume-cup", "kettle")
        bought(walk, "scale", way="button.pickup")
        walk.tap("button.owner_refund", owner)
        walk.see("owner_steps.ask_refund", "owner.ask_refund", "How much?", owner)
        walk.tap("button.owner_refund_part", owner)
        walk.see("owner_steps.ask_refund_amount", "owner.ask_refund_amount", "An amount", owner)
        owner.write("4,500")
        walk.see("owner_steps.which_amount", "owner.two_ways", "Which is meant?", owner)
        owner.write("/order 1001")
        walk.tap("button.owner_refund", owner)
        walk.tap("button.owner_refund_lines", owner)
        walk.shows("owner.pick_refund", owner)
        owner.tap("+")
        walk.shows("button.owner_refund_all", owner)
        walk.see("owner_picking.pick", "owner.pick_refund", "By item", owner)
        walk.tap("button.owner_refund_all", owner)
        walk.see("owner_picking.sure", "owner.sure_refund", "Sure?", owner)
        walk.tap("button.owner_refund_yes", owner)
        walk.see(
            "owner_steps.refunded", "owner.refund_given", "Back in stock?", owner, newest=False
        )
        walk.see("owner_news.owner_refund", "owner.refund", "The notice", owner, newest=False)
        bought(walk, "coffee-tin", way="button.pickup")
        walk.tap("button.owner_refund", owner)
        walk.shows("owner.ask_refund", owner)
        walk.tap("button.owner_refund_all", owner)
        walk.see("owner_steps.sure_refund", "owner.sure_refund", "All of it?", owner)


def goods(walk: Walk) -> None:
    """The owner's goods."""
    with walk.shop(changes.listed("lume-cup")):
        owner = walk.owner
        walk.buyer.start()
        owner.write("/goods")
        walk.see("owner_goods.goods", "owner.goods_title", "The goods", owner)
        owner.write("/goods guji")
        walk.see("owner_goods.good", "owner.photo_how", "One of them", owner)
        owner.write("/price coffee-tin")
        walk.see("owner_goods.ask_price", "owner.ask_price", "A new price", owner)
        owner.write("19.50")
        walk.see("owner_file.edited", "owner.edited", "Changed: undo", owner)
        owner.write("/price coffee-tin 1.85")
        walk.see("owner_file.slips", "owner.prices_asked", "Is this price meant?", owner)
        walk.tap("button.owner_price_keep", owner)
        walk.see("owner_file.kept", "owner.prices_kept", "Kept", owner)
        owner.write("/price coffee-tin 10000000000")
        walk.see("owner_faults.not_saved", "owner.not_saved", "Not saved, and why", owner)
        owner.write("/stock coffee-tin")
        walk.see("owner_goods.ask_stock", "owner.ask_stock", "How many?", owner)
        owner.write("/stock gujo 5")
        walk.see("owner_goods.unknown", "refused.unknown_target", "No such thing", owner)
        owner.write("/goods lume-cup")
        walk.tap("button.owner_variants", owner)
        walk.see("owner_goods.variants", "owner.variants_how", "Hide a choice", owner)
        owner.write({"en": "/goods chocolate", "de": "/goods schokolade",
                     "ar": "/goods شوكولاتة"}[walk.language])  # fmt: skip
        walk.see("owner_goods.goods_found", "owner.found", "Goods found", owner)


def file(walk: Walk) -> None:
    """The catalog's file in the chat."""
    with walk.shop():
        owner = walk.owner
        walk.buyer.start()
        good = walk.catalog.read_bytes()
        owner.write("/catalog")
        walk.see("owner_file.as_it_is", "owner.catalog_is", "The file", owner)
        walk.change(changes.of("coffee-tin", price="19.50"))
        walk.see("owner_file.told", "owner.catalog_changed", "Saved: what changed", owner)
        walk.change(changes.of("house-blend", price="9.40"))
        walk.see("owner_faults.doubtful", "owner.catalog_doubtful", "Doubtful", owner)
        walk.catalog.write_bytes(good.replace(b'"price": "11.00"', b'"price": "11.005"', 1))
        walk.see("owner_faults.faults", "owner.catalog_faulty", "A fault, with its line", owner)
        owner.write("/catalog")
        walk.see("owner_faults.faulty_file", "owner.catalog_mend", "The file, with a fault", owner)
        walk.catalog.write_bytes(good)
        walk.news("owner.catalog_mended")
        walk.send("catalog.json", good.replace(b'"price": "29.00"', b'"price": "31.00"', 1))
        walk.see("owner_file.offer", "owner.offer_title", "A file that was sent", owner)
        owner.write("/price coffee-tin -3")
        walk.shows("owner.bad_price", owner)
        walk.send("goods.csv", b"id;name;price\ncoffee-tin;Coffee Tin;1.500\n")
        walk.see("owner_table.question", "owner.table_asked_all", "A table: which is meant?", owner)
        walk.change(lambda content: content["shop"].update(currency="usd"))
        walk.see("owner_file.currency", "owner.currency_asked", "Another currency?", owner)


def owners(walk: Walk) -> None:
    """Who owns the shop, and closing it."""
    with walk.shop():
        owner = walk.owner
        walk.buyer.start()
        owner.write("/help")
        walk.see("info.owner_help", "owner.help", "The owner's help", owner)
        owner.write("/owners")
        walk.see("owner_people.owners", "owner.owners_title", "The owners", owner)
        walk.tap("button.owner_invite", owner)
        walk.see("owner_people.invitation", "owner.invitation", "Invite somebody", owner)
        found = re.search(r"start=(own_[\w-]+)", owner.newest().inner_text())
        assert found  # noqa: S101 - the link is what the screen is for
        walk.buyer.write(f"/start {found[1]}")
        walk.shows("shop.choose")
        owner.write("/pause")
        walk.shows("owner.paused", owner)
        walk.see("owner_news.owner_alert", "owner.checkout_closed", "Closed by another")
        owner.write("/owners")
        walk.tap("button.owner_remove", owner)
        walk.see("owner_people.sure", "owner.remove_sure", "Remove one?", owner)
        walk.tap("button.owner_remove_sure", owner)
        walk.see("owner_people.answer", "owner.owner_left", "Removed", owner)
