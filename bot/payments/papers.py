"""Invoices of sales and credit notes of refunds, as Stripe makes them ("Credit notes").

A refund alone corrects no invoice. A credit note that names the refund does, and the invoice's own
list tells which refunds have theirs: so one that was made in the Dashboard is not made twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import stripe
from stripe.params import CreditNoteCreateParams, CreditNoteListParams

from bot.domain.errors import TransientError
from bot.payments import reading
from bot.payments.calls import Caller
from bot.ports import Refund

#: Stripe's largest page.
_PAGE: Final = 100


class Papers:
    """Invoices and credit notes of the account."""

    def __init__(self, v1: stripe.V1Services, caller: Caller) -> None:
        self._v1 = v1
        self._caller = caller

    async def url(self, invoice_id: str) -> str | None:
        """Return a link to an invoice; None until Stripe has finalized it."""
        return await self._caller.read(
            lambda: self._v1.invoices.retrieve_async(invoice_id), reading.invoice_url
        )

    async def credit(self, invoice_id: str | None, refunds: Sequence[Refund]) -> int:
        """Make a credit note for each refund that none names yet; return how many were made.

        Raises:
            TransientError: also where the invoice is not there yet.
        """
        if invoice_id is None:
            raise TransientError("Stripe has made no invoice yet")
        credited = await self._credited(invoice_id)
        left = [one for one in refunds if one.id not in credited]
        for refund in left:
            params: CreditNoteCreateParams = {
                "invoice": invoice_id,
                "amount": refund.amount,
                "refunds": [{"refund": refund.id, "amount_refunded": refund.amount}],
            }
            key = {"idempotency_key": f"credit-{refund.id}"}
            make = partial(self._v1.credit_notes.create_async, params, key)  # type: ignore[arg-type]
            await self._caller.read(make, lambda made: str(made["id"]))
        return len(left)

    async def _credited(self, invoice_id: str) -> set[str]:
        found: set[str] = set()
        query: CreditNoteListParams = {"invoice": invoice_id, "limit": _PAGE}
        while True:
            page = await self._caller.read(
                partial(self._v1.credit_notes.list_async, query), reading.credit_notes
            )
            found |= page.refunds
            if page.after is None:
                return found
            query = {"invoice": invoice_id, "limit": _PAGE, "starting_after": page.after}


def invoice_of(session: Mapping[str, Any]) -> str | None:
    """Return the id of a session's invoice; None where there is none, or not yet."""
    return reading.identity(session.get("invoice"))
