"""What Stripe refuses in Session create beyond the shape of its parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from babel import Locale

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError, not_built
from shop_sandbox.stripe.params import url
from shop_sandbox.stripe.world import Book

#: Countries that Checkout does not ship to ("shipping_address_collection" in Stripe's reference).
_NOT_SHIPPED_CODES = "AS CC CU CX FM HM IR KP MH MP NF PW SY UM VI UN EU XA XB"
_NOT_SHIPPED: Final = frozenset(_NOT_SHIPPED_CODES.split())
COUNTRIES: Final = frozenset(
    str(code)
    for code in Locale("en").territories
    if re.fullmatch("[A-Z]{2}", str(code)) and code not in _NOT_SHIPPED
)
_SOONEST: Final = 30 * 60
_LATEST: Final = 24 * 3600
_KEY: Final = re.compile(r"[A-Za-z0-9]+\Z")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}\Z")
Rule = Callable[[Book, Json], None]


def check(book: Book, params: Json) -> None:
    """Refuse what Stripe refuses.

    Raises:
        ApiError: the first thing that is wrong.
    """
    for rule in _RULES:
        rule(book, params)


def is_email(text: str) -> bool:
    """Say whether this looks like an e-mail address."""
    return bool(_EMAIL.match(text))


def _mode(_: Book, params: Json) -> None:
    if "mode" not in params:
        raise _missing("mode")
    if params["mode"] != "payment":
        raise not_built(f"mode={params['mode']}")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_built(f"ui_mode={params['ui_mode']}")
    if params.get("customer_creation") == "always":
        raise not_built("customer_creation=always")
    if params.get("tax_id_collection", {}).get("required") == "if_supported":
        raise not_built("tax_id_collection[required]=if_supported")
    if params.get("consent_collection", {}).get("promotions") == "auto":
        raise not_built("consent_collection[promotions]=auto")


def _addresses(book: Book, params: Json) -> None:
    if "success_url" not in params:
        raise _missing("success_url")
    if book.livemode:
        for param in ("success_url", "cancel_url"):
            if param in params:
                try:
                    url(params[param], param, secure=True)
                except ApiError as error:
                    raise ApiError(
                        "Livemode requests must always be redirected via HTTPS.", param=param
                    ) from error


def _lines(_: Book, params: Json) -> None:
    if not params.get("line_items"):
        raise _missing("line_items")
    for at, line in enumerate(params["line_items"]):
        adjustable = line.get("adjustable_quantity", {})
        least = adjustable.get("minimum", 0)
        if least > adjustable.get("maximum", least):
            raise ApiError(
                "`maximum` must be greater than or equal to `minimum`.",
                param=f"line_items[{at}][adjustable_quantity][maximum]",
            )


def _expiry(book: Book, params: Json) -> None:
    if "expires_at" not in params:
        return
    ahead = params["expires_at"] - book.world.now()
    if ahead <= _SOONEST:
        raise ApiError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            param="expires_at",
        )
    if ahead >= _LATEST:
        raise ApiError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _discounts(book: Book, params: Json) -> None:
    if "discounts" not in params:
        return
    if "allow_promotion_codes" in params:
        raise ApiError(
            "You may only specify one of these parameters: allow_promotion_codes, discounts.",
            param="allow_promotion_codes",
        )
    for at, discount in enumerate(params["discounts"]):
        for kind, identity in discount.items():
            if book.world.coupon(identity) is None:
                raise ApiError(
                    f"No such {kind.replace('_', ' ')}: '{identity}'",
                    code="resource_missing",
                    param=f"discounts[{at}][{kind}]",
                )


def _tax(book: Book, params: Json) -> None:
    if not params.get("automatic_tax", {}).get("enabled"):
        return
    if book.world.settings.tax_behavior is not None:
        return
    for at, line in enumerate(params["line_items"]):
        if line.get("price_data", {}).get("tax_behavior", "unspecified") == "unspecified":
            raise ApiError(
                "In order to use automatic tax, every price needs a `tax_behavior`, or your "
                "account a default one in its tax settings.",
                param=f"line_items[{at}][price_data][tax_behavior]",
            )


def _terms(book: Book, params: Json) -> None:
    wanted = params.get("consent_collection", {}).get("terms_of_service")
    if wanted == "required" and not book.world.settings.has_terms:
        raise ApiError(
            "You cannot collect consent to your terms of service unless a URL is set in the "
            "Stripe Dashboard. Update your public business information with a Terms of service "
            "URL.",
            param="consent_collection[terms_of_service]",
        )


def _questions(_: Book, params: Json) -> None:
    seen: set[str] = set()
    for at, question in enumerate(params.get("custom_fields", [])):
        param = f"custom_fields[{at}]"
        if not _KEY.match(question["key"]):
            raise ApiError("`key` must be alphanumeric.", param=f"{param}[key]")
        if question["key"] in seen:
            raise ApiError("Each `key` must be unique.", param=f"{param}[key]")
        seen.add(question["key"])
        if question["type"] == "dropdown":
            if "dropdown" not in question:
                raise _missing(f"{param}[dropdown]")
            _options(question["dropdown"], f"{param}[dropdown]")


def _options(dropdown: Json, param: str) -> None:
    """Refuse options whose values are no words of letters and digits, or stand there twice."""
    seen: set[str] = set()
    for at, option in enumerate(dropdown["options"]):
        name = f"{param}[options][{at}][value]"
        if not _KEY.match(option["value"]):
            raise ApiError("`value` must be alphanumeric.", param=name)
        if option["value"] in seen:
            raise ApiError("Each `value` must be unique.", param=name)
        seen.add(option["value"])
    default = dropdown.get("default_value")
    if default is not None and default not in seen:
        name = f"{param}[default_value]"
        raise ApiError("`default_value` must be one of the values.", param=name)


def _shipping(_: Book, params: Json) -> None:
    countries: Sequence[str] = params.get("shipping_address_collection", {}).get(
        "allowed_countries", ()
    )
    for at, country in enumerate(countries):
        if country not in COUNTRIES:
            raise ApiError(
                f"Invalid allowed_countries: '{country}' is no country that Checkout ships to.",
                param=f"shipping_address_collection[allowed_countries][{at}]",
            )


def _email(_: Book, params: Json) -> None:
    if "customer_email" in params and not is_email(params["customer_email"]):
        raise ApiError(
            f"Invalid email address: {params['customer_email']}",
            code="email_invalid",
            param="customer_email",
        )


_RULES: Final[tuple[Rule, ...]] = (
    _mode, _addresses, _lines, _expiry, _discounts, _tax, _terms, _questions, _shipping, _email,
)  # fmt: skip


def _missing(param: str) -> ApiError:
    return ApiError(
        f"Missing required param: {param}.", code="parameter_missing", param=param, early=True
    )
