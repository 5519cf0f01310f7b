"""Misspelt settings: told with the right name; names of other programs are left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.locales import Languages
from bot.settings import Settings, SettingsError
from tests.settings.test_settings import NEEDED, words


def _told(file: Path, env: dict[str, str], written: str) -> list[str]:
    file.write_text(written, encoding="utf-8")
    try:
        Settings.load(env, file)
    except SettingsError as error:
        return [words(fault) for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("OWNER_ID", "OWNER_IDS"),
        ("owner_id", "OWNER_IDS"),
        ("ADMIN_IDS", "OWNER_IDS"),
        ("OWNER-IDS", "OWNER_IDS"),
        ("PUBLIC_URI", "PUBLIC_URL"),
        ("HOSTS", "HOST"),
        ("DATABASE_PATH", "DATABASE"),
        ("CATALOGUE", "CATALOG"),
        ("STRIPE_WEBHOK_SECRET", "STRIPE_WEBHOOK_SECRET"),
        ("STRIPE_SIGNING_SECRET", "STRIPE_WEBHOOK_SECRET"),
        ("TELEGRAM_LINKS_URL", "TELEGRAM_LINK_URL"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("METRIC_TOKEN", "METRICS_TOKEN"),
        ("HEARTBEAT", "HEARTBEAT_URL"),
    ],
)
def test_a_name_in_the_file_that_is_nearly_ours_is_told_with_the_right_one(
    tmp_path: Path, written: str, right: str
) -> None:
    """A misspelt name would set nothing, and nobody would hear of it."""
    told = _told(tmp_path / ".env", NEEDED, f"{written}=1\n")

    assert told == [f"{written} is not a setting of the shop. Did you mean {right}?"]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("TELEGRAM_BOT_TOKE", "TELEGRAM_BOT_TOKEN"),
        ("telegram_bot_token", "TELEGRAM_BOT_TOKEN"),
        ("STRIPE_KEY", "STRIPE_API_KEY"),
        ("STRIPE_SECRET_KEY", "STRIPE_API_KEY"),
    ],
)
def test_a_needed_one_is_told_once_and_its_value_never(
    tmp_path: Path, written: str, right: str
) -> None:
    """In the environment too; it is not called missing as well, and no secret is quoted."""
    env = {name: value for name, value in NEEDED.items() if name != right}

    told = _told(tmp_path / ".env", env | {written: "canary"}, "")

    assert told == [f"{written} is not a setting of the shop. Did you mean {right}?"]


def test_an_empty_right_name_does_not_hide_the_wrong_one(tmp_path: Path) -> None:
    """A copied .env.example has an empty OWNER_IDS above the line that somebody adds."""
    told = _told(tmp_path / ".env", NEEDED, "OWNER_IDS=\nOWNER_ID=5\n")

    assert told == ["OWNER_ID is not a setting of the shop. Did you mean OWNER_IDS?"]


@pytest.mark.parametrize(
    "name",
    [
        "HOSTNAME",
        "DATABASE_URL",
        "OWNER",
        "REPORT",
        "LOGLEVEL",
        "BOT_TOKEN",
        "TELEGRAM_API_ID",
        "TELEGRAM_API_HASH",
        "TELEGRAM_CHAT_ID",
        "STRIPE_CLI_DEVICE_NAME",
    ],
)
def test_what_other_programs_read_from_the_environment_is_left_alone(
    tmp_path: Path, name: str
) -> None:
    """A machine's environment is full of names; only one that must be ours is told of."""
    assert _told(tmp_path / ".env", NEEDED | {name: "x"}, "") == []


def test_a_name_beside_the_right_one_is_left_alone(tmp_path: Path) -> None:
    """Another program on the machine may have a key of its own under its own name."""
    assert _told(tmp_path / ".env", NEEDED | {"STRIPE_SECRET_KEY": "x"}, "OWNER_IDS=5\n") == []


def test_the_right_name_is_told_in_every_language() -> None:
    """Whoever installs the shop may read any of the seven."""
    languages = Languages.load(strict=True)
    told = {
        languages.texts(code).text("settings.unknown", variable="OWNER_ID", right="OWNER_IDS")
        for code in languages.codes
    }

    assert len(told) == 7
    assert all(re.findall(r"OWNER_IDS?", one) == ["OWNER_ID", "OWNER_IDS"] for one in told)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("TELEGRAM_BOT_TOKEN: canary\n\n\nSTRIPE_API_KEY: canary\n", [1, 4]),
        ("# The owners.\r\n\r\nOWNER IDS=canary\r\n", [3]),
        ('PORT=1\n\nOWNER_IDS="canary\n', [3]),
        ("OWNER_IDS\nPORT=1\n", [1]),
        ('{"OWNER_IDS": "canary"}', [1]),
    ],
)
def test_a_line_that_sets_nothing_is_told_by_its_number(
    tmp_path: Path, text: str, lines: list[int]
) -> None:
    """It would be passed over, and what it was to set called missing; it is not quoted."""
    file = tmp_path / ".env"

    told = _told(file, NEEDED, text)

    assert told == [
        f"Line {line} of {file} sets nothing: it is not a line such as NAME=value. "
        "Fix it, or put # before it."
        for line in lines
    ]


def test_lines_that_are_written_otherwise_are_read(tmp_path: Path) -> None:
    """The control: what shells and editors make of such a file says what it said."""
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbfexport PORT = '7'\r\n\r\n  # note\r\nOWNER_IDS=5 # me\r\n\r\n")

    settings = Settings.load(NEEDED, file)

    assert (settings.port, settings.owner_ids) == (7, (5,))
