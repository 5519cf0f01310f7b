"""What the embedded Stripe holds: one account, its test and its live books, and its settings.

Everything here happens within one turn of the event loop, so that nothing is ever half done.
"""

from __future__ import annotations

import copy
import heapq
import secrets
import string
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.shelf import Shelf
from shop_sandbox.stripe.totals import Coupon

API_VERSION: Final = "2026-10-28.endive"
EVENTS_KEPT: Final = 30 * 86_400
_LETTERS: Final = string.ascii_letters + string.digits
_PROMOTIONS: Final = (
    ("WELCOME10", Coupon("WELCOME10", percent=10)),
    ("FREE100", Coupon("FREE100", percent=100)),
    ("FIVEOFF", Coupon("FIVEOFF", amount=500, currency="eur")),
)


def new_id(prefix: str, length: int = 24) -> str:
    """Return a fresh id; its random part has ``length`` letters and digits."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


@dataclass(slots=True)
class Settings:
    """What an account's Dashboard would hold.

    Attributes:
        shop_name: Written over the hosted page.
        account_id: The account's id, the same in both modes.
        country: Of the account, ISO 3166.
        tax_percent: Flat rate of automatic tax.
        tax_behavior: The account's default of prices that name none; None has no default.
        tax_by_default: Sessions that leave ``automatic_tax`` out get tax (Stripe's page "Enable
            tax by default for Checkout Sessions").
        adaptive_pricing: Sessions that leave ``adaptive_pricing`` out are shown in the buyer's
            own currency.
        presentment: That currency and what a minor unit of the shop's is in it; None: the shop's.
        has_terms: Whether a page of terms is known, which ``consent_collection`` needs.
        refund_seconds: How long a pending refund takes, and one that fails later.
        late_authentication: What becomes of a 3-D Secure approval after the session expired:
            ``canceled``, or ``paid`` where the money comes all the same.
        webhook_patience: Seconds that the page waits for the webhook's answer before it redirects.
        invoice_seconds: How long an invoice takes to be finalized.
        voids_credit_notes: Whether a paid invoice's credit notes can be voided.
    """

    shop_name: str = "Sandbox shop"
    account_id: str = "acct_1SandboxSandboxSa"
    country: str = "DE"
    tax_percent: int = 19
    tax_behavior: str | None = None
    tax_by_default: bool = False
    adaptive_pricing: bool = False
    presentment: tuple[str, Decimal] | None = None
    has_terms: bool = True
    refund_seconds: float = 0.0
    late_authentication: str = "canceled"
    webhook_patience: float = 10.0
    invoice_seconds: float = 0.0
    voids_credit_notes: bool = False


@dataclass(slots=True)
class Checkout:
    """A session with what its page needs and the API does not show.

    Attributes:
        session: Stripe's object.
        lines: Its line items, as Stripe's objects.
        intent_data: What its PaymentIntent is to have.
        fragment: The part of its address behind the ``#``.
        coupon: In force, from the start or by a code typed on the page.
        promotion: The code's id, where one was typed.
        rate: Place of the chosen shipping option.
        challenge: Token of the 3-D Secure page that is open.
        attempt: What the buyer typed before the challenge, without the card's number.
        completion: Id of the event that told of its completion.
    """

    session: Json
    lines: list[Json]
    intent_data: Json
    fragment: str
    coupon: Coupon | None = None
    promotion: str | None = None
    rate: int = 0
    challenge: str | None = None
    attempt: Any = None
    completion: str | None = None


class Book:
    """The objects of one mode.

    Args:
        world: Whose book it is.
        livemode: True for live objects.
    """

    def __init__(self, world: StripeAccount, *, livemode: bool) -> None:
        self.world = world
        self.livemode = livemode
        self.sessions = Shelf("checkout.session")
        self.checkouts: dict[str, Checkout] = {}
        self.intents = Shelf("payment_intent")
        self.charges = Shelf("charge")
        self.refunds = Shelf("refund")
        self.disputes = Shelf("dispute")
        self.events = Shelf("event")
        self.endpoints = Shelf("webhook_endpoint")
        self.products = Shelf("product")
        self.prices = Shelf("price")
        self.rates = Shelf("shipping rate")
        self.invoices = Shelf("invoice")
        self.credit_notes = Shelf("credit note")
        #: What time alone brings (due, order, what), and what waits for a tick besides.
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._ticked: list[tuple[float, int, Callable[[], None]]] = []
        self._made = 0

    def emit(self, kind: str, thing: Json) -> Json:
        """Record an event about an object as it is now, hand it to the post, and return it."""
        request, key = self.world.origin
        event: Json = {
            "id": new_id("evt_"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.world.now(),
            "data": {"object": copy.deepcopy(thing)},
            "livemode": self.livemode,
            "pending_webhooks": 0,
            "request": {"id": request, "idempotency_key": key},
            "type": kind,
        }
        self.events.add(event)
        self.world.post(self, event)
        return event

    def in_time(self, delay: float, action: Callable[[], None], *, by_tick: bool = False) -> None:
        """Have something happen once this many seconds have passed.

        Args:
            delay: Seconds from now.
            action: What happens.
            by_tick: Wait for a tick besides, so that a state in between can be seen.
        """
        self._made += 1
        row = self._ticked if by_tick else self._later
        heapq.heappush(row, (self.world.clock() + delay, self._made, action))

    def catch_up(self, *, tick: bool = False) -> None:
        """Let happen what is due by now, in the order of its time."""
        now = self.world.clock()
        for row in (self._later, self._ticked) if tick else (self._later,):
            while row and row[0][0] <= now:
                heapq.heappop(row)[2]()


@dataclass(slots=True)
class StripeAccount:
    """One Stripe account."""

    clock: Callable[[], float] = time.time
    public_url: str = ""
    settings: Settings = field(default_factory=Settings)
    post: Callable[[Book, Json], None] = lambda _book, _event: None
    #: Id and idempotency key of the request that is being served, for its events.
    origin: tuple[str | None, str | None] = (None, None)
    promotions: dict[str, Coupon] = field(default_factory=lambda: dict(_PROMOTIONS))
    test: Book = field(init=False)
    live: Book = field(init=False)

    def __post_init__(self) -> None:
        self.test = Book(self, livemode=False)
        self.live = Book(self, livemode=True)

    def now(self) -> int:
        """Return the time in whole seconds since the epoch."""
        return int(self.clock())

    def books(self) -> Iterable[Book]:
        """Return the test book and the live one."""
        return (self.test, self.live)

    def find_checkout(self, session_id: str) -> tuple[Book, Checkout] | None:
        """Return a session of either mode, with whatever was due done first."""
        for book in self.books():
            book.catch_up()
            if session_id in book.checkouts:
                return book, book.checkouts[session_id]
        return None

    def promotion_id(self, code: str) -> str:
        """Return the id of a promotion code."""
        return f"promo_{code}"

    def coupon(self, identity: str) -> Coupon | None:
        """Return the coupon of this id, or of the promotion code with this id."""
        for code, coupon in self.promotions.items():
            if identity in (coupon.id, self.promotion_id(code)):
                return coupon
        return None
