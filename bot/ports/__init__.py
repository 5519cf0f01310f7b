"""What the shop needs from outside, as protocols: a store, a payment service, a clock.

``store/`` and ``payments/`` implement these; only ``app.py`` knows that.
"""

from __future__ import annotations

from bot.ports.books import Books, Sales, Seller
from bot.ports.chats import CartStore, Chat, ChatKind, ChatStore, ShareStore
from bot.ports.house import CatalogFile, CatalogReader, CatalogSource, Clock, Links, Meter
from bot.ports.links import REMIND_BEFORE, LinkStore
from bot.ports.messages import (
    FOLLOWING,
    LINKS,
    Courier,
    Delivery,
    Later,
    MessageKind,
    Moved,
    OutboxMessage,
    OutboxStore,
    Rejected,
    Sent,
    ShownMessage,
    ShownStore,
    Unreachable,
)
from bot.ports.orders import OrderStore
from bot.ports.payments import (
    Account,
    Dispute,
    KeyReusedError,
    Payments,
    PaymentsDeniedError,
    PaymentsRefusedError,
    Refund,
    SessionLine,
    SessionRequest,
    ShippingChoice,
    UnknownSessionError,
)
from bot.ports.stock import MovementKind, StockLevel, StockStore
from bot.ports.store import (
    CatalogStore,
    EventId,
    InboxEvent,
    InboxStore,
    NoteStore,
    PictureStore,
    Store,
    Transaction,
    UpdateId,
)

__all__ = [
    "FOLLOWING",
    "LINKS",
    "REMIND_BEFORE",
    "Account",
    "Books",
    "CartStore",
    "CatalogFile",
    "CatalogReader",
    "CatalogSource",
    "CatalogStore",
    "Chat",
    "ChatKind",
    "ChatStore",
    "Clock",
    "Courier",
    "Delivery",
    "Dispute",
    "EventId",
    "InboxEvent",
    "InboxStore",
    "KeyReusedError",
    "Later",
    "LinkStore",
    "Links",
    "MessageKind",
    "Meter",
    "Moved",
    "MovementKind",
    "NoteStore",
    "OrderStore",
    "OutboxMessage",
    "OutboxStore",
    "Payments",
    "PaymentsDeniedError",
    "PaymentsRefusedError",
    "PictureStore",
    "Refund",
    "Rejected",
    "Sales",
    "Seller",
    "Sent",
    "SessionLine",
    "SessionRequest",
    "ShareStore",
    "ShippingChoice",
    "ShownMessage",
    "ShownStore",
    "StockLevel",
    "StockStore",
    "Store",
    "Transaction",
    "UnknownSessionError",
    "Unreachable",
    "UpdateId",
]
