"""The use cases: what customers and owners can do. Knows the ports, and nothing beyond them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.ports.catalog import TableMerge
from bot.shop.cart.buying_again import BuyingAgain
from bot.shop.cart.cart_view import View
from bot.shop.cart.carts import Carts
from bot.shop.catalog.catalogs import Catalogs
from bot.shop.catalog.current import CurrentCatalog
from bot.shop.catalog.edits import CatalogEdits
from bot.shop.catalog.uploads import CatalogFiles
from bot.shop.checkout_switch import CheckoutSwitch
from bot.shop.context import Bell, Context, Roster
from bot.shop.orders.orders import Orders
from bot.shop.orders.picking import Picking
from bot.shop.orders.reports import Reports
from bot.shop.orders.shipping import Shipments
from bot.shop.payment.checkout import Buyer, Checkout, PayLink
from bot.shop.payment.inbox import Inbox
from bot.shop.payment.opening import Opening
from bot.shop.payment.reconciliation import Reconciliation
from bot.shop.payment.refunds import Refunds
from bot.shop.payment.reviews import Reviews
from bot.shop.payment.settlement import Settlement
from bot.shop.payment.visits import Visits
from bot.shop.people.albums import KeptAlbums
from bot.shop.people.conversations import Conversations
from bot.shop.people.forgetting import Forgetting
from bot.shop.people.moving import Moving
from bot.shop.people.ownership import Ownership
from bot.shop.people.people import People
from bot.shop.people.preferences import Preferences
from bot.shop.people.reminders import Reminders
from bot.shop.people.support import Support
from bot.shop.people.waitlist import Waitlist

__all__ = [
    "Bell",
    "Buyer",
    "Context",
    "CurrentCatalog",
    "PayLink",
    "Roster",
    "Shop",
    "View",
    "open_shop",
]


@dataclass(frozen=True, slots=True)
class Shop:
    """Every use case, ready to be called."""

    context: Context
    current: CurrentCatalog
    people: People
    preferences: Preferences
    ownership: Ownership
    moving: Moving
    carts: Carts
    buying_again: BuyingAgain
    checkout: Checkout
    settlement: Settlement
    visits: Visits
    orders: Orders
    refunds: Refunds
    picking: Picking
    inbox: Inbox
    reconciliation: Reconciliation
    conversations: Conversations
    reviews: Reviews
    shipping: Shipments
    support: Support
    albums: KeptAlbums
    reminders: Reminders
    waitlist: Waitlist
    checkout_switch: CheckoutSwitch
    forgetting: Forgetting
    reports: Reports
    catalog_edits: CatalogEdits
    catalog_files: CatalogFiles


def open_shop(
    context: Context,
    pick_language: Callable[[str | None], str],
    catalogs: Catalogs,
    merge_table: TableMerge,
) -> Shop:
    """Build the use cases on their context.

    Args:
        context: The ports and who the shop is.
        pick_language: Maps Telegram's language code, or None, to a language that the shop speaks.
        catalogs: The owner's file, which the context's catalog was opened from.
        merge_table: Puts a table of goods into the file's text.
    """
    people = People(context.store, context.roster, pick_language, context.outbox_bell.ring)
    settlement = Settlement(context)
    opening = Opening(context, settlement)
    checkout = Checkout(context, settlement, opening)
    refunds = Refunds(context, settlement)
    moving = Moving(context, people, checkout)
    orders = Orders(context.store, context.payments)
    support = Support(context)
    edits = CatalogEdits(context, catalogs)
    return Shop(
        context=context,
        current=context.current,
        people=people,
        preferences=Preferences(context.store),
        ownership=Ownership(context),
        moving=moving,
        forgetting=Forgetting(context, people, checkout, support),
        carts=Carts(context.store, context.clock, context.current),
        buying_again=BuyingAgain(context.store, context.clock, context.current),
        checkout=checkout,
        settlement=settlement,
        visits=Visits(context, settlement),
        orders=orders,
        refunds=refunds,
        picking=Picking(context.store),
        inbox=Inbox(context, settlement, refunds, orders),
        reconciliation=Reconciliation(context, opening, settlement, moving),
        conversations=Conversations(context.store, context.clock),
        reviews=Reviews(context, checkout, settlement),
        shipping=Shipments(context),
        support=support,
        albums=KeptAlbums(context, support),
        reminders=Reminders(context, settlement),
        waitlist=Waitlist(context),
        checkout_switch=CheckoutSwitch(context),
        reports=Reports(context),
        catalog_edits=edits,
        catalog_files=CatalogFiles(context, catalogs, edits, merge_table),
    )
