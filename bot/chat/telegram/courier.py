"""The courier: outbox messages rendered in their chat's language when they are sent.

A row holds a kind and an order; the words are made here. What Telegram answers becomes a
`Delivery`, and the worker decides what follows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.chat.request import ChatContext
from bot.chat.screen import Screen, paragraphs
from bot.chat.screens import (
    checkout,
    news,
    orders,
    owner_file,
    owner_news,
    owner_steps,
    reminders,
)
from bot.chat.screens.owner_orders import ways_on
from bot.chat.screens.owner_steps import ask_about_goods
from bot.chat.screens.steps import is_of_buyer
from bot.chat.telegram.refusals import Refusal, refusal_of, seconds_of, told
from bot.chat.telegram.render import Renderer
from bot.domain.errors import TransientError
from bot.domain.order import ChatId, Order, OrderState, UserId
from bot.domain.payment import Session
from bot.locales import Texts
from bot.ports import (
    LINKS,
    AlertKind,
    Chat,
    Delivery,
    Elsewhere,
    Later,
    MessageKind,
    Moved,
    OutboxMessage,
    Rejected,
    Sent,
    Unreachable,
)

_log = structlog.get_logger(__name__)

#: News that reply to the receipt of their order.
_REPLIES: Final = frozenset(
    {
        MessageKind.SHIPPED,
        MessageKind.NOT_SHIPPED,
        MessageKind.REFUNDED,
        MessageKind.REFUND_FAILED,
    }
)
#: Tries with which Stripe is waited for before a sale is told without its address.
_WAIT_FOR_ADDRESS: Final = 5


class ChatCourier:
    """Renders outbox messages and sends them.

    Args:
        context: The shop and its words.
        renderer: Sends screens.
    """

    def __init__(self, context: ChatContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer

    async def deliver(self, message: OutboxMessage, order: Order | None) -> Delivery:
        """Render a message in its chat's language and send it; never raises for Telegram's sake."""
        chat = await self._context.shop.people.get(message.chat_id)
        texts = self._context.languages.texts(_language(message, order, chat))
        if self._is_for_owners(message) and not self._is_owner(message.chat_id):
            _log.info("no owner any more", message=message.id, kind=message.kind)
            return Sent()
        try:
            session, whole = await self._kept_at_stripe(message, order)
            screen = await self._screen(message, order, texts, session)
        except TransientError:
            return Later()
        if screen is not None and _goes_elsewhere(message, order):
            screen = replace(screen, text=paragraphs(texts.html("news.instead"), screen.text))
        if screen is None:
            _log.info("nothing to tell any more", message=message.id, kind=message.kind)
            return Sent()
        try:
            return replace(await self._show(message, order, screen), whole=whole)
        except TelegramError as error:
            return _elsewhere(error, message, order) or _delivery(error)

    async def _show(self, message: OutboxMessage, order: Order | None, screen: Screen) -> Sent:
        """Send a message, or edit it where it is sent already; a receipt that is gone comes again.

        Raises:
            TelegramError: it was not sent or edited, or it is not known whether it was.
        """
        receipt = None
        if order and (message.kind in _REPLIES or _is_receipt(message)):
            receipt = await self._context.shop.orders.receipt_in(order, message.chat_id)
        if message.kind is MessageKind.SHOWN_ANEW:
            number = receipt if _is_receipt(message) else int(message.details["message"])
            if number and await self._edited(message, number, screen):
                return Sent()
            if not _is_receipt(message):
                return Sent()
        sent_as = await self._renderer.send(
            message.chat_id,
            screen,
            thread_id=_topic(message, order),
            at_once=True,
            reply_to=receipt if message.kind in _REPLIES else None,
            quiet=message.kind is MessageKind.SHOWN_ANEW,
        )
        return Sent(sent_as)

    async def _edited(self, message: OutboxMessage, number: int, screen: Screen) -> bool:
        """Edit a message; False where it is gone, or a receipt stands where nobody may write."""
        try:
            return await self._renderer.edit(message.chat_id, number, screen)
        except BadRequest as error:
            if not _is_receipt(message) or refusal_of(error) is not Refusal.TOPIC_CLOSED:
                raise
            return False

    def _is_owner(self, chat_id: ChatId) -> bool:
        """Return whether an owner reads this chat, which has their own id."""
        return self._context.shop.people.is_owner(UserId(chat_id))

    @staticmethod
    def _is_for_owners(message: OutboxMessage) -> bool:
        """Return whether only owners may read a message, or what it is edited to."""
        if message.details.get("problem") == AlertKind.OWNER_REMOVED:
            return False
        return message.details.get("as", message.kind.value).startswith("owner_")

    async def _screen(  # noqa: PLR0911 - a kind a line
        self,
        message: OutboxMessage,
        order: Order | None,
        texts: Texts,
        session: Session | None,
    ) -> Screen | None:
        match message.kind:
            case MessageKind.OWNER_PARKED:
                return owner_news.owner_parked(order, message.details, texts)
            case MessageKind.OWNER_ALERT:
                told = owner_file.told(message.details, self._context.catalog, texts)
                return told or owner_news.owner_alert(order, message.details, texts)
            case MessageKind.SUPPORT:
                return news.support(message.details, texts)
            case MessageKind.OWNER_SUPPORT:
                return _support(message, order, texts)
            case MessageKind.CART_REMINDER:
                view = await self._context.shop.carts.view(message.chat_id)
                return reminders.cart(self._context.catalog, view.cart, texts)
            case MessageKind.BACK_IN_STOCK:
                return await self._back_in_stock(message, texts)
            case _ if order is None:
                return None
            case MessageKind.SHOWN_ANEW:
                kind = MessageKind(message.details["as"])
                if kind in LINKS:
                    return checkout.back(order, texts)
                return await self._screen(replace(message, kind=kind), order, texts, session)
            case _:
                to_owner = self._to_owner(message, order, texts, session)
                return to_owner or self._to_customer(message, order, texts, session)

    async def _back_in_stock(self, message: OutboxMessage, texts: Texts) -> Screen | None:
        """Tell what somebody waited for; None where it has sold out again: then they wait on."""
        age, key = self._context.now - message.created_at, news.goods_in(message.details)
        if await self._context.shop.waitlist.back_in_line(UserId(message.chat_id), key):
            return None
        catalog = self._context.catalog
        variant = catalog.variant(key)
        stock = [variant.stock_id] if variant else []
        view = await self._context.shop.carts.view(message.chat_id, stock)
        return news.back_in_stock(catalog, key, view.free, age, texts)

    def _to_owner(  # noqa: PLR0911 - a kind a line
        self, message: OutboxMessage, order: Order, texts: Texts, session: Session | None
    ) -> Screen | None:
        match message.kind:
            case MessageKind.OWNER_SALE:
                address = session.recipient if session else None
                sale = owner_news.owner_sale(self._context.catalog, order, address, texts)
                asks = session is None and order.session_id is not None
                return replace(sale, rows=ways_on(order, texts, with_address=asks))
            case MessageKind.OWNER_REVIEW:
                review = owner_news.owner_review(self._context.catalog, order, texts)
                return _with_ways(review, order, texts)
            case MessageKind.OWNER_REFUND:
                key = "owner.refund_pending" if _waits(message, order) else "owner.refund"
                given = owner_news.owner_refund(key, order, message.details, texts)
                ask = message.details.get("ask") == "shelf" and order.to_return()
                if ask:
                    return ask_about_goods(given.text, self._context.catalog, order, texts)
                return replace(given, rows=(owner_steps.to_order(order, texts),))
            case MessageKind.OWNER_REFUND_FAILED:
                failed = owner_news.owner_refund(
                    "owner.refund_failed", order, message.details, texts
                )
                return _with_ways(failed, order, texts)
            case MessageKind.OWNER_DISPUTE:
                return _with_ways(
                    owner_news.owner_dispute(order, message.details, texts), order, texts
                )
            case _:
                return None

    def _to_customer(  # noqa: C901, PLR0911 - a kind a line
        self, message: OutboxMessage, order: Order, texts: Texts, session: Session | None
    ) -> Screen | None:
        match message.kind:
            case MessageKind.RECEIPT:
                return orders.receipt(
                    self._context.catalog, order, texts, chat_id=message.chat_id, session=session
                )
            case MessageKind.LINK:
                if order.state is not OrderState.OPEN or order.url is None:
                    return None
                return checkout.pay(
                    self._context.catalog, order, order.url, self._context.now, texts, late=True
                )
            case MessageKind.REMINDER:
                over = self._context.now >= order.attempt.expires_at
                if over or order.state is not OrderState.OPEN or order.url is None:
                    return None
                return reminders.link(order, order.url, self._context.now, texts)
            case MessageKind.PROCESSING:
                return news.news("news.processing", order, texts, message.details)
            case MessageKind.FAILED | MessageKind.EXPIRED:
                key = f"back.{message.kind}_alone" if order.alone else f"news.{message.kind}"
                return news.news(key, order, texts, message.details, try_again=True)
            case MessageKind.REVIEW if order.state is not OrderState.REVIEW:
                return None
            case MessageKind.CANCELLED if "unsure" in message.details:
                return news.news("news.cancelled_unsure", order, texts, message.details)
            case (
                MessageKind.REVIEW
                | MessageKind.CANCELLED
                | MessageKind.REFUNDED
                | MessageKind.REFUND_FAILED
            ):
                return news.news(_news(message, order), order, texts, message.details)
            case MessageKind.SHIPPED | MessageKind.NOT_SHIPPED:
                return self._of_shipping(message, order, texts)
            case _:
                return None

    def _of_shipping(self, message: OutboxMessage, order: Order, texts: Texts) -> Screen | None:
        """Tell that an order is on its way or ready, or not; None where that was taken back."""
        told = message.kind is MessageKind.SHIPPED
        if told != (order.shipped_at is not None) or order.collected_at is not None:
            return None
        if not told:
            key = "news.not_ready" if order.pickup else "news.not_shipped"
            return news.news(key, order, texts, message.details)
        if not order.pickup:
            return news.news("news.shipped", order, texts, message.details)
        place = orders.pickup_words(self._context.catalog, texts)
        return news.news("news.shipped_pickup", order, texts, message.details, beside=place)

    async def _kept_at_stripe(
        self, message: OutboxMessage, order: Order | None
    ) -> tuple[Session | None, bool]:
        """Return what only Stripe keeps of what a message tells, and whether Stripe answered.

        A receipt does not wait for that, and is completed later.

        Raises:
            TransientError: Stripe did not answer, and an owner can wait a little for the address.
        """
        kind = message.details.get("as", message.kind)
        to_owner = kind == MessageKind.OWNER_SALE
        to_buyer = (
            order is not None and _is_receipt(message) and is_of_buyer(order, message.chat_id)
        )
        if order is None or not (to_owner or to_buyer):
            return None, True
        try:
            return await self._context.shop.orders.session(order), True
        except TransientError:
            if to_owner and message.attempts < _WAIT_FOR_ADDRESS:
                raise
            return None, False


def _language(message: OutboxMessage, order: Order | None, chat: Chat | None) -> str | None:
    """Return a chat's language; one that never wrote reads its own order's, and nobody else's."""
    if chat:
        return chat.language
    own = order is not None and message.chat_id in {order.chat_id, order.buyer_id}
    return order.language if order and own else None


