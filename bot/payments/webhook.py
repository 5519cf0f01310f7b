"""Whether a webhook came from Stripe ("Verify webhook signatures"), and what it names.

Stripe's package checks the signature; what it lets through or stumbles over is caught here:
timestamps in the future, signatures that are not ASCII, bodies that are no text or no event.
"""

from __future__ import annotations

import json

import stripe

from bot.domain.errors import ShopError
from bot.payments.events import inbox_event
from bot.ports import InboxEvent

#: Seconds that a signature may be old, as Stripe recommends, or ahead, for clocks that differ.
TOLERANCE = 300
#: Characters; Stripe's is below 200 with two signatures.
_LONGEST_HEADER = 2000


class InvalidEventError(ShopError, ValueError):
    """A webhook is not Stripe's, not fresh, or no event; nothing of it may be believed."""


def verify_webhook(
    raw: bytes, header: str | None, secret: str, now: int, ahead: int = 0
) -> InboxEvent:
    """Return the event of a signed webhook.

    Args:
        raw: The body as it came over the wire.
        header: ``Stripe-Signature``.
        secret: The endpoint's signing secret.
        now: Seconds UTC.
        ahead: By how many seconds our clock is ahead of Stripe's, which signs.

    Raises:
        InvalidEventError: for whatever reason; its text says which, for the log.
    """
    try:
        body = raw.decode("utf-8")
        _check_signature(body, header, secret, now - ahead)
        return inbox_event(json.loads(body), now)
    except InvalidEventError:
        raise
    except stripe.SignatureVerificationError as error:
        raise InvalidEventError(error.user_message or "signature") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidEventError(f"{type(error).__name__}") from None


def _check_signature(body: str, header: str | None, secret: str, now: int) -> None:
    if header is None or not header.isascii() or len(header) > _LONGEST_HEADER:
        raise InvalidEventError("no usable Stripe-Signature")
    stripe.WebhookSignature.verify_header(body, header, secret)
    # The package signs with the first t that it finds, so that is the one to be bounded.
    signed_at = int(next(part[2:] for part in header.split(",") if part.startswith("t=")))
    if abs(now - signed_at) > TOLERANCE:
        raise InvalidEventError(f"signed {now - signed_at} s ago")
