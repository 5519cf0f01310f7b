"""The shop's surroundings, judged: which facts are fine, worth a word, or faults."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.doctor.health import (
    Remark,
    Weight,
    endpoint_at,
    judge_address,
    judge_bot,
    judge_endpoint,
    judge_permissions,
)
from bot.domain.order import UserId
from bot.ports import BotFacts, Contact

NOW = 1_790_000_000
HOOK = "https://shop.example/telegram/webhook"
STRIPE_HOOK = "https://shop.example/stripe/webhook"
OWNER = UserId(7)
BOT = BotFacts(
    "shop_bot", "", 0, "", 0, has_menu=True, inline=True, owners={OWNER: Contact.REACHED}
)


@dataclass(frozen=True)
class _Endpoint:
    id: str = "we_1"
    url: str = STRIPE_HOOK
    enabled: bool = True
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Permission:
    name: str
    allowed: bool
    message: str = "missing"


def _bad(remarks: object) -> list[tuple[Weight, str]]:
    assert hasattr(remarks, "__iter__")
    return [(one.weight, one.key) for one in remarks if one.weight is not Weight.FINE]


def _faults(*keys: str) -> list[tuple[Weight, str]]:
    return [(Weight.FAULT, key) for key in keys]


@pytest.mark.parametrize(
    ("facts", "webhook", "running", "expected"),
    [
        (BOT, None, True, []),
        (replace(BOT, webhook_url=HOOK), HOOK, True, []),
        (replace(BOT, webhook_url=HOOK), None, True, _faults("updates_elsewhere")),
        (replace(BOT, webhook_url="https://x.example/"), HOOK, True, _faults("updates_elsewhere")),
        (BOT, HOOK, True, _faults("updates_not_sent")),
        (BOT, HOOK, False, []),
        (replace(BOT, waiting=100), None, True, _faults("updates_wait")),
        (replace(BOT, waiting=100), None, False, []),
        (replace(BOT, waiting=99), None, True, []),
        (replace(BOT, has_menu=False), None, True, [(Weight.NOTE, "menu_missing")]),
        (replace(BOT, inline=False), None, True, [(Weight.NOTE, "inline_off")]),
        (replace(BOT, owners={}), None, True, _faults("no_owners")),
        (
            replace(BOT, owners={OWNER: Contact.UNANSWERED, UserId(8): Contact.BLOCKED}),
            None,
            True,
            _faults("owner_unanswered", "owner_blocked"),
        ),
    ],
)
def test_the_bot_is_judged_by_what_telegram_says(
    facts: BotFacts, webhook: str | None, running: bool, expected: list[tuple[Weight, str]]
) -> None:
    """Where messages go, how many wait, who can be written to: each fault by its name."""
    assert _bad(judge_bot(facts, webhook=webhook, running=running, now=NOW)) == expected


@pytest.mark.parametrize(("ago", "expected"), [(3599, _faults("updates_fail")), (3600, [])])
def test_only_a_recent_failure_counts(ago: int, expected: list[tuple[Weight, str]]) -> None:
    """Telegram remembers the last error for ever; after an hour it says nothing about today."""
    facts = replace(BOT, webhook_url=HOOK, webhook_error="refused", webhook_error_at=NOW - ago)
    assert _bad(judge_bot(facts, webhook=HOOK, running=True, now=NOW)) == expected


@pytest.mark.parametrize(
    ("url", "endpoints", "secret", "expected"),
    [
        (None, (), False, []),
        (None, (), True, _faults("endpoint_no_address")),
        (STRIPE_HOOK, (), True, _faults("endpoint_missing")),
        (STRIPE_HOOK, (), False, [(Weight.NOTE, "endpoint_possible")]),
        (
            STRIPE_HOOK,
            (_Endpoint(url="https://other.example/"),),
            True,
            _faults("endpoint_missing"),
        ),
        (STRIPE_HOOK, (_Endpoint(),), True, []),
        (STRIPE_HOOK, (_Endpoint(),), False, _faults("endpoint_secret")),
        (STRIPE_HOOK, (_Endpoint(enabled=False),), True, _faults("endpoint_disabled")),
        (STRIPE_HOOK, (_Endpoint(missing=("refund.failed",)),), True, _faults("endpoint_events")),
        (STRIPE_HOOK, (_Endpoint(enabled=False), _Endpoint("we_2")), True, []),
    ],
)
def test_the_webhook_endpoint_is_judged(
    url: str | None,
    endpoints: tuple[_Endpoint, ...],
    secret: bool,
    expected: list[tuple[Weight, str]],
) -> None:
    """Events must arrive: by an endpoint that works, or by being fetched."""
    assert _bad(judge_endpoint(url, endpoints, secret=secret)) == expected


def test_of_two_endpoints_the_working_one_counts() -> None:
    """An old, disabled registration of the same address does no harm."""
    found = endpoint_at(STRIPE_HOOK, (_Endpoint(enabled=False), _Endpoint("we_2")))
    assert found is not None
    assert found.id == "we_2"


@pytest.mark.parametrize(
    ("name", "webhook", "weight"),
    [
        ("Checkout Sessions: write", True, Weight.FAULT),
        ("Events: read", False, Weight.FAULT),
        ("Events: read", True, Weight.NOTE),
        ("Webhook Endpoints: read", False, Weight.NOTE),
        ("Promotion Codes: read", False, Weight.NOTE),
        ("Credit notes: write", True, Weight.FAULT),
    ],
)
def test_a_missing_right_weighs_what_the_shop_loses_by_it(
    name: str, webhook: bool, weight: Weight
) -> None:
    """Without events nothing arrives, unless a webhook brings them."""
    rights = (_Permission("Disputes: read", allowed=True), _Permission(name, allowed=False))
    assert list(judge_permissions(rights, webhook=webhook)) == [
        Remark(weight, "permission", {"permission": name, "message": "missing"})
    ]


@pytest.mark.parametrize(
    ("url", "trouble", "running", "weight", "key"),
    [
        (None, None, True, Weight.FINE, "address_none"),
        ("https://s", None, True, Weight.FINE, "address"),
        ("https://s", "status 502", True, Weight.FAULT, "address_silent"),
        ("https://s", "status 502", False, Weight.NOTE, "address_unknown"),
    ],
)
def test_an_address_that_nobody_answers_at_is_a_fault_only_while_the_shop_runs(
    url: str | None, trouble: str | None, running: bool, weight: Weight, key: str
) -> None:
    """A shop that is not running cannot answer."""
    remark = judge_address(url, trouble, running=running)
    assert (remark.weight, remark.key) == (weight, key)
