"""Hold what goes to and comes from Stripe to Stripe's published specification.

The file lies beside the repository, in ``../shared/specs``, or where ``SHOP_SPECS`` says; where it
is missing, ``specs_missing()`` tells why, for tests to skip with. It describes the version before
the one that the stripe package pins: the known differences stand in one table here, and the
package's own parameter types are a second check. The decoder of forms is this module's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

import stripe.params
import stripe.params.checkout
from jsonschema import Draft202012Validator

from kit.specs.folder import SpecError, missing, specs_folder
from kit.specs.stripe_schema import coerce, json_schema, unknown_names
from shop_sandbox.exchange import Exchange

_FILE: Final = "stripe-openapi.json"
_ERROR: Final = 400

#: What version endive has and the file (dahlia) has not, and the other way about.
_ADDED_TO_CREATE: Final = {
    "allowed_payment_method_types": {"type": "array", "items": {"type": "string"}},
    "locale": {"type": "string"},
}
_REMOVED_FROM_CREATE: Final = ("payment_method_types",)
_ADDED_TO_ANSWERS: Final = {
    "checkout.session": {
        "allowed_payment_method_types": {
            "type": "array",
            "nullable": True,
            "items": {"type": "string"},
        }
    }
}
#: Calls that the file leaves out: what they answer, by the file's own schemas.
_LISTED: Final = {
    "/v1/charges": "charge",
    "/v1/disputes": "dispute",
    "/v1/payment_intents": "payment_intent",
}
#: Calls that the file knows as stubs only; their answers are held to the package's own fields.
_PAPER: Final = re.compile(
    r"/v1/(invoices|credit_notes|promotion_codes|shipping_rates)(?:/[^/]+(?:/void)?)?\Z"
)
_PAPERS: Final[Mapping[str, Any]] = {
    "invoices": stripe.Invoice, "credit_notes": stripe.CreditNote,
    "promotion_codes": stripe.PromotionCode, "shipping_rates": stripe.ShippingRate,
}  # fmt: skip
_CANCEL: Final = re.compile(r"/v1/payment_intents/[^/]+/cancel\Z")
_PARAMS: Final[Mapping[str, Any]] = {
    "post /v1/checkout/sessions": stripe.params.checkout.SessionCreateParams,
    "get /v1/checkout/sessions": stripe.params.checkout.SessionListParams,
    "get /v1/charges": stripe.params.ChargeListParams,
    "get /v1/events": stripe.params.EventListParams,
    "get /v1/refunds": stripe.params.RefundListParams,
    "post /v1/refunds": stripe.params.RefundCreateParams,
    "post /v1/credit_notes": stripe.params.CreditNoteCreateParams,
    "get /v1/credit_notes": stripe.params.CreditNoteListParams,
    "post /v1/webhook_endpoints": stripe.params.WebhookEndpointCreateParams,
}
_BALANCE: Final = {
    "type": "object",
    "required": ["object", "available", "pending", "livemode"],
}


def specs_missing() -> str:
    """Return why checks are impossible, empty where they are possible."""
    return missing(_FILE, "Stripe's")


def check_exchange_request(exchange: Exchange) -> None:
    """Check what was asked of Stripe.

    Raises:
        SpecError: the request breaks the specification.
    """
    check_request(exchange.call.split()[0], exchange.path, exchange.body, exchange.query)


def check_exchange_answer(exchange: Exchange) -> None:
    """Check what the sandbox answered; a fault's answer is not looked at.

    Raises:
        SpecError: the answer breaks the specification.
    """
    if not exchange.played:
        verb = exchange.call.split()[0]
        check_answer(verb, exchange.path, exchange.status, exchange.answer)


def check_request(verb: str, path: str, body: bytes, query: str = "") -> None:
    """Refuse a request that the specification does not allow.

    Args:
        verb: HTTP method.
        path: Below the base, without the query: ``/v1/checkout/sessions/cs_test_1``.
        body: The form, as it went over the wire.
        query: The raw query string.

    Raises:
        SpecError: naming every parameter that is wrong.
    """
    operation, name = _operation(verb.lower(), path)
    data = decode(query.encode() if verb.upper() == "GET" else body)
    problems: list[str] = []
    if operation is not None:
        schema = _request_schema(verb.lower(), operation)
        try:
            data = coerce(schema, data, "")
        except SpecError as refused:
            problems.append(str(refused))
    params = _PARAMS.get(f"{verb.lower()} {name}")
    if params is not None:
        problems += [f"{lost}: unknown to the package" for lost in unknown_names(params, data)]
    if problems:
        raise SpecError(f"{verb} {path}: {'; '.join(problems)}")


def check_answer(verb: str, path: str, status: int, answer: object) -> None:
    """Refuse an answer that the specification does not describe: fields missing, wrong or unknown.

    Args:
        verb: HTTP method.
        path: Below the base, without the query.
        status: HTTP status.
        answer: The JSON.

    Raises:
        SpecError: naming the first places that are wrong.
    """
    errors = sorted(
        _answer_validator(_answer_kind(verb.lower(), path, status)).iter_errors(answer),
        key=lambda error: len(error.path),
    )
    told = [f"{'/'.join(map(str, error.path))}: {error.message[:300]}" for error in errors[:5]]
    if told:
        raise SpecError(f"{verb} {path} {status}: {'; '.join(told)}")


def check_event(event: Mapping[str, Any]) -> None:
    """Refuse an event, as a webhook brings it, whose envelope or whose object is wrong."""
    check_answer("GET", "/v1/events/evt_1", 200, event)
    thing = event["data"]["object"]
    validator = _answer_validator(f"#/components/schemas/{thing['object']}")
    told = [error.message[:300] for error in validator.iter_errors(thing)]
    if told:
        raise SpecError(f"{event['type']}: {'; '.join(told[:5])}")


def decode(form: bytes) -> dict[str, Any]:
    """Return the nested data of a form; numbered groups stay mappings."""
    data: dict[str, Any] = {}
    for name, value in parse_qsl(form.decode(), keep_blank_values=True, strict_parsing=bool(form)):
        node = data
        *groups, last = name.replace("]", "").split("[")
        for group in groups:
            node = node.setdefault(group or str(len(node)), {})
        if last in node:
            raise SpecError(f"{name} is given twice")
        node[last or str(len(node))] = value
    return data


@cache
def specification() -> dict[str, Any]:
    """Return the file, brought to the version that the package pins."""
    spec: dict[str, Any] = json.loads((specs_folder() / _FILE).read_text("utf-8"))
    create = spec["paths"]["/v1/checkout/sessions"]["post"]["requestBody"]["content"]
    fields = create["application/x-www-form-urlencoded"]["schema"]["properties"]
    for name in _REMOVED_FROM_CREATE:
        del fields[name]
    fields.update(_ADDED_TO_CREATE)
    for name, added in _ADDED_TO_ANSWERS.items():
        spec["components"]["schemas"][name]["properties"].update(added)
    return spec


@cache
def _paths() -> list[tuple[re.Pattern[str], str, Any]]:
    """Return the pattern of each path, its template and its operations."""
    return [
        (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template)), template, operations)
        for template, operations in specification()["paths"].items()
    ]


def _operation(verb: str, path: str) -> tuple[Any, str]:
    for pattern, template, operations in _paths():
        if pattern.fullmatch(path) and verb in operations:
            return operations[verb], template
    return None, path


def _request_schema(verb: str, operation: Any) -> Any:
    if verb == "get":
        given = [p for p in operation.get("parameters", []) if p["in"] == "query"]
        return {"type": "object", "properties": {p["name"]: p["schema"] for p in given}}
    content = operation.get("requestBody", {"content": {}})["content"]
    form = content.get("application/x-www-form-urlencoded", {"schema": {"type": "object"}})
    return form["schema"]


def _answer_kind(verb: str, path: str, status: int) -> str:
    if status >= _ERROR:
        return "#/components/schemas/error"
    operation, name = _operation(verb, path)
    if operation is not None:
        return f"{verb} {name}"
    if _CANCEL.match(path):
        return "#/components/schemas/payment_intent"
    if path in _LISTED:
        return f"list {_LISTED[path]}"
    if resource := _PAPER.match(path):
        return f"package {resource[1]}"
    if path != "/v1/balance":
        raise SpecError(f"{verb} {path} is in no specification")
    return "balance"


def _of_package(resource: str) -> dict[str, Any]:
    """Return a schema of an answer, by the fields that the package knows of the resource."""
    known = dict.fromkeys(_PAPERS[resource].__annotations__, True)
    one = {
        "type": "object",
        "required": ["id", "object", "livemode"],
        "properties": known,
        "additionalProperties": False,
    }
    listed = {
        "required": ["data", "has_more"],
        "properties": {"data": {"type": "array", "items": one}},
    }
    return {"if": {"properties": {"object": {"const": "list"}}}, "then": listed, "else": one}


@cache
def _components() -> Any:
    return json_schema(specification()["components"])


@cache
def _answer_validator(kind: str) -> Draft202012Validator:
    if kind == "balance":
        return Draft202012Validator(_BALANCE)
    if kind.startswith("package "):
        return Draft202012Validator(_of_package(kind.split()[1]))
    if kind.startswith("#"):
        schema: Any = {"$ref": kind}
    elif kind.startswith("list "):
        schema = {
            "type": "object",
            "required": ["object", "data", "has_more", "url"],
            "properties": {
                "object": {"enum": ["list"]},
                "has_more": {"type": "boolean"},
                "url": {"type": "string"},
                "data": {
                    "type": "array",
                    "items": {"$ref": f"#/components/schemas/{kind.split()[1]}"},
                },
            },
        }
    else:
        verb, name = kind.split()
        answers = specification()["paths"][name][verb]["responses"]
        schema = json_schema(answers["200"]["content"]["application/json"]["schema"])
    return Draft202012Validator({**schema, "components": _components()})
