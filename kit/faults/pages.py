"""The whole running shop with public pages and a webhook, and a poster of signed events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.order import ChatId, Order, UserId
from bot.ports import Note
from bot.shop import Buyer
from kit import Kit, open_kit
from kit.engines import all_rows
from kit.faults.counter import goods
from shop_sandbox.stripe.post import sign
from shop_sandbox.telegram import Person

SECRET = "whsec_faultsFaultsFaultsFaults00"
#: Notes that the shop's own loops write by the clock.
_OF_LOOPS = (
    Note.WRITTEN,
    Note.EVENTS_SINCE,
    Note.EVENTS_CURSOR,
    Note.SUMMARY_DAY,
    Note.CARTS_RECALLED,
)


@dataclass
class PublicShop:
    """A kit, its webhook's address and a client."""

    kit: Kit
    http: aiohttp.ClientSession
    hook: str

    async def post(self, body: bytes, signature: str | None) -> int:
        """Send a body to the webhook and return the answer's status."""
        headers = {} if signature is None else {"Stripe-Signature": signature}
        async with self.http.post(self.hook, data=body, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def post_event(self, event: Mapping[str, Any]) -> int:
        """Sign an event as Stripe does now, and send it."""
        body = json.dumps(event).encode()
        return await self.post(body, self.signature(body))

    def signature(self, body: bytes, secret: str = SECRET, at: int | None = None) -> str:
        """Return the header that Stripe would send with a body."""
        return sign(body, secret, self.kit.clock.now() if at is None else at)

    async def buy(self, person: Person, product: str = "tea", quantity: int = 1) -> Order:
        """Place an order for a person who pressed START."""
        chat = ChatId(person.id)
        shop = self.kit.shop
        await shop.carts.add(chat, LineKey(ProductId(product)), quantity)
        buyer = Buyer(UserId(person.id), person.user.first_name, "en")
        return (await shop.checkout.start(chat, buyer)).order

    async def paid_in_silence(self, person: Person) -> tuple[Order, dict[str, Any]]:
        """Have an order paid at Stripe while no event is delivered; return the event too."""
        order = await self.buy(person)
        await self.kit.stripe.pay(str(order.session_id))
        done = [e for e in self.kit.stripe.events if e["type"] == "checkout.session.completed"]
        return order, done[-1]

    async def rows(self) -> dict[str, int]:
        """Return how many rows each table has."""
        return await row_counts(self.kit)


async def row_counts(kit: Kit) -> dict[str, int]:
    """Return how many rows each table of a kit's database has.

    What the shop's start and its loops note by themselves (whose account it is, the events'
    cursor) counts for nothing: a test cannot tell whether they have looked meanwhile.
    """
    rows = await asyncio.to_thread(all_rows, kit.settings.database)
    own = {*_OF_LOOPS, *map(Note.BELONGS_TO.of, ("bot", "account", "mode"))}
    rows["notes"] = [row for row in rows["notes"] if row[0] not in own]
    return {name: len(there) for name, there in rows.items() if name != "leases"}


@asynccontextmanager
async def open_pages(folder: Path) -> AsyncIterator[PublicShop]:
    """Open the shop with pages and a webhook; Stripe delivers nothing by itself."""
    catalog = folder / "catalog.json"
    catalog.write_text(goods(), encoding="utf-8")
    async with (
        open_kit(folder, pages=True, catalog=catalog, stripe_webhook_secret=SECRET) as kit,
        aiohttp.ClientSession() as http,
    ):
        yield PublicShop(kit, http, f"{kit.running.web_url}/stripe/webhook")
