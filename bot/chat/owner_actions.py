"""What an owner's buttons can mean. Who taps is checked when the tap comes, never by the button."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.catalog.model import ProductId, StockId
from bot.domain.order import ChatId, OrderId
from bot.shop.orders.reports import Period

#: Below no order: the list begins with the newest.
NEWEST: Final = OrderId(0)


class Which(StrEnum):
    """Which orders a list shows."""

    TO_SHIP = "s"
    REVIEW = "r"
    UNPAID = "u"
    ALL = "a"


@dataclass(frozen=True, slots=True)
class OwnerAction:
    """Something that only an owner may do."""


@dataclass(frozen=True, slots=True)
class OwnerOrders(OwnerAction):
    """Show a page of orders: those numbered below one, the newest first."""

    which: Which = Which.TO_SHIP
    below: OrderId = NEWEST


@dataclass(frozen=True, slots=True)
class OwnerOrder(OwnerAction):
    """Show an order with all that an owner may do about it."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class FetchAddress(OwnerAction):
    """Ask Stripe whom an order goes to."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class AskShipped(OwnerAction):
    """Ask for the tracking link of an order that is on its way."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class ShipWithoutLink(OwnerAction):
    """Record that an order is on its way, with no link."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class AskRefund(OwnerAction):
    """Ask how much of an order's payment goes back."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class AskRefundAmount(OwnerAction):
    """Ask for an amount to be typed."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class SureRefund(OwnerAction):
    """Ask once more before money moves.

    Attributes:
        amount: Minor units of the order's currency; bounded by what is left when it is used.
        refunded: Minor units that had gone back when the button was made: a button that was
            used once, or is out of date, gives nothing.
    """

    order: OrderId
    amount: int
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class GiveRefund(OwnerAction):
    """Send money back; fields as of `SureRefund`."""

    order: OrderId
    amount: int
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class BackOnShelf(OwnerAction):
    """Return a refunded order's goods to stock."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class AskMessage(OwnerAction):
    """Ask for the words to be carried to an order's chat."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class AskAnswer(OwnerAction):
    """Ask for the words to be carried to a chat that wrote to the shop."""

    chat: ChatId


@dataclass(frozen=True, slots=True)
class AcceptPaid(OwnerAction):
    """Take an order in review for paid, its goods held again and sold."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class AcceptShort(OwnerAction):
    """Take an order in review for paid though the shop has not got all its goods."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class FreeGoods(OwnerAction):
    """End an order in review for which nothing was paid, and free its goods."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class SureCancel(OwnerAction):
    """Ask once more before an unpaid order is cancelled."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class OwnerCancel(OwnerAction):
    """Cancel an unpaid order of any chat."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class OpenGoods(OwnerAction):
    """Show a page of the products, hidden ones too; counted from 1."""

    page: int = 1


@dataclass(frozen=True, slots=True)
class OpenGood(OwnerAction):
    """Show a product as its owner sees it."""

    product: ProductId


@dataclass(frozen=True, slots=True)
class AskPrice(OwnerAction):
    """Ask for a new price of a product, or of one of its options' values."""

    target: StockId


@dataclass(frozen=True, slots=True)
class AskStock(OwnerAction):
    """Ask how many there are of a product, or of one of its options' values."""

    target: StockId


@dataclass(frozen=True, slots=True)
class HideGood(OwnerAction):
    """Hide a product from customers."""

    product: ProductId


@dataclass(frozen=True, slots=True)
class ShowGood(OwnerAction):
    """Show a product to customers again."""

    product: ProductId


@dataclass(frozen=True, slots=True)
class ReplaceCatalog(OwnerAction):
    """Put the file that was sent in the catalog's place; stock stays as the shop knows it.

    Attributes:
        digest: First letters of the SHA-256 of the text that the owner was shown.
    """

    digest: str


@dataclass(frozen=True, slots=True)
class ReplaceAndCount(OwnerAction):
    """Put the file that was sent in the catalog's place, and count stock anew by it."""

    digest: str


@dataclass(frozen=True, slots=True)
class UndoCatalog(OwnerAction):
    """Ask before the file that was replaced comes back, or bring it back where that is plain."""

    digest: str


@dataclass(frozen=True, slots=True)
class Resume(OwnerAction):
    """Open checkout."""


@dataclass(frozen=True, slots=True)
class Pause(OwnerAction):
    """Close checkout."""


@dataclass(frozen=True, slots=True)
class Never(OwnerAction):
    """Let a question go: nothing is expected to be typed any more."""


@dataclass(frozen=True, slots=True)
class OpenStats(OwnerAction):
    """Show a period's sales."""

    span: Period = Period.WEEK


#: Button letters by kind; a letter is never given another meaning.
LETTERS: Final[dict[str, type[OwnerAction]]] = {
    "wl": OwnerOrders,
    "wo": OwnerOrder,
    "wa": FetchAddress,
    "ws": AskShipped,
    "wsn": ShipWithoutLink,
    "wr": AskRefund,
    "wra": AskRefundAmount,
    "wrs": SureRefund,
    "wrg": GiveRefund,
    "wrb": BackOnShelf,
    "wm": AskMessage,
    "wma": AskAnswer,
    "wp": AcceptPaid,
    "wps": AcceptShort,
    "wf": FreeGoods,
    "wx": SureCancel,
    "wxx": OwnerCancel,
    "wg": OpenGoods,
    "wgo": OpenGood,
    "wgp": AskPrice,
    "wgs": AskStock,
    "wgh": HideGood,
    "wgv": ShowGood,
    "wc": ReplaceCatalog,
    "wcc": ReplaceAndCount,
    "wcu": UndoCatalog,
    "wtr": Resume,
    "wtp": Pause,
    "wn": Never,
    "wz": OpenStats,
}
