"""Row 38: answers of another shape to the calls of a shop that runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.order import ChatId, OrderState, SessionId
from bot.domain.services import WrongServiceError
from bot.ports import MessageKind, Transaction
from kit import Kit, open_kit
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.telegram import Person
from tests.shop.journeys import add, ask_to_pay, order_something, pay

#: Status and body of what is no answer of the Bot API to a call that returns a message.
OTHERS: dict[str, tuple[int, object]] = {
    "no number": (200, {"ok": True, "result": {"date": 1, "text": "x"}}),
    "a number alone": (200, {"ok": True, "result": {"message_id": "seven"}}),
    "true": (200, {"ok": True, "result": True}),
    "null": (200, {"ok": True, "result": None}),
    "a list": (200, {"ok": True, "result": []}),
    "no object": (200, []),
    "unknown method": (404, {"ok": False, "error_code": 404, "description": "Not Found"}),
    "not implemented": (501, {"ok": False, "error_code": 501, "description": "Not Implemented"}),
    "a page": (200, b"<html>Welcome to this network</html>"),
    "a page of 501": (501, b"<h1>Not Implemented</h1>"),
    "nothing": (200, b""),
}
#: The same for Stripe's calls.
STRANGE: dict[str, tuple[int, object]] = {
    "empty": (200, {}),
    "no list": (200, {"object": "list", "data": 7}),
    "a list of others": (200, {"object": "list", "data": [7, None], "has_more": False}),
    "no object": (200, []),
    "null": (200, b"null"),
    "unknown path": (
        404,
        {"error": {"type": "invalid_request_error", "message": "Unrecognized request URL"}},
    ),
    "an error of others": (404, {"error": "not found"}),
    "a page of 404": (404, b"<h1>Not Found</h1>"),
    "a page": (200, b"<html>Welcome to this network</html>"),
    "a page of 501": (501, b"<h1>Not Implemented</h1>"),
    "nothing": (200, b""),
}
CREATE, RETRIEVE = "POST /v1/checkout/sessions", "GET /v1/checkout/sessions/{id}"


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    """Open a shop."""
    async with open_kit(tmp_path) as kit:
        yield kit


def played(kit: Kit, call: str, answer: tuple[int, object], times: int | None = None) -> Fault:
    """Answer a call so, before it has any effect, until the rule is lifted or spent."""
    status, body = answer
    return kit.site.faults.add(Fault(call, "error", status=status, body=body, times=times))


async def fired(fault: Fault, times: int = 1) -> None:
    """Wait until a rule has fired so often."""
    async with asyncio.timeout(PATIENCE):
        while fault.fired < times:  # noqa: ASYNC110 - the sandbox rings no bell
            await asyncio.sleep(0.01)


async def met(person: Person) -> None:
    """Let somebody start the bot."""
    await person.start()
    await person.wait_for(lambda shown: bool(shown.buttons))


def lines(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the shop logged; a traceback would be a failure."""
    printed = "".join(capsys.readouterr())
    assert "Traceback" not in printed + caplog.text
    assert caplog.text == ""  # the library would log what came
    return printed.splitlines()


@pytest.mark.parametrize("answer", OTHERS.values(), ids=OTHERS.keys())
async def test_a_message_waits_until_telegram_answers_as_it_should(
    kit: Kit,
    answer: tuple[int, object],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is told again after a pause, with one line for each try, and arrives."""
    ann, now = kit.person("Alice"), kit.clock.now()
    await met(ann)

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ChatId(ann.id), MessageKind.SUPPORT, now, None, {"text": "hello"})

    strange = played(kit, "sendMessage", answer, times=2)
    await kit.running.store.write(work)
    kit.shop.context.outbox_bell.ring()
    for tries in (1, 2):
        await fired(strange, tries)
        await kit.drain()
        kit.clock.jump(10)
        kit.shop.context.outbox_bell.ring()
    await ann.wait_for("hello", since=0)

    told = [line for line in lines(capsys, caplog) if "message not sent yet" in line]
    assert len(told) == strange.fired == 2
    assert len([m for m in ann.messages() if "hello" in m.text]) == 1


@pytest.mark.parametrize("answer", OTHERS.values(), ids=OTHERS.keys())
async def test_a_screen_that_was_not_taken_is_a_line_and_the_order_is_kept(
    kit: Kit,
    answer: tuple[int, object],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every call about messages is answered so while somebody buys; then the shop goes on."""
    alice, marta = kit.person("Alice"), kit.person("Marta")
    screen = await add(alice, "house-blend")
    strange = [played(kit, call, answer) for call in ("send*", "edit*", "answer*", "delete*")]
    menu = played(kit, "*MyCommands", answer)
    for rule, act in (
        (strange[2], alice.tap(screen, "+")),
        (strange[0], alice.write("/checkout")),
        (strange[0], alice.write("/start p_house-blend")),
        (strange[0], alice.write("/start")),
        (menu, marta.start()),
    ):
        before = rule.fired
        await act
        await fired(rule, before + 1)
    kit.site.faults.lift()
    await met(marta)
    await ask_to_pay(alice)
    order = await kit.until(alice, OrderState.OPEN)

    assert order.lines[0].quantity == 2
    assert len(kit.stripe.world.test.sessions) == 1
    said = lines(capsys, caplog)
    assert [line for line in said if "screen not shown" in line]
    assert len(said) < 2 * sum(rule.fired for rule in (*strange, menu))


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE.keys())
async def test_an_order_waits_until_stripe_answers_as_it_should(
    kit: Kit,
    answer: tuple[int, object],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A session that was not made so is made once, later, and paid for."""
    alice = kit.person("Alice")
    await add(alice, "house-blend")
    strange = played(kit, CREATE, answer)
    await alice.write("/checkout")
    asked = await alice.wait_for(lambda shown: bool(shown.buttons))
    if any(button.text == "Send it to me" for button in asked.buttons):
        await alice.tap(asked, "Send it to me")
    await alice.wait_for("The payment service isn’t answering", since=0)
    placed = await kit.until(alice, OrderState.PLACED)
    kit.site.faults.lift()
    await ask_to_pay(alice)
    order = await kit.until(alice, OrderState.OPEN)

    assert order.id == placed.id
    assert strange.fired <= 4
    assert len(kit.stripe.world.test.sessions) == 1
    lines(capsys, caplog)


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE.keys())
async def test_a_payment_waits_until_stripe_answers_as_it_should(
    kit: Kit,
    answer: tuple[int, object],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Sessions and events come so while somebody pays; the order stays open, and becomes paid."""
    alice = kit.person("Alice")
    order = await order_something(kit, alice)
    strange = played(kit, "GET /v1/*", answer)
    await pay(kit, order)
    with pytest.raises(WrongServiceError):
        await kit.shop.context.payments.retrieve(SessionId(str(order.session_id)))
    with pytest.raises(WrongServiceError):
        await kit.shop.context.payments.events(None)
    await kit.shop.reconciliation.begin()
    await kit.shop.reconciliation.work()
    assert (await kit.order(alice)).state is OrderState.OPEN
    kit.site.faults.lift()
    await kit.shop.reconciliation.begin()
    await kit.shop.reconciliation.work()
    await kit.until(alice, OrderState.PAID)

    assert strange.fired
    lines(capsys, caplog)
