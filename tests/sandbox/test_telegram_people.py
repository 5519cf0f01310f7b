"""The embedded Telegram's own set-up: people, ids, pictures' sizes, the spec check itself."""

from __future__ import annotations

import pytest

from kit.specs import telegram as spec
from kit.specs.folder import SpecError
from shop_sandbox.telegram import TelegramSandbox, User
from shop_sandbox.telegram.pictures import placeholder, size_of


def test_people_and_bot_are_given_or_have_defaults() -> None:
    """A test may bring its own cast."""
    mine = TelegramSandbox(people=[User(7, "Ann")], group=None, started=())
    assert [user.first_name for user in mine.world.users.values()] == ["Ann"]
    assert mine.group is None
    with pytest.raises(LookupError):
        mine.person("Alice")


def test_some_ids_need_more_than_32_bits_and_none_more_than_52() -> None:
    """Overflows are found here, not in production."""
    ids = [abs(number) for number in TelegramSandbox().world.chats]
    assert max(number.bit_length() for number in ids) == 52
    assert sum(number.bit_length() > 32 for number in ids) >= 3
    assert sum(number.bit_length() <= 32 for number in ids) >= 1


def test_people_are_found_by_name_username_or_id_and_gathered_in_groups() -> None:
    """A test names them as it likes."""
    telegram = TelegramSandbox()
    amir = telegram.person("amir_nasser")
    assert telegram.person(amir.id) is telegram.person("أمير") is amir
    group = telegram.add_group("Office", [amir, telegram.person("Alice")])
    assert (group.type, group.members[0], group.id < 0) == ("group", amir.id, True)


def test_newcomers_get_ids_of_their_own() -> None:
    """A thousand customers are a loop."""
    telegram = TelegramSandbox()
    people = {telegram.add_person(f"P{n}", started=True).id for n in range(1000)}
    assert len(people) == 1000


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (placeholder(12, 34), (12, 34)),
        (b"GIF89a\x0a\x00\x14\x00", (10, 20)),
        (b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x09\0\0\x13\0\0", (10, 20)),
        (
            b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (9 | 19 << 14).to_bytes(4, "little") + b"\0" * 9,
            (10, 20),
        ),
        (b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + b"\x0a\0\x14\0", (10, 20)),
        (b"\xff\xd8\xff\xff\xd0\xff\xc2\0\x0b\x08\0\x14\0\x0a\0\0", (10, 20)),
        (b"\xff\xd8\0\0\0\0\0\0\0\0\0\0\0\0", None),
        (b"\xff\xd8", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"", None),
        (b"<svg/>", None),
    ],
    ids=range(11),
)
def test_sizes_are_read_from_headers(data: bytes, size: tuple[int, int] | None) -> None:
    """PNG, GIF, three kinds of WebP, and JPEG past its other segments."""
    assert size_of(data) == size


@pytest.mark.skipif(bool(spec.specs_missing()), reason=spec.specs_missing() or "there")
class TestTheSpecificationCheck:
    """The check refuses what it should, or it proves nothing."""

    @pytest.mark.parametrize(
        ("method", "params"),
        [
            ("sendMessage", {"chat_id": "1"}),
            ("sendMessage", {"chat_id": "1", "text": "a", "wat": "1"}),
            ("sendMessage", {"chat_id": "1", "text": "a", "reply_markup": '{"a": 1}'}),
            ("sendMessage", {"chat_id": "1", "text": "a", "protect_content": "maybe"}),
            (
                "sendMessage",
                {
                    "chat_id": "1",
                    "text": "a",
                    "reply_markup": '{"inline_keyboard": [[{"text": "a", "colour": "red"}]]}',
                },
            ),
            ("sendPhoto", {"chat_id": "1", "photo": 5}),
            ("sendTelegram", {}),
        ],
        ids=range(7),
    )
    def test_wrong_requests_are_refused(self, method: str, params: dict[str, object]) -> None:
        """Missing, unknown and mistyped parameters, at any depth."""
        with pytest.raises(SpecError):
            spec.check_request(method, params)

    @pytest.mark.parametrize(
        ("method", "result"),
        [
            ("getMe", {"id": 1, "is_bot": True}),
            ("getMe", {"id": 1, "is_bot": True, "first_name": "a", "color": "red"}),
            ("getMe", {"id": "1", "is_bot": True, "first_name": "a"}),
            ("sendMessage", True),
            ("deleteMessage", {}),
            ("getChatMember", {"status": "creator", "user": {}}),
            ("getUpdates", {}),
        ],
        ids=range(7),
    )
    def test_wrong_answers_are_refused(self, method: str, result: object) -> None:
        """Missing, unknown and mistyped fields, and subtypes by what they say they are."""
        with pytest.raises(SpecError):
            spec.check_answer(method, result)

    def test_right_ones_pass(self) -> None:
        """Strings are read as their types, uploads are bytes."""
        markup = '{"inline_keyboard": [[{"text": "a", "callback_data": "b", "style": "danger"}]]}'
        spec.check_request("sendPhoto", {"chat_id": "-5", "photo": b"x", "reply_markup": markup})
        spec.check_request("getUpdates", {"timeout": "10", "allowed_updates": '["message"]'})
        spec.check_answer("getMe", {"id": 1, "is_bot": True, "first_name": "a"})
        spec.check_answer("deleteMessage", True)
        spec.check_type("Update", {"update_id": 1})
