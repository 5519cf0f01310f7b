"""Invoices of sales and credit notes of refunds, as Stripe makes them ("Credit notes").

A refund alone corrects no invoice. A credit note that names the refund does, and the invoice's own
list tells which refunds have theirs: so one that was made in the Dashboard is not made twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import stripe
from stripe.params import CreditNoteCreateParams, CreditNoteListParams

from bot.domain.errors import TransientError
from bot.payments import reading
from bot.payments.calls import PAGE, Caller
from bot.ports import Credited, PaymentsDeniedError, PaymentsRefusedError, Refund


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

    async def credit(
        self, invoice_id: str | None, given: Sequence[Refund], void: Sequence[Refund]
    ) -> Credited:
        """Make a credit note for each refund that none names yet; void those whose refunds failed.

        A note that Stripe does not void says of its amount that it was given back: a later refund
        of as much makes that true, and gets no second one.

        Raises:
            TransientError: also where the invoice is not there yet.
        """
        if invoice_id is None:
            raise TransientError("Stripe has made no invoice yet")
        notes = await self._notes(invoice_id)
        failed = {one.id for one in void}
        wrong = [one for one in notes if one.issued and one.refunds and one.refunds <= failed]
        standing = [one for one in wrong if not await self._void(one)]
        voided, made = len(wrong) - len(standing), 0
        named = {refund for note in notes for refund in note.refunds}
        for refund in given:
            if refund.id in named:
                continue
            spare = next((note for note in standing if note.amount == refund.amount), None)
            if spare:
                standing.remove(spare)
            else:
                await self._make(invoice_id, refund)
                made += 1
        return Credited(made, voided, tuple(note.number for note in standing))

    async def _make(self, invoice_id: str, refund: Refund) -> None:
        params: CreditNoteCreateParams = {
            "invoice": invoice_id,
            "amount": refund.amount,
            "refunds": [{"refund": refund.id, "amount_refunded": refund.amount}],
        }
        key = {"idempotency_key": f"credit-{refund.id}"}
        make = partial(self._v1.credit_notes.create_async, params, key)  # type: ignore[arg-type]
        await self._caller.read(make, lambda made: str(made["id"]))

    async def _void(self, note: reading.CreditNote) -> bool:
        """Void a note; False where Stripe refuses, as it does where the invoice is paid."""
        void = self._v1.credit_notes.void_credit_note_async
        try:
            await self._caller.call(partial(void, note.id))
        except PaymentsDeniedError:
            raise
        except PaymentsRefusedError:
            return False
        return True

    async def _notes(self, invoice_id: str) -> tuple[reading.CreditNote, ...]:
        found: tuple[reading.CreditNote, ...] = ()
        query: CreditNoteListParams = {"invoice": invoice_id, "limit": PAGE}
        while True:
            page, after = await self._caller.read(
                partial(self._v1.credit_notes.list_async, query), reading.credit_notes
            )
            found += page
            if after is None:
                return found
            query = {"invoice": invoice_id, "limit": PAGE, "starting_after": after}


def invoice_of(session: Mapping[str, Any]) -> str | None:
    """Return the id of a session's invoice; None where there is none, or not yet."""
    return reading.identity(session.get("invoice"))
