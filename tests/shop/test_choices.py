"""What the buyer chose on the payment page is kept with the order, however little Stripe tells."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.order import Chosen, Order, OrderState
from bot.ports import MessageKind
from kit.faults.counter import Counter, goods, open_counter
from shop_sandbox.faults import Action, Fault

RETRIEVE = "GET /v1/checkout/sessions/{id}"
POST, COURIER = "Post", "Courier"


def _catalog(*prices: str, **checkout: Any) -> str:
    """Return a catalog that sends by post or courier, at these prices."""
    catalog = json.loads(goods())
    rates = [
        {"id": name.lower(), "name": name, "price": price}
        for name, price in zip((POST, COURIER), prices, strict=True)
    ]
    catalog["checkout"] |= {"shipping": {"countries": ["PT"], "rates": rates}, **checkout}
    return json.dumps(catalog)


@asynccontextmanager
async def _open(
    folder: Path, *prices: str, lacking: str = "", **checkout: Any
) -> AsyncIterator[Counter]:
    """Open a shop whose key is a restricted one that may lack a right."""
    async with open_counter(folder, _catalog(*prices, **checkout)) as counter:
        counter.key = "rk_test_faults4NobodyAtAll0000"
        counter.stripe.keyring.lacking = {lacking} if lacking else set()
        await counter.reopen()
        yield counter


async def _bought(counter: Counter, **chosen: Any) -> Order:
    order = await counter.buy()
    await counter.stripe.pay(str(order.session_id), **chosen)
    await counter.shop.settlement.by_token(order.token)
    return await counter.order(order.id)


def _chosen(order: Order) -> Chosen:
    assert order.state is OrderState.PAID
    assert order.payment
    return order.payment.chosen


async def test_stripes_ids_of_the_rates_are_noted_as_the_session_is_made(tmp_path: Path) -> None:
    """Each beside ours, told by its amount; so nothing is asked once it is paid."""
    async with _open(tmp_path, "4.90", "11.90", lacking="rak_shipping_rate_read") as counter:
        order = await counter.buy()
        options = counter.stripe.sessions[str(order.session_id)]["shipping_options"]
        refs = {one["shipping_amount"]: one["shipping_rate"] for one in options}
        assert [(rate.id, rate.ref) for rate in order.allowed.rates] == [
            ("post", refs[490]), ("courier", refs[1190]),
        ]  # fmt: skip
        await counter.stripe.pay(str(order.session_id), rate=1)
        before = counter.stripe.faults.calls[RETRIEVE]

        await counter.shop.settlement.by_token(order.token)

        assert _chosen(await counter.order(order.id)) == Chosen("courier", COURIER)
        assert counter.stripe.faults.calls[RETRIEVE] - before == 1


@pytest.mark.parametrize(
    ("place", "chosen"), [(0, Chosen("post", POST)), (1, Chosen("courier", COURIER))]
)
async def test_two_rates_of_one_price_are_told_apart_by_what_stripe_keeps_of_them(
    tmp_path: Path, place: int, chosen: Chosen
) -> None:
    """The amount says nothing then: our id stands in the rate's metadata, asked for beside."""
    async with _open(tmp_path, "4.90", "4.90") as counter:
        order = await _bought(counter, rate=place)
        assert [rate.ref for rate in order.allowed.rates] == [None, None]
        assert _chosen(order) == chosen


async def test_a_right_that_is_missing_stops_no_sale(tmp_path: Path) -> None:
    """403 on the second call: paid, sold once, told with both names, and no alarm."""
    async with _open(tmp_path, "4.90", "4.90", lacking="rak_shipping_rate_read") as counter:
        order = await _bought(counter, rate=1)

        assert _chosen(order) == Chosen(None, f"{POST} / {COURIER}")
        assert await counter.free("tea") == 19
        kinds = [message.kind for message in await counter.told()]
        assert sorted(kinds) == sorted([MessageKind.RECEIPT, MessageKind.OWNER_SALE])
        assert await counter.findings() == []


@pytest.mark.parametrize("action", ["error", "cut"])
async def test_a_second_call_that_is_not_answered_stops_no_sale(
    tmp_path: Path, action: Action
) -> None:
    """The first one confirms; what fails after it is only what was chosen."""
    async with _open(tmp_path, "4.90", "4.90") as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        faults, fault = counter.stripe.faults, Fault(RETRIEVE, action, times=None)

        def fail_from_now_on(call: str, phase: str) -> None:
            if call == RETRIEVE and phase == "after":
                faults.add(fault)

        faults.on_call.append(fail_from_now_on)

        await counter.shop.settlement.by_token(order.token)

        assert fault.fired >= counter.patience.attempts  # a cut is tried again by the client too
        assert _chosen(await counter.order(order.id)) == Chosen(None, f"{POST} / {COURIER}")


@pytest.mark.parametrize(
    ("lacking", "code"), [("", "WELCOME10"), ("rak_promotion_code_read", None)]
)
async def test_the_code_is_kept_where_stripe_tells_it(
    tmp_path: Path, lacking: str, code: str | None
) -> None:
    """As typed; without the right the discount alone is known, and the sale goes on."""
    async with _open(tmp_path, "4.90", "11.90", lacking=lacking, promotion_codes=True) as counter:
        order = await _bought(counter, promotion_code="WELCOME10")
        assert _chosen(order) == Chosen("post", POST, code)
        assert order.payment
        assert order.payment.discount.minor == 125


async def test_what_was_paid_in_another_currency_is_kept(tmp_path: Path) -> None:
    """Stripe says what the buyer's bank was asked for; the order stays in the shop's currency."""
    async with _open(tmp_path, "4.90", "11.90") as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        counter.stripe.sessions[str(order.session_id)]["presentment_details"] = {
            "presentment_amount": 1911, "presentment_currency": "usd",
        }  # fmt: skip
        await counter.shop.settlement.by_token(order.token)
        paid = await counter.order(order.id)
        presented = _chosen(paid).presentment
        assert presented
        assert (presented.minor, presented.currency) == (1911, "usd")
        assert paid.payment
        assert (paid.payment.total.minor, paid.payment.total.currency) == (1740, "eur")
