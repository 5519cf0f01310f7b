"""What a Telegram account of the bot knows: users, chats, messages, as the Bot API shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from shop_sandbox.exchange import Json

ChatType = Literal["private", "group", "supergroup"]
Refusal = Literal["blocked", "deactivated", "kicked", "left"]


@dataclass(slots=True, eq=False)
class User:
    """A person, or the bot.

    Attributes:
        language_code: IETF tag that the person's app reports; bots have none.
        is_owner: Runs the shop; only the demo page looks at it.
        color: Of the person's avatar in the demo page, as CSS.
    """

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    is_owner: bool = False
    color: str = "#5b7fa6"

    def to_json(self) -> Json:
        """Return the Bot API's User."""
        return _without_none(
            id=self.id,
            is_bot=self.is_bot,
            first_name=self.first_name,
            last_name=self.last_name,
            username=self.username,
            language_code=self.language_code,
        )


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat with a person, or a group that the bot is in.

    Attributes:
        id: The person's id, or a group's negative one.
        title: Of a group; the person's name in a private chat.
        user: Whose private chat it is.
        members: Ids of the people in it, the bot not among them; a group's first is its creator.
        started: A private chat in which the person has written first; nobody else may.
        refusal: Why the bot may not write here.
        migrated_to: The supergroup that a group has become.
        bot_is_admin: The bot may pin and delete others' messages in this group.
        forum: Whether a supergroup has topics.
        topics: A forum's, by message_thread_id; whether each is closed. General is None.
        denied: Kinds of content that members may not send here, as "photos".
        unread: Messages by the bot since the demo page last showed the chat.
        messages: By message_id, oldest first.
    """

    id: int
    type: ChatType
    title: str
    user: User | None = None
    members: list[int] = field(default_factory=list)
    started: bool = True
    refusal: Refusal | None = None
    migrated_to: int | None = None
    bot_is_admin: bool = False
    forum: bool = False
    topics: dict[int | None, bool] = field(default_factory=lambda: {None: False})
    denied: set[str] = field(default_factory=set)
    unread: int = 0
    pinned: int | None = None
    next_message_id: int = 1
    messages: dict[int, Message] = field(default_factory=dict)

    def to_json(self) -> Json:
        """Return the Bot API's Chat."""
        if self.user is None:
            shown: Json = {"id": self.id, "title": self.title, "type": self.type}
            return shown | {"is_forum": True} if self.forum else shown
        return _without_none(
            id=self.id,
            first_name=self.user.first_name,
            last_name=self.user.last_name,
            username=self.user.username,
            type=self.type,
        )


@dataclass(slots=True, eq=False)
class Message:
    """One message.

    Attributes:
        date: Unix time in seconds.
        content: What can be edited, in the Bot API's fields: text and entities, or a photo or
            document with its caption.
        facts: What cannot be: effect_id, media_group_id, forward_origin, a service message.
        markup: Inline keyboard.
        inline_id: inline_message_id, where the bot wrote it through an inline query.
        changed: Number of the world's last change to this message.
        thread: message_thread_id: of its topic in a forum, of its replies in another supergroup.
        receiver: Of an ephemeral message: who alone sees it. Its `id` is less than 0, and the Bot
            API calls it by another number: its ephemeral_message_id.
    """

    id: int
    chat: Chat
    sender: User
    date: int
    content: Json
    facts: Json = field(default_factory=dict)
    markup: Json | None = None
    reply_to: Message | None = None
    via_bot: User | None = None
    edit_date: int | None = None
    inline_id: str | None = None
    deleted: bool = False
    changed: int = 0
    thread: int | None = None
    receiver: User | None = None

    @property
    def words(self) -> str:
        """Return the text or the caption."""
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        """Return the entities of the text or the caption."""
        found: list[Json] | None = self.content.get(
            "entities", self.content.get("caption_entities")
        )
        return found or []

    def to_json(self, *, replies: bool = True) -> Json:
        """Return the Bot API's Message; ``replies`` False leaves out what it answers."""
        shown = {
            "message_id": max(self.id, 0),
            "from": self.sender.to_json(),
            "chat": self.chat.to_json(),
            "date": self.date,
        }
        if self.receiver is not None:
            shown |= {"ephemeral_message_id": -self.id, "receiver_user": self.receiver.to_json()}
        if self.thread is not None:
            shown["message_thread_id"] = self.thread
            if self.chat.forum:
                shown["is_topic_message"] = True
        if self.edit_date is not None:
            shown["edit_date"] = self.edit_date
        if replies and self.reply_to is not None:
            shown["reply_to_message"] = self.reply_to.to_json(replies=False)
        if self.via_bot is not None:
            shown["via_bot"] = self.via_bot.to_json()
        shown |= self.facts
        shown |= self.content
        if self.markup is not None:
            shown["reply_markup"] = self.markup
        return shown

    def as_seen_later(self) -> Json:
        """Return the message, or InaccessibleMessage where it was deleted."""
        if self.deleted:
            return {"chat": self.chat.to_json(), "message_id": max(self.id, 0), "date": 0}
        return self.to_json()

    def is_seen_by(self, user: User) -> bool:
        """Tell whether somebody in its chat sees the message."""
        return self.receiver is None or self.receiver is user


def text_content(text: str, entities: list[Json]) -> Json:
    """Return the content of a text message."""
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(media: Json, caption: str, entities: list[Json]) -> Json:
    """Return the content of a message with media and, unless empty, a caption."""
    content = dict(media)
    if caption:
        content["caption"] = caption
        if entities:
            content["caption_entities"] = entities
    return content


def _without_none(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
