"""Stripe's errors, told in the shop's words once ("Error handling" in Stripe's documentation).

Whatever is not in the table is a `TransientError`: an answer that is not understood proves
nothing about what happened.
"""

from __future__ import annotations

import aiohttp
import stripe

from bot.domain.errors import ShopError, TransientError
from bot.domain.services import RedirectedError, WrongServiceError, may_pass, told_address
from bot.payments.http import StripeMovedError
from bot.ports import KeyReusedError, PaymentsDeniedError, PaymentsRefusedError

#: What a call raises where Stripe is the reason: the second to fourth come through its aiohttp
#: client as they are when an answer is cut or slow, the others out of its package when an answer
#: is JSON of another shape, or no text (all seen with 16.1).
FOREIGN = (
    stripe.StripeError,
    StripeMovedError,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    AttributeError,
    TypeError,
    ValueError,
)

_SERVER_FAULT = 500
_NOT_FOUND = 404
_CONFLICT = 409


class RetryableError(TransientError):
    """Nothing was decided, and the same call may do better in a moment.

    Attributes:
        after: Seconds that Stripe asked to wait, if it did.
        answer: What came where it was not in Stripe's form; None where nothing of another shape
            came, or a server's fault that passes.
    """

    def __init__(self, message: str, after: float | None = None, answer: str | None = None) -> None:
        super().__init__(message)
        self.after = after
        self.answer = answer

    def final(self) -> TransientError:
        """Return what it is called where the same call did no better."""
        if self.answer:
            return WrongServiceError("Stripe", self.answer)
        return TransientError(str(self))


def translate(error: BaseException, *, key: str) -> ShopError:
    """Return the shop's error for one of `FOREIGN`.

    The codes of a denial are ours: ``key`` for a key that Stripe does not take at all (401),
    ``permission`` for one that lacks a right (403).

    Args:
        error: As raised by the package or its HTTP client.
        key: The API key, which is taken out of the message should it ever stand there.
    """
    if not isinstance(error, stripe.StripeError):
        return _of_client(error, key)
    message = (error.user_message or "no message").replace(key, "…")
    match error:
        case stripe.AuthenticationError() | stripe.PermissionError():
            unknown = isinstance(error, stripe.AuthenticationError)
            return PaymentsDeniedError(message, code="key" if unknown else "permission")
        case stripe.IdempotencyError():  # the package gives a key in use, a 409, another type
            return KeyReusedError(message, code="idempotency_error")
        case stripe.CardError() | stripe.InvalidRequestError() if not _unknown_path(error):
            return PaymentsRefusedError(message, code=_code(error), param=error.param)
        case _ if replayed_fault(error):
            return KeyReusedError(message, code="stored_server_fault")
        case _:
            status = error.http_status
            passes = status is None or may_pass(status) or status == _CONFLICT
            answer = None if passes else f"status {status}, and not in Stripe's form"
            return RetryableError(f"Stripe answered {status}", _retry_after(error), answer)


def _of_client(error: BaseException, key: str) -> ShopError:
    """Return the shop's error for one that did not come from Stripe's answer as it should be."""
    answer = None
    match error:
        case StripeMovedError():
            return RedirectedError("Stripe", told_address(error.location, error.asked, key))
        case aiohttp.ClientHttpProxyError():
            return RetryableError(f"the proxy answered {error.status}")
        case AttributeError() | TypeError() | ValueError() if not isinstance(
            error, aiohttp.ClientError
        ):
            answer = "no JSON object"
    return RetryableError(f"no usable answer from Stripe: {type(error).__name__}", answer=answer)


def replayed_fault(error: stripe.StripeError) -> bool:
    """Return whether this is a server fault that Stripe keeps under the key and will repeat.

    "Idempotent requests": the first answer is kept whatever its status, 500 included, and comes
    again with the header ``Idempotent-Replayed``.
    """
    fault = (error.http_status or 0) >= _SERVER_FAULT
    return fault and str(_header(error, "Idempotent-Replayed")).lower() == "true"


def _code(error: stripe.StripeError) -> str | None:
    if error.code:
        return error.code
    body = error.json_body
    inner = body.get("error") if isinstance(body, dict) else None
    return inner.get("code") if isinstance(inner, dict) else None


def _unknown_path(error: stripe.StripeError) -> bool:
    """Return whether there is no such call; of an object that is not there, a code says so."""
    return error.http_status == _NOT_FOUND and not _code(error)


def _header(error: stripe.StripeError, name: str) -> str | None:
    # The package hands on aiohttp's headers, whose names have no case, or a plain dict.
    return next((v for k, v in (error.headers or {}).items() if k.lower() == name.lower()), None)


def _retry_after(error: stripe.StripeError) -> float | None:
    written = _header(error, "Retry-After") or ""
    return float(written) if written.isascii() and written.isdigit() else None
