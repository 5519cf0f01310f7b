"""What happens at banks and in the owner's Dashboard, for tests and for the sandbox's controls."""

from __future__ import annotations

from shop_sandbox.exchange import Json
from shop_sandbox.stripe import disputes, refunds
from shop_sandbox.stripe.payments import settle_debit
from shop_sandbox.stripe.world import Book, Checkout, StripeAccount


class Bank:
    """Acts on payments by their id. Mixed into the sandbox.

    Attributes:
        world: The account.
    """

    world: StripeAccount

    async def settle_debit(self, session_id: str, *, succeed: bool = True) -> None:
        """Have the bank answer a debit that is under way.

        Raises:
            ApiError: none is.
        """
        book, checkout = self.checkout_of(session_id)
        settle_debit(book, checkout, succeed=succeed)

    async def open_dispute(
        self, charge_id: str, *, reason: str = "fraudulent", amount: int | None = None
    ) -> str:
        """Have the buyer's bank dispute a charge, and return the dispute's id."""
        book, charge = self._charge(charge_id)
        dispute: str = disputes.open_dispute(book, charge, reason, amount)["id"]
        return dispute

    async def update_dispute(self, dispute_id: str) -> None:
        """Hand in evidence, so that a dispute is under review."""
        book, dispute = self._dispute(dispute_id)
        disputes.update_dispute(book, dispute)

    async def close_dispute(self, dispute_id: str, *, won: bool) -> None:
        """Have the bank decide a dispute."""
        book, dispute = self._dispute(dispute_id)
        disputes.close_dispute(book, dispute, won=won)

    async def refund_in_dashboard(self, payment_intent: str, amount: int | None = None) -> str:
        """Give money back as the owner would in the Dashboard, and return the refund's id.

        Args:
            payment_intent: Whose money.
            amount: Minor units; everything that is left by default.

        Raises:
            ApiError: there is not so much left, or nothing was paid.
        """
        for book in self.world.books():
            if payment_intent in book.intents:
                params: Json = {"payment_intent": payment_intent}
                if amount is not None:
                    params["amount"] = amount
                refund: str = refunds.create(book, params)["id"]
                return refund
        raise LookupError(payment_intent)

    async def settle_refund(self, refund_id: str, *, succeed: bool = True) -> None:
        """Have the bank answer a refund: a pending one succeeds, or one fails, whenever."""
        for book in self.world.books():
            if refund_id in book.refunds:
                refunds.settle(book, book.refunds.find(refund_id), succeed=succeed)
                return
        raise LookupError(refund_id)

    def checkout_of(self, session_id: str) -> tuple[Book, Checkout]:
        """Return a session of either mode with its book.

        Raises:
            LookupError: there is none.
        """
        found = self.world.find_checkout(session_id)
        if found is None:
            raise LookupError(session_id)
        return found

    def _charge(self, charge_id: str) -> tuple[Book, Json]:
        for book in self.world.books():
            if charge_id in book.charges:
                return book, book.charges.find(charge_id)
        raise LookupError(charge_id)

    def _dispute(self, dispute_id: str) -> tuple[Book, Json]:
        for book in self.world.books():
            if dispute_id in book.disputes:
                return book, book.disputes.find(dispute_id)
        raise LookupError(dispute_id)
