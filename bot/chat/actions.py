"""What a button can mean, as values: what a tap asks for, never what it costs or who may do it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.chat.owner_actions import OwnerAction
from bot.domain.catalog.model import CategoryId, ProductId, VariantId
from bot.domain.order import OrderId

#: The variant of a product without options; for one with options, no choice yet.
NO_CHOICE: Final = VariantId("")


class Way(StrEnum):
    """How the goods get to the buyer, as chosen in the chat."""

    ASK = ""
    DELIVERY = "d"
    PICKUP = "p"


class Wanted(StrEnum):
    """Whether somebody wants something."""

    YES = "y"
    NO = "n"


@dataclass(frozen=True, slots=True)
class Home:
    """Show the shop, with a page of its categories, counted from 1."""

    page: int = 1


@dataclass(frozen=True, slots=True)
class HomeBeside:
    """Show the shop in a new message: the one that was tapped is to stay."""


@dataclass(frozen=True, slots=True)
class OpenCategory:
    """Show a page of a category, counted from 1."""

    category: CategoryId
    page: int = 1


@dataclass(frozen=True, slots=True)
class OpenProduct:
    """Show a product with a choice of its options, and one of its pictures, counted from 1.

    An empty variant of a product with options leaves the choice to the screen.
    """

    product: ProductId
    variant: VariantId = NO_CHOICE
    photo: int = 1


@dataclass(frozen=True, slots=True)
class AddOne:
    """One more into the cart, from the product's screen."""

    product: ProductId
    variant: VariantId = NO_CHOICE
    photo: int = 1


@dataclass(frozen=True, slots=True)
class TakeOne:
    """One out of the cart, from the product's screen."""

    product: ProductId
    variant: VariantId = NO_CHOICE
    photo: int = 1


@dataclass(frozen=True, slots=True)
class Search:
    """Show a page of what plain words find, counted from 1."""

    query: str
    page: int = 1


@dataclass(frozen=True, slots=True)
class OpenCart:
    """Show a page of the cart, counted from 1."""

    page: int = 1


@dataclass(frozen=True, slots=True)
class CartMore:
    """One more of a line, from the cart."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class CartLess:
    """One fewer of a line, from the cart."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class OpenLine:
    """Show a line of the cart by itself."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class LineMore:
    """One more of a line, from its own screen."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class LineLess:
    """One fewer of a line, from its own screen."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """Take a line out of the cart, whatever its quantity."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class AskNote:
    """Ask for words that go with a line, as "ground for espresso"."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class LeaveNote:
    """Let that question go; a reply to the message that has this button is the line's note."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class DropNote:
    """Take a line's note away."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class AskCount:
    """Ask for a line's quantity as a number."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class LeaveCount:
    """Let that question go; a reply to the message that has this button is the quantity."""

    product: ProductId
    variant: VariantId = NO_CHOICE


@dataclass(frozen=True, slots=True)
class AskClear:
    """Ask whether the whole cart shall go."""


@dataclass(frozen=True, slots=True)
class Clear:
    """Empty the cart."""


@dataclass(frozen=True, slots=True)
class AcceptChanges:
    """Make the cart what can be bought today: its changes have been read."""


@dataclass(frozen=True, slots=True)
class StartCheckout:
    """Place the order and get its payment link."""

    way: Way = Way.ASK


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Drop this order, if it is the chat's and not paid."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """Show the chat's orders numbered below one, newest first; 0: the latest."""

    below: int = 0


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Show one order."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class BuyAgain:
    """Put an order's lines back into the cart."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Check out again after an order that came to nothing."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class FetchReceipt:
    """Ask Stripe for a fresh link to an order's receipt."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class OpenLanguages:
    """Show the languages to choose from."""


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Speak this language in this chat from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class StopReminders:
    """Send this chat no reminders; the message that was tapped stays."""


@dataclass(frozen=True, slots=True)
class SetReminders:
    """Say from the reminders' own screen whether this chat wants them."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class OpenHelp:
    """Show how the shop works."""


@dataclass(frozen=True, slots=True)
class AskSupport:
    """Ask for the words to be carried to the shop's owners."""


@dataclass(frozen=True, slots=True)
class AskDelete:
    """Ask whether everything known of the person shall go."""


@dataclass(frozen=True, slots=True)
class DeleteMe:
    """Forget the person who taps."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A label in the shape of a button, such as "2 of 3"."""


Action = (
    Home
    | HomeBeside
    | OpenCategory
    | OpenProduct
    | AddOne
    | TakeOne
    | Search
    | OpenCart
    | CartMore
    | CartLess
    | OpenLine
    | LineMore
    | LineLess
    | RemoveLine
    | AskNote
    | LeaveNote
    | DropNote
    | AskCount
    | LeaveCount
    | AskClear
    | Clear
    | AcceptChanges
    | StartCheckout
    | CancelOrder
    | OpenOrders
    | OpenOrder
    | BuyAgain
    | TryAgain
    | FetchReceipt
    | OpenLanguages
    | ChooseLanguage
    | StopReminders
    | SetReminders
    | OpenHelp
    | AskSupport
    | AskDelete
    | DeleteMe
    | Nothing
    | OwnerAction
)
