"""The embedded Telegram's state: who there is, what was said, what the bot has yet to hear.

It speaks no HTTP. Methods of the Bot API and actions of people are functions beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.cast import supergroup_id
from shop_sandbox.telegram.errors import bad_request, forbidden, migrated
from shop_sandbox.telegram.events import Bell, EventLog
from shop_sandbox.telegram.files import FileStore
from shop_sandbox.telegram.model import Chat, Message, User
from shop_sandbox.telegram.profile import Profile
from shop_sandbox.telegram.queries import QueryBook
from shop_sandbox.telegram.render import render
from shop_sandbox.telegram.updates import UpdateQueue

_KEPT_MESSAGES = 2000
_FIRST_PRIVATE_MESSAGE = 1_204
_REFUSALS = {
    "blocked": "bot was blocked by the user",
    "deactivated": "user is deactivated",
    "kicked": "bot was kicked from the {type} chat",
    "left": "bot is not a member of the {type} chat",
}


class World:
    """Everything that one embedded Telegram knows."""

    def __init__(
        self, *, clock: Callable[[], float], bot: User, privacy: bool, link_url: str
    ) -> None:
        self._clock = clock
        self.bot = bot
        self.privacy = privacy
        self.link_url = link_url
        #: Methods, parameters and buttons that an older server does not know.
        self.unknown: frozenset[str] = frozenset()
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.inline_messages: dict[str, Message] = {}
        self.files = FileStore()
        self.profile = Profile(bot)
        self.updates = UpdateQueue(clock)
        self.queries = QueryBook(clock)
        self.events = EventLog()
        self.bell = Bell()
        self.version = 0
        self.album_ids = itertools.count(13_974_205_318_664_001)
        self._message_ids = itertools.count(_FIRST_PRIVATE_MESSAGE)
        self._ephemeral_ids = itertools.count(29_341_834)
        self._migrations = itertools.count(0)

    def now(self) -> int:
        """Return the Unix time in whole seconds."""
        return int(self._clock())

    def add_user(self, user: User, *, started: bool) -> Chat:
        """Add a person with their private chat."""
        self.users[user.id] = user
        name = f"{user.first_name} {user.last_name or ''}".strip()
        chat = Chat(user.id, "private", name, user, [user.id], started=started)
        self.chats[chat.id] = chat
        self.state_changed()
        return chat

    def add_group(self, chat_id: int, title: str, members: Iterable[int]) -> Chat:
        """Add a group that the bot is a member of."""
        chat = Chat(chat_id, "group", title, members=list(members))
        self.chats[chat_id] = chat
        self.state_changed()
        return chat

    def chat(self, chat_id: int) -> Chat:
        """Return a chat that the bot knows.

        Raises:
            ApiError: 400, not found.
        """
        chat = self.chats.get(chat_id)
        if chat is None or (chat.type == "private" and not chat.started and not chat.messages):
            raise bad_request("chat not found")
        return chat

    def open_chat(self, chat_id: int) -> Chat:
        """Return a chat that the bot may write to.

        Raises:
            ApiError: 400, not found or migrated; 403, blocked, deactivated, kicked or left.
        """
        chat = self.chat(chat_id)
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        if chat.refusal is not None:
            raise forbidden(_REFUSALS[chat.refusal].format(type=chat.type))
        return chat

    def post(
        self,
        chat: Chat,
        sender: User,
        content: Json,
        *,
        facts: Json | None = None,
        markup: Json | None = None,
        reply_to: Message | None = None,
        via_bot: User | None = None,
        thread: int | None = None,
        receiver: User | None = None,
    ) -> Message:
        """Put a message into a chat, or before one person in it, and tell those who watch."""
        if thread is None and reply_to is not None and chat.type == "supergroup":
            thread = reply_to.thread if chat.forum else reply_to.thread or reply_to.id
        message = Message(
            -next(self._ephemeral_ids) if receiver else self._message_id(chat),
            chat,
            sender,
            self.now(),
            content,
            facts or {},
            markup,
            reply_to,
            via_bot,
            thread=thread,
            receiver=receiver,
        )
        chat.messages[message.id] = message
        if len(chat.messages) > _KEPT_MESSAGES:
            del chat.messages[next(iter(chat.messages))]
        if sender.is_bot and receiver is None:
            chat.unread += 1
        self._shown("message", message)
        return message

    def edit(self, message: Message, content: Json, markup: Json | None) -> None:
        """Give a message new content and keyboard.

        Raises:
            ApiError: 400, nothing would change.
        """
        if message.content == content and message.markup == markup:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        message.content = content
        message.markup = markup
        message.edit_date = self.now()
        self._shown("edit", message)

    def delete(self, message: Message) -> None:
        """Take a message out of its chat."""
        message.deleted = True
        message.chat.messages.pop(message.id, None)
        gone = {"chat_id": message.chat.id, "message_id": message.id}
        self.events.add("delete", lambda: gone)
        self._changed()

    def tell_bot(self, kind: str, payload: Json, lane: int) -> None:
        """Queue an update for the bot."""
        self.updates.push(kind, payload, lane)

    def hears(self, message: Message) -> bool:
        """Tell whether the bot gets to see a person's message ("Privacy mode")."""
        if message.chat.migrated_to is not None or message.chat.refusal in ("kicked", "left"):
            return False
        if message.chat.type == "private" or not self.privacy or message.via_bot is self.bot:
            return True
        if message.reply_to is not None and message.reply_to.sender is self.bot:
            return True
        command = message.words.split(maxsplit=1)[0] if message.words.strip() else ""
        if not command.startswith("/"):
            return False
        addressee = command.partition("@")[2]
        return addressee.lower() in ("", (self.bot.username or "").lower())

    def add_topic(self, chat: Chat, name: str) -> int:
        """Open a topic in a forum and return its message_thread_id."""
        facts = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        opened = self.post(chat, self.users[chat.members[0]], {}, facts=facts)
        opened.thread = opened.id
        chat.topics[opened.id] = False
        return opened.id

    def migrate(self, chat: Chat) -> Chat:
        """Turn a group into a supergroup with a new id, service messages on both sides."""
        creator = self.users[chat.members[0]]
        grown = Chat(
            supergroup_id(next(self._migrations)),
            "supergroup",
            chat.title,
            members=list(chat.members),
            bot_is_admin=chat.bot_is_admin,
        )
        self.chats[grown.id] = grown
        left = self.post(chat, creator, {}, facts={"migrate_to_chat_id": grown.id})
        came = self.post(grown, creator, {}, facts={"migrate_from_chat_id": chat.id})
        self.tell_bot("message", left.to_json(), chat.id)
        self.tell_bot("message", came.to_json(), grown.id)
        chat.migrated_to = grown.id
        self.state_changed()
        return grown

    def state_changed(self) -> None:
        """Tell those who watch to fetch the state anew."""
        self.events.add("state", dict)
        self._changed()

    def demo_json(self, message: Message) -> Json:
        """Return a message as the demo page shows it."""
        shown = message.to_json()
        shown["message_id"] = message.id
        shown["outgoing"] = not message.sender.is_bot
        shown["html"] = render(message.words, message.entities)
        if "photo" in shown:
            shown["photo"] = [
                {**size, "url": f"/demo/files/{size['file_id']}"} for size in shown["photo"]
            ]
        for kind in ("document", "voice", "sticker"):
            if kind in shown:
                shown[kind] = {**shown[kind], "url": f"/demo/files/{shown[kind]['file_id']}"}
        return shown

    def _message_id(self, chat: Chat) -> int:
        if chat.type != "supergroup":
            return next(self._message_ids)
        number = chat.next_message_id
        chat.next_message_id += 1
        return number

    def _shown(self, kind: str, message: Message) -> None:
        self._changed()
        message.changed = self.version
        self.events.add(
            kind, lambda: {"chat_id": message.chat.id, "message": self.demo_json(message)}
        )

    def _changed(self) -> None:
        self.version += 1
        self.bell.ring()
