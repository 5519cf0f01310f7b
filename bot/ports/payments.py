"""The payment service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from bot.domain.errors import ShopError
from bot.domain.money import Money
from bot.domain.order import SessionId
from bot.domain.payment import Intent, Session, SessionStatus
from bot.ports.store import EventId, InboxEvent


class UnknownSessionError(ShopError):
    """The payment service has no such session under this key."""


class PaymentsRefusedError(ShopError):
    """The payment service refuses the request for good; the same again would not help."""

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param


class PaymentsDeniedError(PaymentsRefusedError):
    """The key is wrong or lacks a permission, which the message names."""


class KeyReusedError(PaymentsRefusedError):
    """The idempotency key is spent: other parameters, or a stored server fault."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A line item as the customer sees it on the payment page."""

    name: str
    unit: Money
    quantity: int
    description: str | None = None
    image_url: str | None = None
    tax_code: str | None = None


@dataclass(frozen=True, slots=True)
class ShippingChoice:
    """A shipping rate as offered on the payment page; days are business days."""

    id: str
    name: str
    price: Money
    days: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SessionQuestion:
    """A question on the payment page; choices are (id, what buyers read), none for words."""

    id: str
    label: str
    optional: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What a Checkout Session is made from. Times are seconds UTC; colours ``#rrggbb``.

    Attributes:
        plus_tax: Prices are without the tax that `automatic_tax` finds.
    """

    reference: str
    metadata: Mapping[str, str]
    currency: str
    lines: tuple[SessionLine, ...]
    success_url: str
    cancel_url: str
    expires_at: int
    language: str
    promotion_codes: bool = False
    automatic_tax: bool = False
    phone: bool = False
    terms: bool = False
    countries: tuple[str, ...] = ()
    shipping: tuple[ShippingChoice, ...] = ()
    questions: tuple[SessionQuestion, ...] = ()
    plus_tax: bool = False
    tax_ids: bool = False
    billing_address: bool = False
    invoices: bool = False
    button_colour: str | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as Stripe has it; ``amount`` in minor units."""

    id: str
    status: str
    amount: int
    currency: str
    intent_id: str | None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credited:
    """What became of the credit notes of a payment's refunds.

    Attributes:
        made: How many were made.
        voided: How many are void because their refund failed.
        standing: The numbers of those whose refund failed and that the service lets stand.
    """

    made: int
    voided: int
    standing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as Stripe has it."""

    id: str
    status: str
    amount: int
    currency: str
    intent_id: str | None
    reason: str


#: Seconds by which our clock and the service's may differ before somebody is told.
CLOCKS_DIFFER: Final = 30


@dataclass(frozen=True, slots=True)
class Account:
    """Whose key it is."""

    id: str
    livemode: bool


class Payments(Protocol):
    """The payment service.

    Every call raises `TransientError` on time-outs, 429 and 5xx, `PaymentsDeniedError` on 401 and
    403, and `PaymentsRefusedError` on other refusals.
    """

    @property
    def livemode(self) -> bool:
        """Whether the key moves real money."""
        ...

    @property
    def answered_at(self) -> float | None:
        """When the service last answered anything, seconds UTC; None: not yet."""
        ...

    @property
    def clock_ahead(self) -> int | None:
        """By how many seconds our clock was ahead of the service's, as its last answer says.

        Negative: behind; None: not known.
        """
        ...

    def prepare(self, request: SessionRequest) -> str:
        """Return the request's parameters as text, to be stored and sent (again) unchanged."""
        ...

    async def create(self, parameters: str, key: str) -> Session:
        """Create the session, or replay the stored answer of this idempotency key.

        Raises:
            KeyReusedError: a new attempt with a new key is needed.
        """
        ...

    async def retrieve(self, session_id: SessionId) -> Session:
        """Retrieve a session with its intent and latest charge.

        Raises:
            UnknownSessionError: there is none.
        """
        ...

    async def lines(self, session_id: SessionId) -> tuple[SessionLine, ...]:
        """Return the lines of a session as Stripe has them."""
        ...

    async def intent(self, intent_id: str) -> Intent | None:
        """Return a PaymentIntent with its latest charge; None where there is none."""
        ...

    async def session_of(self, intent_id: str) -> SessionId | None:
        """Return the session that a PaymentIntent pays for, None where there is none."""
        ...

    async def sessions(self, status: SessionStatus, since: int, most: int) -> tuple[Session, ...]:
        """Return the newest sessions of a status, made at a time (seconds UTC) or later.

        At most so many; their intents are known by their ids only.
        """
        ...

    async def rate(self, session_id: SessionId) -> tuple[str, str]:
        """Return (our id, name) of the shipping rate of a session.

        It may need a right of its own, which the key may lack.
        """
        ...

    async def code(self, session_id: SessionId) -> str:
        """Return the promotion code that was typed. It may need a right, as `rate`."""
        ...

    async def expire(self, session_id: SessionId) -> Session:
        """Expire an open session and return it; one that is not open is returned as it is."""
        ...

    async def invoice_url(self, session_id: SessionId) -> str | None:
        """Return a link to a session's invoice; None until there is one. It may need a right."""
        ...

    async def credit(
        self, session_id: SessionId, given: Sequence[Refund], void: Sequence[Refund]
    ) -> Credited:
        """Make a credit note for each refund that none names yet; void those whose refunds failed.

        It may need rights of its own. The same call again makes none twice.

        Raises:
            TransientError: also where the invoice is not there yet.
        """
        ...

    async def refund(
        self, intent_id: str, amount: Money, key: str, metadata: Mapping[str, str] | None = None
    ) -> Refund: ...
    async def refunds(self, intent_id: str) -> tuple[Refund, ...]: ...
    async def dispute(self, dispute_id: str) -> Dispute: ...
    async def events(
        self, after: EventId | None, since: int | None = None
    ) -> tuple[InboxEvent, ...]:
        """Return the events after a cursor, oldest first; at most 100.

        Where there is no cursor, or the service no longer knows it, those ``since`` a time count
        (seconds UTC; None: since the program started).
        """
        ...

    async def account(self) -> Account: ...