def _waits(message: OutboxMessage, order: Order) -> bool:
    """Return whether the refund that is told of was not done at once and may not be by now."""
    return "pending" in message.details and order.refund_pending is not None


def _news(message: OutboxMessage, order: Order) -> str:
    return "news.refund_pending" if _waits(message, order) else f"news.{message.kind}"


def _with_ways(screen: Screen, order: Order, texts: Texts) -> Screen:
    """Return a notice with what its owner can do about the order."""
    return replace(screen, rows=ways_on(order, texts))


def _support(message: OutboxMessage, order: Order | None, texts: Texts) -> Screen:
    details = message.details
    chat_id = ChatId(int(details["chat"]))
    return owner_steps.support(chat_id, details, order, texts)


def _is_receipt(message: OutboxMessage) -> bool:
    """Return whether this is the message in which an order's steps stand, new or again."""
    return MessageKind.RECEIPT in {message.kind, message.details.get("as")}


def _goes_elsewhere(message: OutboxMessage, order: Order | None) -> bool:
    """Return whether a group's news go to its buyer, as its receipt has from the first time."""
    own = order is None or order.chat_id == message.chat_id
    return "instead" in message.details or (_is_receipt(message) and not own)


def _topic(message: OutboxMessage, order: Order | None) -> int | None:
    """Return the topic of a forum that a message belongs to: where its order was placed."""
    if message.kind is MessageKind.SUPPORT and "topic" in message.details:
        return int(message.details["topic"])
    return order.topic if order and order.chat_id == message.chat_id else None


