"""What a button can mean, as values: what a tap asks for, never what it costs or who may do it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.catalog.model import CategoryId, LineKey, ProductId, VariantId
from bot.domain.order import OrderId, OrderMark

#: The variant of a product without options; for one with options, no choice yet.
NO_CHOICE: Final = VariantId("")
#: What is bought takes no other order's place. Buttons of before said "y" of whichever was open.
NO_ORDER: Final = OrderMark("n")


class Way(StrEnum):
    """How the goods get to the buyer, as chosen in the chat."""

    ASK = ""
    DELIVERY = "d"
    PICKUP = "p"


class Then(StrEnum):
    """What comes once it is known where the goods go."""

    CART = ""
    PAY = "p"


class Wanted(StrEnum):
    """Whether somebody wants something."""

    YES = "y"
    NO = "n"


@dataclass(frozen=True, slots=True)
class Action:
    """What a tap asks for."""


@dataclass(frozen=True, slots=True)
class LineAction(Action):
    """Is about one product and one choice of its options: a line of the cart."""

    product: ProductId
    variant: VariantId = NO_CHOICE

    @property
    def key(self) -> LineKey:
        """The line."""
        return LineKey(self.product, self.variant)


@dataclass(frozen=True, slots=True)
class ProductAction(LineAction):
    """Is about a product's screen, with one of its pictures, counted from 1."""

    photo: int = 1


@dataclass(frozen=True, slots=True)
class OrderAction(Action):
    """Is about an order."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class PageAction(Action):
    """Shows a page of something, counted from 1."""

    page: int = 1


class Home(PageAction):
    """Show the shop, with a page of its categories, counted from 1."""


class HomeBeside(Action):
    """Show the shop in a new message: the one that was tapped is to stay."""


@dataclass(frozen=True, slots=True)
class OpenCategory(Action):
    """Show a page of a category, counted from 1."""

    category: CategoryId
    page: int = 1


class OpenProduct(ProductAction):
    """Show a product with a choice of its options, and one of its pictures, counted from 1.

    An empty variant of a product with options leaves the choice to the screen.
    """


@dataclass(frozen=True, slots=True)
class OpenChoices(Action):
    """Show a page of an option's values beside what is chosen now, counted from 1.

    The option is known by its number among the product's, in the order of their ids.
    """

    product: ProductId
    variant: VariantId
    option: int
    page: int = 1


@dataclass(frozen=True, slots=True)
class PickValue(Action):
    """Show what is sold that has a value, where the combination with the others chosen is not.

    The option is known as in `OpenChoices`.
    """

    product: ProductId
    variant: VariantId
    option: int


class AddOne(ProductAction):
    """One more into the cart, from the product's screen."""


class TakeOne(ProductAction):
    """One out of the cart, from the product's screen."""


@dataclass(frozen=True, slots=True)
class Search(Action):
    """Show a page of what plain words find, counted from 1."""

    query: str
    page: int = 1


class OpenCart(PageAction):
    """Show a page of the cart, counted from 1."""


class CartMore(LineAction):
    """One more of a line, from the cart."""


class CartLess(LineAction):
    """One fewer of a line, from the cart."""


class OpenLine(LineAction):
    """Show a line of the cart by itself."""


class LineMore(LineAction):
    """One more of a line, from its own screen."""


class LineLess(LineAction):
    """One fewer of a line, from its own screen."""


class RemoveLine(LineAction):
    """Take a line out of the cart, whatever its quantity."""


@dataclass(frozen=True, slots=True)
class PutBack(LineAction):
    """Put a line back that was taken out of the cart, with as many units as it had."""

    quantity: int = 1


class PutAllBack(Action):
    """Put back all that the cart held before it was emptied."""


class AskNote(LineAction):
    """Ask for words that go with a line, as "ground for espresso"."""


class LeaveNote(LineAction):
    """Let that question go; a reply to the message that has this button is the line's note."""


class DropNote(LineAction):
    """Take a line's note away."""


class AskCount(LineAction):
    """Ask for a line's quantity as a number."""


class LeaveCount(LineAction):
    """Let that question go; a reply to the message that has this button is the quantity."""


class AskClear(Action):
    """Ask whether the whole cart shall go."""


class Clear(Action):
    """Empty the cart."""


class AcceptChanges(Action):
    """Make the cart what can be bought today: its changes have been read."""


@dataclass(frozen=True, slots=True)
class StartCheckout(Action):
    """Place the order and get its payment link; the unpaid one that `instead` marks may go."""

    way: Way = Way.ASK
    instead: OrderMark = NO_ORDER


@dataclass(frozen=True, slots=True)
class BuyNow(LineAction):
    """Pay for one by itself; the cart stays as it is."""

    way: Way = Way.ASK
    instead: OrderMark = NO_ORDER


class AskWay(Action):
    """Ask from the cart how goods get to the buyer."""


@dataclass(frozen=True, slots=True)
class ChooseWay(Action):
    """Remember how goods get to whoever taps, and show the cart."""

    way: Way


@dataclass(frozen=True, slots=True)
class AskPlace(Action):
    """Ask where the goods go, of a shop that sends to several zones."""

    then: Then = Then.CART


@dataclass(frozen=True, slots=True)
class OpenZone(Action):
    """Show the countries of a zone to choose from."""

    zone: str
    then: Then = Then.CART


@dataclass(frozen=True, slots=True)
class ChoosePlace(Action):
    """Have goods sent there from now on: a country's code or a zone's id."""

    place: str
    then: Then = Then.CART


class CancelOrder(OrderAction):
    """Drop this order, if it is the chat's and not paid."""


@dataclass(frozen=True, slots=True)
class OpenOrders(Action):
    """Show the chat's orders numbered below one, newest first; 0: the latest."""

    below: int = 0


class OpenOrder(OrderAction):
    """Show one order."""


class SayArrived(OrderAction):
    """Say, from its receipt, that an order is there."""


class SayNotArrived(OrderAction):
    """Take that back, from the order's own screen."""


class BuyAgain(OrderAction):
    """Put an order's lines back into the cart."""


@dataclass(frozen=True, slots=True)
class OrderAgain(OrderAction):
    """Pay for what an order was for by itself; the cart stays as it is."""

    way: Way = Way.ASK
    instead: OrderMark = NO_ORDER


class OrderAgainBeside(OrderAction):
    """Do so in a new message: the receipt that was tapped is to stay."""


class TryAgain(OrderAction):
    """Check out again after an order that came to nothing."""


class FetchReceipt(OrderAction):
    """Ask Stripe for a fresh link to an order's receipt."""


class FetchInvoice(OrderAction):
    """Ask Stripe for a link to an order's invoice."""


class OpenLanguages(Action):
    """Show the languages to choose from."""


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Action):
    """Speak this language in this chat from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class TellMe(LineAction):
    """Say whether one wants to be told when a variant that is sold out is back."""

    wanted: Wanted = Wanted.YES


class StopReminders(Action):
    """Send this chat no reminders; the message that was tapped stays."""


@dataclass(frozen=True, slots=True)
class SetReminders(Action):
    """Say from the reminders' own screen whether this chat wants them."""

    wanted: Wanted


class OpenHelp(Action):
    """Show how the shop works."""


class AskSupport(Action):
    """Ask for the words to be carried to the shop's owners."""


class SendWords(Action):
    """Carry to the shop's owners what was written last and was no search."""


class AskDelete(Action):
    """Ask whether everything known of the person shall go."""


class DeleteMe(Action):
    """Forget the person who taps."""


class Nothing(Action):
    """A label in the shape of a button, such as "2 of 3"."""
