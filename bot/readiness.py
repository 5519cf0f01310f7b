"""Whether the shop can do its work: what ``/readyz`` tells."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.chat.telegram.application import ChatApp
from bot.chat.telegram.transport import AiohttpRequest
from bot.domain.errors import ShopError
from bot.ports import Clock, Note, Payments, PaymentsDeniedError, Store
from bot.workers.database import DatabaseWatch

#: An answer this old, in seconds, does not say any more that a service can be reached.
_LATELY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the database and both services work: by their last answer, asked where it is old."""

    clock: Clock
    store: Store
    payments: Payments
    transports: tuple[AiohttpRequest, ...]
    chat: ChatApp
    watch: DatabaseWatch
    ailing: AbstractSet[str]

    async def look(self) -> Mapping[str, bool]:
        """Return what works, by name."""
        database, telegram, stripe = await asyncio.gather(
            self._database(), self._telegram(), self._stripe()
        )
        workers = not self.ailing
        return {"database": database, "telegram": telegram, "stripe": stripe, "workers": workers}

    async def _database(self) -> bool:
        try:
            await self.store.read(lambda tx: tx.notes.get(Note.SHOP_ID))
        except ShopError:
            return False
        return self.watch.sound

    async def _telegram(self) -> bool:
        if any(self._lately(transport.answered_at) for transport in self.transports):
            return True
        return await self.chat.answers()

    async def _stripe(self) -> bool:
        if self._lately(self.payments.answered_at):
            return True
        try:
            await self.payments.account()
        except PaymentsDeniedError as error:
            return error.code == "permission"
        except ShopError:
            return False
        return True

    def _lately(self, at: float | None) -> bool:
        return at is not None and 0 <= self.clock.now() - int(at) < _LATELY_SECONDS
