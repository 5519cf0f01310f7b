"""What an operator is told about the shop's surroundings: facts from outside, judged purely.

A `Remark` carries the key of its words and their values; each says what to do. Facts are gathered
elsewhere: of the bot by ``chat/``, of the account by the payments adapter, of the public address
by ``web/``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from bot.ports import CLOCKS_DIFFER, BotFacts, Contact

#: Path of the shop's own webhook for Stripe's events.
STRIPE_WEBHOOK: Final = "/stripe/webhook"
#: A failed delivery longer ago than this says nothing about today, seconds.
_RECENT: Final = 3600
#: So many waiting updates are no burst any more.
_MANY_WAITING: Final = 100
#: Rights without which the shop still sells and confirms.
_DISPENSABLE: Final = frozenset(
    {"Webhook Endpoints: read", "Promotion Codes: read", "Shipping Rates: read"}
)
_EVENTS: Final = "Events: read"


class Weight(StrEnum):
    """How much a remark matters: only faults make the whole unsound."""

    FINE = "fine"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was looked at.

    Attributes:
        key: Of the words, without ``cli.doctor.``.
        params: What is filled in.
    """

    weight: Weight
    key: str
    params: Mapping[str, object] = field(default_factory=dict)


def fine(key: str, **params: object) -> Remark:
    """Return that something is as it should be."""
    return Remark(Weight.FINE, key, params)


def note(key: str, **params: object) -> Remark:
    """Return something worth knowing that stops nothing."""
    return Remark(Weight.NOTE, key, params)


def fault(key: str, **params: object) -> Remark:
    """Return something that must be set right."""
    return Remark(Weight.FAULT, key, params)


def judge_bot(facts: BotFacts, *, webhook: str | None, running: bool, now: int) -> Iterator[Remark]:
    """Say how the bot stands with Telegram.

    Args:
        facts: As Telegram tells them.
        webhook: Where the shop has updates sent; None: it fetches them.
        running: Whether the shop runs now.
        now: Seconds UTC.
    """
    yield fine("bot", bot=facts.username)
    if facts.webhook_url and facts.webhook_url != webhook:
        yield fault("updates_elsewhere", url=facts.webhook_url)
    elif webhook and running and not facts.webhook_url:
        yield fault("updates_not_sent", url=webhook)
    elif facts.webhook_url and facts.webhook_error and now - facts.webhook_error_at < _RECENT:
        yield fault("updates_fail", url=facts.webhook_url, reason=facts.webhook_error)
    else:
        yield fine("updates_sent" if webhook else "updates_fetched")
    if running and facts.waiting >= _MANY_WAITING:
        yield fault("updates_wait", n=facts.waiting)
    if not facts.has_menu:
        yield note("menu_missing")
    if not facts.inline:
        yield note("inline_off")
    if not facts.owners:
        yield fault("no_owners")
    for owner, contact in facts.owners.items():
        told = fine if contact is Contact.REACHED else fault
        yield told(f"owner_{contact}", owner=str(owner))


class PermissionFacts(Protocol):
    """Whether the key may do something, as the payments adapter tells it."""

    @property
    def name(self) -> str: ...  # noqa: D102 - its name and type say all
    @property
    def allowed(self) -> bool: ...  # noqa: D102 - as above
    @property
    def message(self) -> str: ...  # noqa: D102 - as above


def judge_permissions(permissions: Sequence[PermissionFacts], *, webhook: bool) -> Iterator[Remark]:
    """Say what the key lacks.

    Args:
        permissions: Each right that the shop uses.
        webhook: Whether events come by webhook, so that none need be fetched.
    """
    lacking = [one for one in permissions if not one.allowed]
    for one in lacking:
        dispensable = one.name in _DISPENSABLE or (webhook and one.name == _EVENTS)
        told = note if dispensable else fault
        yield told("permission", permission=one.name, message=one.message)
    if not lacking:
        yield fine("permissions")


class EndpointFacts(Protocol):
    """A webhook endpoint, as the payments adapter tells it."""

    @property
    def id(self) -> str: ...  # noqa: D102 - its name and type say all
    @property
    def url(self) -> str: ...  # noqa: D102 - as above
    @property
    def enabled(self) -> bool: ...  # noqa: D102 - as above
    @property
    def missing(self) -> tuple[str, ...]: ...  # noqa: D102 - as above


def endpoint_at(url: str, endpoints: Sequence[EndpointFacts]) -> EndpointFacts | None:
    """Return the endpoint for an address, a working one where there are several."""
    ours = [one for one in endpoints if one.url == url]
    return min(ours, key=lambda one: (not one.enabled, len(one.missing)), default=None)


def judge_endpoint(
    url: str | None, endpoints: Sequence[EndpointFacts], *, secret: bool
) -> Iterator[Remark]:
    """Say whether Stripe's events arrive.

    Args:
        url: Where the shop takes them; None: it has no public address.
        endpoints: As the account has them.
        secret: Whether the signing secret is set.
    """
    if url is None:
        yield fault("endpoint_no_address") if secret else fine("events_fetched")
        return
    found = endpoint_at(url, endpoints)
    match found, secret:
        case None, True:
            yield fault("endpoint_missing", url=url)
        case None, False:
            yield note("endpoint_possible", url=url)
        case _, False:
            yield fault("endpoint_secret", url=url)
    if found is None:
        return
    if not found.enabled:
        yield fault("endpoint_disabled", url=url)
    if found.missing:
        yield fault("endpoint_events", url=url, events=", ".join(found.missing))
    if secret and found.enabled and not found.missing:
        yield fine("endpoint", url=url)


def judge_clock(ahead: int | None) -> Iterator[Remark]:
    """Say whether our clock agrees with Stripe's.

    Args:
        ahead: By how many seconds ours is ahead, negative where behind; None: not known.
    """
    if ahead is None:
        return
    if abs(ahead) <= CLOCKS_DIFFER:
        yield fine("clock")
    else:
        yield fault("clock_ahead" if ahead > 0 else "clock_behind", seconds=str(abs(ahead)))


def judge_address(url: str | None, trouble: str | None, *, running: bool) -> Remark:
    """Say whether the public address leads to the shop.

    Args:
        url: The address, None where there is none.
        trouble: Why it could not be reached, None where it was.
        running: Whether the shop runs now: otherwise nobody can answer there.
    """
    if url is None:
        return fine("address_none")
    if trouble is None:
        return fine("address", url=url)
    return (fault if running else note)(
        "address_silent" if running else "address_unknown", url=url, reason=trouble
    )
