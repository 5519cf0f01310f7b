"""From Telegram's updates to requests, and from replies back to the chat: the only handlers of PTB.

In groups only commands, taps and replies to our questions are answered. Whatever happens, a tap is
answered and a message in a private chat gets a reply, or news that say the same. What was forwarded
is no command and answers no question, whosever words it holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

import structlog
from telegram import Bot, ChatMember, ChatMemberRestricted, Message, Update
from telegram import Chat as TelegramChat
from telegram.ext import ContextTypes

from bot.chat.actions import Action, ChooseLanguage, DeleteMe
from bot.chat.errors import words_for
from bot.chat.handlers import start, support
from bot.chat.handlers import typed as line_words
from bot.chat.owner_actions import RemoveOwner
from bot.chat.request import ChatContext, ChatRequest, Reply, is_owner
from bot.chat.routes import commanded, decode, forwarded, is_command, sent, tapped
from bot.chat.screen import (
    TOAST_LIMIT,
)
from bot.chat.telegram.albums import Albums
from bot.chat.telegram.commands import announce_to_chat, announce_to_owner, withdraw
from bot.chat.telegram.ephemeral import Ephemerals, is_seen_alone
from bot.chat.telegram.incoming import (
    Speaker,
    card_of,
    command_of,
    is_addressed,
    is_passed_on,
    read_message,
    speaker_of,
    topic_of,
    words_of,
)
from bot.chat.telegram.render import Renderer
from bot.chat.telegram.replies import whole
from bot.domain.errors import TransientError
from bot.domain.names import person_name
from bot.domain.order import ChatId, UserId
from bot.locales import Texts
from bot.ports import ChatKind, UpdateId

_log = structlog.get_logger(__name__)
TelegramContext = ContextTypes.DEFAULT_TYPE
_GONE: Final = frozenset({ChatMember.BANNED, ChatMember.LEFT})
_INSIDE: Final = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER})
_GROUPS: Final = frozenset({TelegramChat.GROUP, TelegramChat.SUPERGROUP})


class UpdateHandlers:
    """Takes updates in."""

    def __init__(
        self, context: ChatContext, renderer: Renderer, ephemerals: Ephemerals, albums: Albums
    ) -> None:
        self._context = context
        self._renderer = renderer
        self._ephemerals = ephemerals
        self._albums = albums

    async def tap(self, update: Update, _: TelegramContext) -> None:
        """Serve a tap on a button."""
        query = update.callback_query
        if query is None:
            return
        update_id = UpdateId(update.update_id)
        if query.message is None:  # sent through inline mode: no chat of ours to show things in
            texts = self._context.languages.texts(query.from_user.language_code)
            words = texts.text("error.elsewhere")
            await self._renderer.answer(query, None, words, alert=True)
            return
        action, number = decode(query.data), query.message.message_id or None
        alone = is_seen_alone(query)
        topic = topic_of(query.message if isinstance(query.message, Message) else None)
        leaving = self._leaving(action)
        reply, texts, request = await self._served(
            update_id,
            query.message.chat,
            Speaker.of(query.from_user),
            lambda request: tapped(
                self._context, replace(request, tapped=number, topic=topic, alone=alone), action
            ),
        )
        if query.message.chat.type in _GROUPS:
            reply = await self._ephemerals.answer(query, reply, texts, topic)
        elif reply.screen is None and len(reply.said or "") > TOAST_LIMIT:
            reply = Reply(whole(reply, texts), fresh=True)
        chat_id = ChatId(query.message.chat.id)
        shown = None if reply.fresh else reply.screen
        sent_as = await self._renderer.answer(query, shown, reply.said, alert=reply.alert)
        if isinstance(action, ChooseLanguage) and request is not None:
            await self._announce(query.get_bot(), request, chosen=True)
        elif isinstance(action, DeleteMe) and reply.screen is not None:
            await withdraw(query.get_bot(), chat_id)
        elif leaving is not None and not self._context.shop.people.is_owner(leaving):
            await withdraw(query.get_bot(), ChatId(leaving))
        if reply.fresh and reply.screen is not None:
            sent_as = await self._renderer.post(
                chat_id, reply.screen, thread_id=topic, file=reply.file
            )
        await self._link_shown(reply, chat_id, sent_as)
        await self._illustrate(reply, chat_id, sent_as)

    def _leaving(self, action: Action | None) -> UserId | None:
        """Return the owner whom a button would remove."""
        named = action.owner if isinstance(action, RemoveOwner) else None
        return named if named and self._context.shop.people.is_owner(named) else None

    async def message(self, update: Update, context: TelegramContext) -> None:
        """Serve a command, and in a private chat whatever else is sent."""
        message = update.effective_message
        if message is None:
            return
        speaker = speaker_of(message)
        if speaker is None:
            return
        command = command_of(message, context.bot.username)
        items = self._albums.items(message)
        ours = message.via_bot is not None and message.via_bot.id == context.bot.id
        work = self._chosen(message) if ours else None
        if work is None and (not ours or message.forward_origin is not None):
            work = self._work(items, command, context.bot.id)
        if work is None:
            return
        update_id = UpdateId(update.update_id)
        messages = {item.message_id: words_of(item, context.bot.username) for item in items}
        topic = topic_of(message)
        reply, texts, request = await self._served(
            update_id,
            message.chat,
            speaker,
            lambda request: work(replace(request, messages=messages, topic=topic)),
        )
        chat_id = ChatId(message.chat.id)
        if message.chat.type in _GROUPS:
            reply = await self._ephemerals.reply(chat_id, speaker.id, reply, texts, topic)
        if reply.screen is not None or reply.said is not None:
            screen = whole(reply, texts)
            sent_as = await self._renderer.post(chat_id, screen, thread_id=topic, file=reply.file)
            await self._link_shown(reply, chat_id, sent_as)
            await self._illustrate(reply, chat_id, sent_as)
        if command is not None and command[0] == "start" and request is not None:
            await self._announce(context.bot, request)

    async def edited(self, update: Update, context: TelegramContext) -> None:
        """Let words that were carried to somebody follow what they were edited to.

        Nothing else is said, or done, twice; a place that moves is an edit too.
        """
        message = update.edited_message
        if message is None or is_passed_on(message):
            return
        speaker = speaker_of(message)
        words = words_of(message, context.bot.username)
        if speaker is None or not words:
            return
        number = message.message_id
        reply, texts, _ = await self._served(
            UpdateId(update.update_id),
            message.chat,
            speaker,
            lambda request: support.edited(self._context, request, number, words),
        )
        if reply.said is not None:
            await self._renderer.post(
                ChatId(message.chat.id), whole(reply, texts), thread_id=topic_of(message)
            )

    async def _link_shown(self, reply: Reply, chat_id: ChatId, message_id: int | None) -> None:
        """Remember where a payment link stands; a chat has it in one message, its newest."""
        if reply.pays is None or message_id is None:
            return
        try:
            before = await self._context.shop.reminders.link_shown(reply.pays, chat_id, message_id)
        except TransientError as error:
            _log.warning("payment link not remembered", order=reply.pays, error=str(error))
            return
        if before is not None:
            await self._renderer.delete(chat_id, before)

    async def _illustrate(self, reply: Reply, chat_id: ChatId, message_id: int | None) -> None:
        """Add the picture to a screen that has one; its words have been there meanwhile."""
        if reply.drawing is None or reply.screen is None or message_id is None:
            return
        picture = await reply.drawing()
        if picture is not None:
            await self._renderer.illustrate(chat_id, message_id, reply.screen, picture)

    async def member(self, update: Update, _: TelegramContext) -> None:
        """Greet a group that the bot joins; note who blocks it, throws it out or lets it in."""
        change = update.my_chat_member
        if change is None:
            return
        before, after = change.old_chat_member, change.new_chat_member
        if _is_out(after):
            await self._context.shop.people.unreachable(ChatId(change.chat.id))
        elif not (_is_out(before) and _is_in(after)):
            return
        elif change.chat.type == TelegramChat.PRIVATE:
            await self._context.shop.people.back(ChatId(change.chat.id))
        elif change.chat.type in _GROUPS:
            reply, _texts, _request = await self._served(
                UpdateId(update.update_id),
                change.chat,
                Speaker.of(change.from_user),
                lambda request: start.joined(self._context, request),
            )
            if reply.screen is not None:
                await self._renderer.post(ChatId(change.chat.id), reply.screen)

    async def migrated(self, update: Update, _: TelegramContext) -> None:
        """Follow a group that became a supergroup; Telegram tells it in both chats."""
        message = update.effective_message
        if message is None:
            return
        here = ChatId(message.chat.id)
        if message.migrate_to_chat_id is not None:
            await self._context.shop.moving.move(here, ChatId(message.migrate_to_chat_id))
        elif message.migrate_from_chat_id is not None:
            await self._context.shop.moving.move(ChatId(message.migrate_from_chat_id), here)

    async def mishap(self, update: object, context: TelegramContext) -> None:
        """Log what no handler expected; there is nobody left to tell."""
        number = update.update_id if isinstance(update, Update) else None
        _log.error("update failed", update=number, exc_info=context.error)

    def _chosen(self, message: Message) -> Callable[[ChatRequest], Awaitable[Reply]] | None:
        """Open what a card of ours shows that was chosen by inline mode, or forwarded to the bot.

        In a group it is for the others to see.
        """
        payload = card_of(message)
        if payload is None or message.chat.type != TelegramChat.PRIVATE:
            return None
        return lambda request: start.start(self._context, request, payload)

    def _work(
        self, items: Sequence[Message], command: tuple[str, str] | None, bot_id: int
    ) -> Callable[[ChatRequest], Awaitable[Reply]] | None:
        message = items[0]
        private = message.chat.type == TelegramChat.PRIVATE
        if is_passed_on(message):
            if not private:
                return None
            passed_on = read_message(items, bot_id)
            return lambda request: forwarded(self._context, request, passed_on)
        if command is not None:
            name = command[0]
            typed = "\n".join([command[1], *(item.text or "" for item in items[1:])])
            if not private and not is_command(name) and not is_addressed(message):
                return None
            return lambda request: commanded(self._context, request, name, typed)
        incoming = read_message(items, bot_id)
        if not private and not line_words.answers(incoming):
            return None
        return lambda request: sent(self._context, request, incoming)

    async def _announce(self, bot: Bot, request: ChatRequest, *, chosen: bool = False) -> None:
        """Set the menu of an owner's chat, and of one that chose, in the language that it speaks.

        Telegram knows an owner's chat once they have started the bot.
        """
        owner, chat_id = is_owner(self._context, request), request.chat.id
        if not owner and not chosen:
            return
        met, catalog = await self._context.shop.people.get(chat_id), self._context.catalog
        texts = self._context.languages.texts(met.language if met else None)
        if owner:
            await announce_to_owner(bot, texts, catalog, chat_id)
        else:
            await announce_to_chat(bot, texts, catalog, chat_id, group=request.group)

    async def _served(
        self,
        update_id: UpdateId,
        chat: TelegramChat,
        speaker: Speaker,
        work: Callable[[ChatRequest], Awaitable[Reply]],
    ) -> tuple[Reply, Texts, ChatRequest | None]:
        """Do the work of a request, and say in which language; an error becomes words."""
        texts, request = self._context.languages.texts(speaker.language_code), None
        try:
            request = await self._request(update_id, chat, speaker)
            texts = request.texts
            return await work(request), texts, request
        except Exception as error:  # noqa: BLE001 - the edge: a person waits for an answer
            return Reply(None, words_for(error, texts, update_id), alert=True), texts, request

    async def _request(
        self, update_id: UpdateId, chat: TelegramChat, speaker: Speaker
    ) -> ChatRequest:
        private = chat.type == TelegramChat.PRIVATE
        if not speaker.name:
            texts = self._context.languages.texts(speaker.language_code)
            speaker = replace(speaker, name=texts.text("people.somebody"))
        met = await self._context.shop.people.meet(
            ChatId(chat.id),
            ChatKind.PRIVATE if private else ChatKind.GROUP,
            speaker.name if private else person_name(chat.title),
            speaker.language_code,
        )
        return ChatRequest(
            chat=met,
            user_id=speaker.id,
            user_name=speaker.name,
            first_name=speaker.first_name or speaker.name,
            initial=speaker.initial,
            texts=self._context.languages.texts(met.language),
            update_id=update_id,
        )


def _is_out(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):  # they stay restricted after they have left
        return not member.is_member
    return member.status in _GONE


def _is_in(member: ChatMember) -> bool:
    """Return whether somebody is known to be in a chat; a status that nobody knows says nothing."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _INSIDE
