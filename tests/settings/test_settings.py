"""Settings: what is read, what is refused and in which words, and that no secret leaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.locales import Languages
from bot.settings import (
    LogFormat,
    LogLevel,
    SettingFault,
    Settings,
    SettingsError,
    settings_table,
)

TOKEN = "123456789:AAcanarycanarycanarycanarycanary123"
TEST_KEY = "sk_test_canaryKEY123"
LIVE_KEY = "rk_live_canaryKEY123"
ENGLISH = Languages.load().texts("en")
NEEDED = {"TELEGRAM_BOT_TOKEN": TOKEN, "STRIPE_API_KEY": TEST_KEY}


def load(**more: str) -> Settings:
    """Load settings from the needed variables and these, and from no file."""
    return Settings.load(NEEDED | more, None)


def faults(env: dict[str, str]) -> dict[str, str]:
    """Return what is said of each variable that is refused."""
    with pytest.raises(SettingsError) as caught:
        Settings.load(env, None)
    return {fault.variable: words(fault) for fault in caught.value.faults}


def words(fault: SettingFault) -> str:
    """Return what an operator reads."""
    return ENGLISH.text(fault.key, variable=fault.variable, **fault.params)


def test_two_variables_are_enough() -> None:
    """A token and a key make a shop that needs no public address."""
    settings = load()
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.stripe_api_key.get_secret_value() == TEST_KEY
    assert settings.livemode is False
    assert settings.public_url is None
    assert settings.owner_ids == ()
    assert settings.stripe_webhook_secret is None
    assert settings.metrics_token is None
    assert settings.heartbeat_url is None
    assert (settings.catalog, settings.database) == (Path("catalog.json"), "shop.sqlite3")
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.stripe_api_url == "https://api.stripe.com"
    assert settings.telegram_link_url == "https://t.me"
    assert (settings.log_format, settings.log_level) == (LogFormat.CONSOLE, LogLevel.INFO)


def test_every_variable_is_taken() -> None:
    """What is set is what is used, spaces around it apart."""
    settings = load(
        STRIPE_API_KEY=LIVE_KEY,
        PUBLIC_URL=" https://Shop.Example:443/ ",
        OWNER_IDS="77, 5,77",
        STRIPE_WEBHOOK_SECRET="whsec_abc",
        CATALOG="goods/catalog.json",
        DATABASE="/data/shop.sqlite3",
        HOST="0.0.0.0",  # noqa: S104 - read, not listened on
        PORT="80",
        TELEGRAM_API_URL="http://127.0.0.1:8081/telegram/",
        STRIPE_API_URL="http://127.0.0.1:8081/stripe",
        TELEGRAM_LINK_URL="http://127.0.0.1:8081/t.me",
        LOG_FORMAT="JSON",
        LOG_LEVEL="debug",
        METRICS_TOKEN="0123456789abcdef",
        HEARTBEAT_URL="https://monitor.example/ping?key=abc",
    )
    assert settings.livemode is True
    assert settings.public_url == "https://shop.example"
    assert settings.owner_ids == (77, 5)
    assert settings.stripe_webhook_secret is not None
    assert settings.stripe_webhook_secret.get_secret_value() == "whsec_abc"
    assert settings.catalog == Path("goods/catalog.json")
    assert settings.database == "/data/shop.sqlite3"
    assert settings.port == 80
    assert settings.telegram_api_url == "http://127.0.0.1:8081/telegram"
    assert settings.stripe_api_url == "http://127.0.0.1:8081/stripe"
    assert settings.telegram_link_url == "http://127.0.0.1:8081/t.me"
    assert (settings.log_format, settings.log_level) == (LogFormat.JSON, LogLevel.DEBUG)
    assert settings.metrics_token is not None
    assert settings.metrics_token.get_secret_value() == "0123456789abcdef"
    assert settings.heartbeat_url is not None
    assert settings.heartbeat_url.get_secret_value() == "https://monitor.example/ping?key=abc"


def test_all_faults_are_told_at_once() -> None:
    """An operator mends everything in one go."""
    told = faults(
        {
            "STRIPE_API_KEY": "pk_test_abc",
            "PUBLIC_URL": "shop.example",
            "OWNER_IDS": "@jo",
            "STRIPE_WEBHOOK_SECRET": "sk_test_abc",
            "PORT": "eighty",
            "LOG_FORMAT": "xml",
            "LOG_LEVEL": "loud",
            "METRICS_TOKEN": "short",
        }
    )
    assert list(told) == [
        "TELEGRAM_BOT_TOKEN",
        "STRIPE_API_KEY",
        "PUBLIC_URL",
        "OWNER_IDS",
        "STRIPE_WEBHOOK_SECRET",
        "PORT",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "METRICS_TOKEN",
    ]
    assert "is not set" in told["TELEGRAM_BOT_TOKEN"]
    assert "@jo, which is a name" in told["OWNER_IDS"]
    assert told["LOG_FORMAT"] == "LOG_FORMAT must be one of these: console, json."


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TELEGRAM_BOT_TOKEN", "", "is not set. @BotFather gives you one"),
        ("TELEGRAM_BOT_TOKEN", "123456789", "does not look like a bot token"),
        ("STRIPE_API_KEY", "", "is not set. Stripe’s Dashboard"),
        ("STRIPE_API_KEY", "pk_live_abc", "is a publishable key"),
        ("STRIPE_API_KEY", "whsec_abc", "belongs in STRIPE_WEBHOOK_SECRET"),
        ("STRIPE_API_KEY", "sk_abc", "does not look like a Stripe key"),
        ("STRIPE_WEBHOOK_SECRET", "", "is set but empty"),
        ("STRIPE_WEBHOOK_SECRET", "   ", "is set but empty"),
        ("METRICS_TOKEN", "", "is set but empty"),
        ("PUBLIC_URL", "https://shop.example/shop", "has a path or a query"),
        ("PUBLIC_URL", "https://shop.example/?a=b", "has a path or a query"),
        ("PUBLIC_URL", "https://jo:pw@shop.example", "is not a web address such as"),
        ("PUBLIC_URL", "https://", "is not a web address such as"),
        ("PUBLIC_URL", "https://shop.example:99999", "is not a web address such as"),
        ("PUBLIC_URL", "https://[::1", "is not a web address such as"),
        ("PUBLIC_URL", "ftp://shop.example", "is not a web address such as"),
        ("OWNER_IDS", "12,x", "has 'x', which is not a Telegram id"),
        ("OWNER_IDS", "-5", "has -5, which is the id of a group or a channel"),
        (
            "OWNER_IDS",
            "7, -1001234567890",
            "has -1001234567890, which is the id of a group or a ch",
        ),
        ("OWNER_IDS", "@jo", "has @jo, which is a name"),
        ("OWNER_IDS", "https://t.me/jo", "has @jo, which is a name"),
        ("OWNER_IDS", "+351912345678", "has a phone number"),
        ("OWNER_IDS", "123456789", "has 123456789, which is the bot’s own id"),
        ("HEARTBEAT_URL", "monitor.example/ping", "is not a web address such as"),
        ("OWNER_IDS", "0", "which is not a Telegram id"),
        ("OWNER_IDS", "٣", "which is not a Telegram id"),
        ("OWNER_IDS", "9" * 30, "which is not a Telegram id"),
        ("PORT", "65536", "must be a whole number from 0 to 65535."),
        ("PORT", "9" * 5000, "must be a whole number from 0 to 65535."),
        ("STRIPE_API_URL", "http://127.0.0.1?x=1", "has a query"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_in_plain_words(
    variable: str, value: str, said: str
) -> None:
    """Each refusal says what is wrong with which variable, and nothing else is blamed."""
    told = faults(NEEDED | {variable: value})
    assert list(told) == [variable]
    assert said in told[variable]


def test_a_live_key_wants_https() -> None:
    """Real money is not sent back over http, and neither is the key; test keys may."""
    live = NEEDED | {"STRIPE_API_KEY": LIVE_KEY}
    told = faults(live | {"PUBLIC_URL": "http://s.example", "STRIPE_API_URL": "http://s.example"})
    assert list(told) == ["PUBLIC_URL", "STRIPE_API_URL"]
    assert "a live key" in told["PUBLIC_URL"]
    assert load(PUBLIC_URL="http://127.0.0.1:8080").public_url == "http://127.0.0.1:8080"


def test_an_empty_line_counts_as_not_set() -> None:
    """Compose files pass on variables that nobody filled in."""
    settings = load(PUBLIC_URL="", OWNER_IDS="", CATALOG="", PORT=" ", LOG_LEVEL="")
    assert settings == load()


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    """The environment stands above .env; variables that are nobody's of ours are left alone."""
    file = tmp_path / ".env"
    file.write_text(
        f"# my shop\nTELEGRAM_BOT_TOKEN={TOKEN}\nSTRIPE_API_KEY='{TEST_KEY}'\nPORT=81\n"
        "OWNER_IDS=1,2\nCOMPOSE_PROJECT_NAME=shop\nexport TZ=UTC\n",
        encoding="utf-8",
    )
    settings = Settings.load({"PORT": "82", "PATH": "/bin"}, file)
    assert settings.port == 82
    assert settings.owner_ids == (1, 2)
    assert settings.public_url is None


