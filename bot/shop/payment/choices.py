"""What the buyer chose on the payment page, where the session names it by a reference only."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.domain.errors import TransientError
from bot.domain.order import Order
from bot.domain.payment import Session
from bot.ports import Payments, PaymentsRefusedError

T = TypeVar("T")
_log = structlog.get_logger(__name__)


async def with_choices(payments: Payments, session: Session, order: Order | None = None) -> Session:
    """Return a paid session with the delivery and the code that the buyer chose.

    A delivery that the making of the session or its price tells is known without asking. What is
    asked needs rights of its own, which a key may lack: where it is not told, the sale goes on.

    Args:
        payments: Asked, by calls beside the one that confirms.
        session: As retrieved.
        order: Its order, None where it is not known here.
    """
    if not session.may_be_paid or (order and order.payment):
        return session
    known = order.allowed.chosen(session.rate_ref, session.shipping) if order else ()
    if session.rate_ref and len(known) != 1:
        session = replace(session, rate=await _without_harm(payments.rate(session.id)))
    if session.code_ref:
        session = replace(session, code=await _without_harm(payments.code(session.id)))
    return session


async def _without_harm(asked: Awaitable[T]) -> T | None:
    try:
        return await asked
    except (TransientError, PaymentsRefusedError) as error:
        _log.info("a choice was not told", error=type(error).__name__)
        return None