def _elsewhere(
    error: TelegramError, message: OutboxMessage, order: Order | None
) -> Elsewhere | None:
    """Return where news of a group's order go that the group does not get: to its buyer."""
    group = order is not None and order.chat_id == message.chat_id and message.chat_id < 0
    if order is None or not group or order.buyer_id <= 0:  # forgotten, or a group's administrator
        return None
    edits = message.kind is MessageKind.SHOWN_ANEW and not _is_receipt(message)
    if edits or not isinstance(error, BadRequest | Forbidden):
        return None
    refusal = refusal_of(error)
    if refusal not in {Refusal.CHAT_CLOSED, Refusal.TOPIC_CLOSED, Refusal.CONTENT}:
        return None
    return Elsewhere(ChatId(order.buyer_id), closed=refusal is Refusal.CHAT_CLOSED)


def _delivery(error: TelegramError) -> Delivery:
    """Return what Telegram's refusal, or its silence, means for a message."""
    match error:
        case RetryAfter():
            return Later(seconds_of(error))
        case ChatMigrated():
            return Moved(ChatId(error.new_chat_id))
        case Forbidden() | BadRequest():
            match refusal_of(error):
                case Refusal.CHAT_CLOSED:
                    return Unreachable()
                case Refusal.TOPIC_CLOSED | Refusal.CONTENT:  # its administrators can change that
                    return Later()
                case _:
                    return Rejected(error.message)
        case _:  # timed out, cut, a server's fault: it may have arrived, and is told again
            _log.warning("message not sent yet", error=told(error))
            return Later()
