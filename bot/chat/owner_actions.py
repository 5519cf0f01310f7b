"""What an owner's buttons can mean. Who taps is checked when the tap comes, never by the button."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.chat.actions import Action, OrderAction, PageAction
from bot.domain.catalog.model import ProductId, StockId
from bot.domain.order import ChatId, OrderId, UserId
from bot.shop.orders.picking import For
from bot.shop.orders.reports import StatsSpan

#: Below no order: the list begins with the newest.
NEWEST: Final = OrderId(0)


class Which(StrEnum):
    """Which orders a list shows."""

    TO_SHIP = "s"
    PACKED = "k"
    TO_COLLECT = "p"
    REVIEW = "r"
    UNPAID = "u"
    ALL = "a"


class CellReading(StrEnum):
    """Which of its two readings a cell of a table has."""

    ASK = "a"
    FIRST = "f"
    SECOND = "s"


@dataclass(frozen=True, slots=True)
class OwnerOrders(Action):
    """Show a page of orders: those numbered below one, the newest first."""

    which: Which = Which.TO_SHIP
    below: OrderId = NEWEST


class OwnerOrder(OrderAction):
    """Show an order with all that an owner may do about it."""


class FetchAddress(OrderAction):
    """Ask Stripe whom an order goes to."""


class AskShipped(OrderAction):
    """Ask for the tracking link of an order that is on its way."""


class ShipWithoutLink(OrderAction):
    """Record that an order is on its way, with no link."""


class MarkPacked(OrderAction):
    """Record that an order is packed and waits to be sent."""


class UndoPacked(OrderAction):
    """Take back that an order is packed."""


class UndoShipped(OrderAction):
    """Take back that an order is on its way, or ready to be picked up."""


class MarkCollected(OrderAction):
    """Record that a pick-up was handed over, or that an order is there."""


class UndoCollected(OrderAction):
    """Take back that a pick-up was handed over, or an order there."""


class AskRefund(OrderAction):
    """Ask how much of an order's payment goes back."""


class AskRefundAmount(OrderAction):
    """Ask for an amount to be typed."""


@dataclass(frozen=True, slots=True)
class SureRefund(OrderAction):
    """Ask once more before money moves.

    Attributes:
        amount: Minor units of the order's currency; bounded by what is left when it is used.
        refunded: Minor units that had gone back when the button was made: a button that was
            used once, or is out of date, gives nothing.
    """

    amount: int
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class GiveRefund(OrderAction):
    """Send money back; fields as of `SureRefund`."""

    amount: int
    refunded: int = 0


class ReturnGoods(OrderAction):
    """Return to stock the goods of an order whose money went back."""


@dataclass(frozen=True, slots=True)
class PickUnits(OrderAction):
    """Show a page of an order's lines, to pick units of them; pages are counted from 1."""

    why: For
    page: int = 1


@dataclass(frozen=True, slots=True)
class PickMore(OrderAction):
    """Pick one more of a line; lines are counted from 1 and never change."""

    why: For
    line: int


@dataclass(frozen=True, slots=True)
class PickLess(OrderAction):
    """Pick one fewer of a line."""

    why: For
    line: int


@dataclass(frozen=True, slots=True)
class SurePicked(OrderAction):
    """Ask once more before the picked units' money moves; fields as of `SureRefund`."""

    amount: int
    refunded: int


@dataclass(frozen=True, slots=True)
class GivePicked(OrderAction):
    """Send the picked units' money back; fields as of `SureRefund`."""

    amount: int
    refunded: int


@dataclass(frozen=True, slots=True)
class ReturnPicked(OrderAction):
    """Put the picked units back into stock.

    Attributes:
        returned: Units that had been put back when the button was made.
    """

    returned: int


class AskMessage(OrderAction):
    """Ask for the words to be carried to an order's chat."""


@dataclass(frozen=True, slots=True)
class AskAnswer(Action):
    """Ask for the words to be carried to a chat that wrote to the shop, in a topic of it."""

    chat: ChatId
    topic: int = 0


class AcceptPaid(OrderAction):
    """Take an order in review for paid, its goods held again and sold."""