def test_an_empty_secret_in_the_file_is_refused(tmp_path: Path) -> None:
    """The file is held to the same rules as the environment."""
    file = tmp_path / ".env"
    file.write_text("STRIPE_WEBHOOK_SECRET=\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Settings.load(NEEDED, file)
    assert [fault.variable for fault in caught.value.faults] == ["STRIPE_WEBHOOK_SECRET"]


def test_a_file_that_is_no_text_is_told_of(tmp_path: Path) -> None:
    """A .env in another encoding is named, not a traceback."""
    file = tmp_path / ".env"
    file.write_bytes("PORT=80 # für\n".encode("utf-16"))
    with pytest.raises(SettingsError, match=r"settings\.unreadable"):
        Settings.load(NEEDED, file)


def test_no_secret_is_ever_shown() -> None:
    """Neither a repr nor a refusal quotes a token, a key or a secret, good or bad."""
    settings = load(
        STRIPE_WEBHOOK_SECRET="whsec_canary",
        METRICS_TOKEN="canary" * 3,
        HEARTBEAT_URL="https://monitor.example/canary",
    )
    shown = repr(settings) + str(settings)
    bad = {
        "TELEGRAM_BOT_TOKEN": "canary token",
        "STRIPE_API_KEY": "canary key",
        "STRIPE_WEBHOOK_SECRET": "canary secret",
        "METRICS_TOKEN": "canary",
        "PUBLIC_URL": "https://jo:canary@shop.example",
        "OWNER_IDS": f"{TOKEN}, sk_live_canary",
        "HEARTBEAT_URL": "ftp://monitor.example/canary",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.load(bad, None)
    error = caught.value
    shown += f"{error!r}{error}{error.__cause__!r}"
    assert len(error.faults) == 7
    assert "canary" not in shown


def test_the_table_names_every_setting_with_its_default() -> None:
    """The guide's table is made of the fields, none left out."""
    rows = settings_table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [name.upper() for name in Settings.model_fields]
    assert "| `PORT` | `8080` |" in settings_table()
    assert "| `STRIPE_API_KEY` | **required** |" in settings_table()
    assert all(len(row.split(" | ")) == 3 for row in rows)


def test_the_example_file_names_every_setting_and_no_other() -> None:
    """.env.example can be copied: each variable stands there once, with no value that misleads."""
    text = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_a_database_is_a_file_or_a_postgresql_server() -> None:
    """It stays as it is written; another engine's address is refused."""
    url = "postgresql://ann:hidden@db-1,db-2/shop"
    settings = load(DATABASE=url)
    assert settings.database == url
    assert load(DATABASE="/data/host/dbname=1.sqlite3").database == "/data/host/dbname=1.sqlite3"
    for wrong in (
        "mysql://ann:hidden@db/shop",
        "host=db dbname=shop password=hidden",
        " dbname = shop",
        "postgresql:/db/shop",
        "Postgres:db",
    ):
        with pytest.raises(SettingsError) as refused:
            load(DATABASE=wrong)
        assert [(one.variable, one.key) for one in refused.value.faults] == [
            ("DATABASE", "settings.database")
        ]


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder called ~ would hold the orders, and be taken away by whoever tidies up."""
    monkeypatch.setenv("HOME", "/srv/ann")
    settings = load(CATALOG="~/goods.json", DATABASE="~/shop.sqlite3")
    assert (str(settings.catalog), settings.database) == (
        "/srv/ann/goods.json",
        "/srv/ann/shop.sqlite3",
    )
    assert load(DATABASE="~shop~.sqlite3").database == "~shop~.sqlite3"


@pytest.mark.parametrize("owners", ["@ann", "-1001234567890", "+4915112345678"])
def test_who_gave_no_number_is_told_a_way_to_it_that_works(owners: str) -> None:
    """The shop does not run with such a value, so its bot answers only once the value is gone."""
    with pytest.raises(SettingsError) as refused:
        load(OWNER_IDS=owners)
    told = words(refused.value.faults[0])
    assert told.endswith(
        "Leave OWNER_IDS empty, start the shop and send the bot /id in a private chat: "
        "it tells you your Telegram id."
    )
