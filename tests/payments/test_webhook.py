"""Webhooks: what is believed, and that everything else is one kind of refusal."""

from __future__ import annotations

import hashlib
import hmac
import json
import random

import pytest
import stripe

from bot.payments import InvalidEventError, verify_webhook
from bot.payments.events import KINDS
from bot.ports import EventId, EventKind, InboxEvent

SECRET = "whsec_canary"
NOW = 1_800_000_000
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "data": {"object": {"id": "cs_test_1", "object": "checkout.session", "payment_intent": "pi_1"}},
}
BODY = json.dumps(EVENT).encode()
READ = InboxEvent(EventId("evt_1"), EventKind.SESSION, "cs_test_1", NOW, 0, "pi_1")

#: What each name speaks of, by its last part but one.
ABOUT = {
    "session": EventKind.SESSION,
    "charge": EventKind.REFUND,
    "refund": EventKind.REFUND,
    "dispute": EventKind.DISPUTE,
}


def signature(body: bytes, secret: str = SECRET, at: int = NOW) -> str:
    """Return the hex of a v1 signature, made without the package."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def header(body: bytes, secret: str = SECRET, at: int = NOW) -> str:
    """Return a Stripe-Signature header."""
    return f"t={at},v1={signature(body, secret, at)}"


def test_a_signed_event_is_read() -> None:
    """Its id, its kind and whom it is about: nothing else is taken from it."""
    assert verify_webhook(BODY, header(BODY), SECRET, NOW) == READ


def test_stripes_own_signature_is_ours() -> None:
    """What Stripe's package signs is believed."""
    signed = stripe.WebhookSignature.generate_signature_header(BODY.decode(), SECRET, NOW)
    assert verify_webhook(BODY, signed, SECRET, NOW) == READ


def test_several_signatures_are_read_while_a_secret_rolls() -> None:
    """One of them is ours, beside an older scheme."""
    both = f"t={NOW},v1={signature(BODY, 'whsec_old')},v1={signature(BODY)},v0=abc"
    assert verify_webhook(BODY, both, SECRET, NOW) == READ


@pytest.mark.parametrize("skew", [-300, 300])
def test_clocks_may_differ_by_five_minutes(skew: int) -> None:
    """In both directions."""
    assert verify_webhook(BODY, header(BODY, at=NOW + skew), SECRET, NOW) == READ


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "t=,v1=",
        f"t={NOW}",
        f"v1={signature(BODY)}",
        f"t={NOW},v0={signature(BODY)}",
        header(BODY, "whsec_other"),
        header(BODY, ""),
        header(BODY + b" "),
        header(BODY, at=NOW - 301),
        header(BODY, at=NOW + 301),
        header(BODY, at=NOW + 10**9),
        header(BODY, at=-NOW),
        f"t={NOW},v1=ж",
        f"t=١,v1={signature(BODY)}",
        f"t={NOW + 1000},t={NOW},v1={signature(BODY)}",
        f"t={NOW}=5,v1={signature(BODY)}=5",
        f"t={'9' * 5000},v1={signature(BODY)}",
        "t=1," + "v1=a," * 5000,
        "\x00",
    ],
)
def test_a_signature_that_is_not_stripes_is_refused(given: str | None) -> None:
    """Forged, missing, doubled, stale, of the future, of another secret, or no text of ours."""
    with pytest.raises(InvalidEventError):
        verify_webhook(BODY, given, SECRET, NOW)


def test_an_empty_secret_believes_nothing() -> None:
    """Even what was signed with it."""
    with pytest.raises(InvalidEventError):
        verify_webhook(BODY, header(BODY, ""), "", NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"7",
        b'"evt_1"',
        b"{}",
        b"{",
        b"\xff\xfe{}",
        b'{"id": "evt_1"}',
        b'{"id": 1, "type": "x"}',
        b'{"id": "", "type": "x"}',
        b'{"id": "evt_1", "type": "checkout.session.completed"}',
        b'{"id": "evt_1", "type": "checkout.session.completed", "data": []}',
        b'{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": 5}}}',
        b'{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": ""}}}',
        json.dumps({**EVENT, "id": "e" * 256}).encode(),
        json.dumps({**EVENT, "id": "evt\x00"}).encode(),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"id": ' + b"9" * 5000 + b"}",
        json.dumps({**EVENT, "id": "\ud800"}).encode(),
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    """Signed or not: no text, no JSON, too deep, no object, no id, about nobody."""
    with pytest.raises(InvalidEventError):
        verify_webhook(body, header(body), SECRET, NOW)


def test_an_event_of_a_kind_that_we_do_not_know_is_read_all_the_same() -> None:
    """An endpoint that sends more than we asked for is answered, or Stripe would switch it off."""
    body = json.dumps({"id": "evt_2", "type": "balance.available", "data": {"object": {}}}).encode()
    event = verify_webhook(body, header(body), SECRET, NOW)
    assert (event.kind, event.object_id, event.parent_id) == (EventKind.OTHER, "", None)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_names_whom_to_ask_about(name: str) -> None:
    """The object's id, and its payment's where it has one, expanded or not."""
    for intent in ("pi_1", {"id": "pi_1", "object": "payment_intent"}):
        about = {"id": "xx_1", "payment_intent": intent}
        body = json.dumps({"id": "evt_1", "type": name, "data": {"object": about}}).encode()
        event = verify_webhook(body, header(body), SECRET, NOW)
        kind = ABOUT[name.split(".")[-2]]
        assert (event.kind, event.object_id, event.parent_id) == (kind, "xx_1", "pi_1")


def test_no_garbled_body_gets_through_or_breaks_anything() -> None:
    """Two thousand bodies and headers with bytes changed: one kind of refusal for all."""
    chance = random.Random(7)
    for _ in range(2000):
        body = bytearray(BODY)
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        garbled = list(header(bytes(body)))
        garbled[chance.randrange(len(garbled))] = chr(chance.randrange(1, 0x3000))
        with pytest.raises(InvalidEventError):
            verify_webhook(bytes(body), header(BODY) if body != BODY else None, SECRET, NOW)
        try:
            event = verify_webhook(bytes(body), header(bytes(body)), SECRET, NOW)
            assert event.received_at == NOW
        except InvalidEventError:
            continue


def test_a_refusal_quotes_neither_secret_nor_body() -> None:
    """Its text is for the log."""
    with pytest.raises(InvalidEventError) as caught:
        verify_webhook(b"canary", "t=1,v1=canary", SECRET, NOW)
    assert "canary" not in f"{caught.value}{caught.value!r}"
