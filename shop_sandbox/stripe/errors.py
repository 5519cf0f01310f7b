"""Stripe's error objects: one exception that carries a status and what the body says."""

from __future__ import annotations

from typing import Final

from shop_sandbox.exchange import Json

_DOCS: Final = "https://docs.stripe.com/error-codes#"


class ApiError(Exception):
    """A refusal as Stripe words it.

    Attributes:
        status: HTTP status of the answer.
        message: What a developer reads.
        code: Stripe's short code, where it has one ("Error codes" in Stripe's documentation).
        param: The parameter that is wrong, in the form's own spelling.
        type: Stripe's kind of error.
        early: True where the endpoint never began, so that an idempotency key keeps nothing.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        type: str = "invalid_request_error",  # noqa: A002 - Stripe's word
        early: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.param = param
        self.type = type
        self.early = early

    def body(self) -> Json:
        """Return the JSON that Stripe answers."""
        error: Json = {"message": self.message, "type": self.type}
        if self.code is not None:
            error["code"] = self.code
            error["doc_url"] = _DOCS + self.code.replace("_", "-")
        if self.param is not None:
            error["param"] = self.param
        return {"error": error}


def missing(kind: str, identity: str, *, param: str, status: int = 400) -> ApiError:
    """Return the refusal of an id that is not here: 404 in the address, 400 in a parameter."""
    return ApiError(
        f"No such {kind}: '{identity}'", status=status, code="resource_missing", param=param
    )


def not_built(param: str) -> ApiError:
    """Return the refusal of what Stripe knows and this sandbox does not imitate."""
    return ApiError(f"The sandbox does not imitate this parameter: {param}", param=param)


def outage(status: int) -> ApiError:
    """Return what Stripe's front answers with a status that a fault asked for."""
    if status == 429:  # noqa: PLR2004 - HTTP's own number
        return ApiError(
            "Request rate limit exceeded. Learn more about rate limits here: "
            "https://docs.stripe.com/rate-limits.",
            status=status,
            code="rate_limit",
            early=True,
        )
    if status == 409:  # noqa: PLR2004 - HTTP's own number
        return ApiError(
            "There is currently another in-progress request using this idempotency key. "
            "Please try again later.",
            status=status,
            code="idempotency_key_in_use",
            early=True,
        )
    kind = "api_error" if status >= 500 else "invalid_request_error"  # noqa: PLR2004 - as above
    return ApiError("An error occurred on Stripe's side (played).", status=status, type=kind)