class AcceptShort(OrderAction):
    """Take an order in review for paid though the shop has not got all its goods."""


class FreeGoods(OrderAction):
    """End an order in review for which nothing was paid, and free its goods."""


class FreeAnyway(OrderAction):
    """End it though Stripe has lost its session, on the owner's word that nothing was paid."""


class SureCancel(OrderAction):
    """Ask once more before an unpaid order is cancelled."""


class OwnerCancel(OrderAction):
    """Cancel an unpaid order of any chat."""


class OpenGoods(PageAction):
    """Show a page of the products, hidden ones too; counted from 1."""


@dataclass(frozen=True, slots=True)
class OpenGood(Action):
    """Show a product as its owner sees it, with a page of its prices and stock, from 1."""

    product: ProductId
    page: int = 1


@dataclass(frozen=True, slots=True)
class AskPrice(Action):
    """Ask for a new price of a product, of one of its options' values, or of a variant."""

    target: StockId


@dataclass(frozen=True, slots=True)
class SetPrice(Action):
    """Set the price that was meant, while the question for it is open.

    Attributes:
        digest: First letters of the SHA-256 of what is priced: an id may be too long for a
            button that carries an amount.
        amount: Minor units of the shop's currency.
    """

    digest: str
    amount: int


@dataclass(frozen=True, slots=True)
class AskStock(Action):
    """Ask how many there are of a product, or of one of its options' values."""

    target: StockId


@dataclass(frozen=True, slots=True)
class OpenVariants(Action):
    """Show a page, from 1, of a product's variants: which of them customers see."""

    product: ProductId
    page: int = 1


@dataclass(frozen=True, slots=True)
class HideGood(Action):
    """Hide a product, or one of its variants, from customers."""

    target: StockId


@dataclass(frozen=True, slots=True)
class ShowGood(Action):
    """Show a product, or one of its variants, to customers again."""

    target: StockId


@dataclass(frozen=True, slots=True)
class ReplaceCatalog(Action):
    """Put the file that was sent in the catalog's place; stock stays as the shop knows it.

    Attributes:
        digest: First letters of the SHA-256 of the text that the owner was shown.
    """

    digest: str


@dataclass(frozen=True, slots=True)
class ReplaceAndCount(Action):
    """Put the file that was sent in the catalog's place, and count stock anew by it."""

    digest: str


@dataclass(frozen=True, slots=True)
class ReadTable(Action):
    """Read the table that was sent, by what its owner says of cells with two readings."""

    digest: str
    numbers: CellReading
    days: CellReading


@dataclass(frozen=True, slots=True)
class UndoCatalog(Action):
    """Ask before the file that was replaced comes back, or bring it back where that is plain."""

    digest: str


@dataclass(frozen=True, slots=True)
class TakePrices(Action):
    """Sell at prices that halved or doubled: they are meant.

    Attributes:
        digest: Which prices, by their old and new amounts.
    """

    digest: str


@dataclass(frozen=True, slots=True)
class KeepPrices(Action):
    """Write the old prices into the file again; the field as of `TakePrices`."""

    digest: str


class Resume(Action):
    """Open checkout."""


class Pause(Action):
    """Close checkout."""


class Never(Action):
    """Let a question go: nothing is expected to be typed any more."""


@dataclass(frozen=True, slots=True)
class OpenStats(Action):
    """Show a period's sales."""

    span: StatsSpan = StatsSpan.WEEK


@dataclass(frozen=True, slots=True)
class OpenOwners(Action):
    """Show who owns the shop."""


@dataclass(frozen=True, slots=True)
class InviteOwner(Action):
    """Make a link by which one person becomes an owner."""


@dataclass(frozen=True, slots=True)
class OwnerAction(Action):
    """Something about one of the owners."""

    owner: UserId


@dataclass(frozen=True, slots=True)
class SureRemoveOwner(OwnerAction):
    """Ask once more before somebody is an owner no longer."""


@dataclass(frozen=True, slots=True)
class RemoveOwner(OwnerAction):
    """Let somebody be an owner no more."""
