"""Editing and deleting: what may become what, and for how long."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.telegram_kit import Api, Clock, served

KEYBOARD = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Serve an embedded Telegram."""
    async with served() as api:
        yield api


async def _photo(api: Api, **params: object) -> int:
    sent = await api.ok("sendPhoto", chat_id=api.alice, photo="https://example.com/a.jpg", **params)
    number: int = sent["message_id"]
    return number


async def test_an_edit_changes_the_text_in_place(api: Api) -> None:
    """The person sees one message, with the new text and keyboard."""
    number = await api.sent("old")
    edited = await api.ok(
        "editMessageText", chat_id=api.alice, message_id=number, text="new", reply_markup=KEYBOARD
    )
    assert edited["edit_date"] >= edited["date"]
    assert [m.raw for m in api.telegram.person("Alice").messages()] == [edited]
    assert edited["reply_markup"] == KEYBOARD


async def test_an_edit_without_a_keyboard_takes_it_away(api: Api) -> None:
    """Telegram does not keep what is not sent again."""
    number = await api.sent("old", reply_markup=KEYBOARD)
    edited = await api.ok("editMessageText", chat_id=api.alice, message_id=number, text="new")
    assert "reply_markup" not in edited


async def test_an_edit_that_changes_nothing_is_refused(api: Api) -> None:
    """Text and keyboard the same: not modified; a changed keyboard alone is an edit."""
    number = await api.sent("<same>", reply_markup=KEYBOARD)
    same = {"chat_id": api.alice, "message_id": number, "text": "<same>"}
    refusal = await api.refused("editMessageText", **same, reply_markup=KEYBOARD)
    assert refusal.status == 400
    assert refusal.words == (
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )
    refusal = await api.refused(
        "editMessageReplyMarkup", chat_id=api.alice, message_id=number, reply_markup=KEYBOARD
    )
    assert refusal.words.startswith("Bad Request: message is not modified")
    assert "reply_markup" not in await api.ok("editMessageText", **same)


async def test_the_text_of_a_photo_message_cannot_be_edited(api: Api) -> None:
    """Photo to text is no edit: delete and send."""
    number = await _photo(api, caption="c")
    refusal = await api.refused("editMessageText", chat_id=api.alice, message_id=number, text="new")
    assert refusal.status == 400
    assert refusal.words == "Bad Request: there is no text in the message to edit"


async def test_a_text_message_has_no_caption_to_edit(api: Api) -> None:
    """Captions belong to media."""
    number = await api.sent("old")
    refusal = await api.refused(
        "editMessageCaption", chat_id=api.alice, message_id=number, caption="new"
    )
    assert refusal.words == "Bad Request: there is no caption in the message to edit"


async def test_a_caption_is_edited_and_taken_away(api: Api) -> None:
    """An empty caption removes it; the photo stays."""
    number = await _photo(api, caption="old")
    where = {"chat_id": api.alice, "message_id": number}
    assert (await api.ok("editMessageCaption", **where, caption="new"))["caption"] == "new"
    bare = await api.ok("editMessageCaption", **where)
    assert "caption" not in bare
    assert "photo" in bare


async def test_text_becomes_a_photo_by_editing_its_media(api: Api) -> None:
    """The one change of kind that Telegram allows."""
    number = await api.sent("old")
    media = {
        "type": "photo",
        "media": "https://example.com/a.jpg",
        "caption": "<b>new</b>",
        "parse_mode": "HTML",
    }
    edited = await api.ok("editMessageMedia", chat_id=api.alice, message_id=number, media=media)
    assert "text" not in edited
    assert edited["caption"] == "new"
    assert len(edited["photo"]) == 2


async def test_an_edit_may_be_too_long(api: Api) -> None:
    """An edit's words for it are not a message's."""
    number = await api.sent("old")
    refusal = await api.refused(
        "editMessageText", chat_id=api.alice, message_id=number, text="a" * 4097
    )
    assert refusal.words == "Bad Request: MESSAGE_TOO_LONG"
    assert api.telegram.person("Alice").messages()[0].text == "old"


async def test_only_the_bots_own_messages_can_be_edited(api: Api) -> None:
    """Missing, foreign and unnamed messages are told apart."""
    theirs = await api.telegram.person("Alice").write("mine")
    where = {"chat_id": api.alice, "text": "x"}
    refusal = await api.refused("editMessageText", **where, message_id=theirs.id)
    assert refusal.words == "Bad Request: message can't be edited"
    refusal = await api.refused("editMessageText", **where, message_id=99)
    assert refusal.words == "Bad Request: message to edit not found"
    refusal = await api.refused("editMessageText", **where)
    assert refusal.words == "Bad Request: message identifier is not specified"


async def test_a_message_can_be_deleted_for_48_hours() -> None:
    """Afterwards it stays; a deleted one is not found again."""
    clock = Clock()
    async with served(clock=clock) as api:
        young, old = await api.sent("young"), await api.sent("old")
        clock.now += 48 * 3600 - 1
        assert await api.ok("deleteMessage", chat_id=api.alice, message_id=young) is True
        refusal = await api.refused("deleteMessage", chat_id=api.alice, message_id=young)
        assert refusal.words == "Bad Request: message to delete not found"
        clock.now += 1
        refusal = await api.refused("deleteMessage", chat_id=api.alice, message_id=old)
        assert refusal.words == "Bad Request: message can't be deleted"
        assert [m.text for m in api.telegram.person("Alice").messages()] == ["old"]


async def test_many_messages_are_deleted_and_missing_ones_skipped(api: Api) -> None:
    """One to a hundred at once."""
    numbers = [await api.sent(str(n)) for n in range(3)]
    where = {"chat_id": api.alice}
    assert await api.ok("deleteMessages", **where, message_ids=[*numbers[:2], 99]) is True
    assert [m.text for m in api.telegram.person("Alice").messages()] == ["2"]
    for wrong in ([], list(range(101)), "x"):
        assert (await api.refused("deleteMessages", **where, message_ids=wrong)).status == 400


async def test_pinning_works_in_private_and_needs_rights_in_a_group(api: Api) -> None:
    """A plain member may not pin."""
    number = await api.sent("pin me")
    where = {"chat_id": api.alice, "message_id": number}
    assert await api.ok("pinChatMessage", **where) is True
    assert (await api.ok("getChat", chat_id=api.alice))["pinned_message"]["text"] == "pin me"
    assert await api.ok("unpinChatMessage", **where) is True
    assert api.telegram.group is not None
    refusal = await api.refused("pinChatMessage", chat_id=api.telegram.group.id, message_id=1)
    assert refusal.words.startswith("Bad Request: not enough rights")


async def test_a_reaction_is_taken(api: Api) -> None:
    """On a message that exists, and of a known kind."""
    theirs = await api.telegram.person("Alice").write("thanks")
    where = {"chat_id": api.alice, "message_id": theirs.id}
    thumb = [{"type": "emoji", "emoji": "👍"}]
    assert await api.ok("setMessageReaction", **where, reaction=thumb) is True
    refusal = await api.refused("setMessageReaction", chat_id=api.alice, message_id=99)
    assert refusal.words == "Bad Request: message to react not found"
