"""``run`` in earnest, against the sandbox: settings told at once, foreign databases refused."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.store import database_at
from bot.store.sqlite.lock import DatabaseLock
from bot.store.sqlite.schema import migrations
from kit import KEY, TOKEN
from kit.engines import open_at
from kit.postgres import Schemas
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite
from tests.cli.conftest import Bot
from tests.cli.process import settings_for, started

_LIVE = "sk_live_run4RunAndNobodyElse0"


async def _open_and_close(settings: dict[str, str], *, sign: int = signal.SIGTERM) -> int:
    async with started(settings) as shop:
        return await shop.stop(sign)


@pytest.mark.parametrize("more", [{}, {"force_color": "1"}, {"log_format": "json"}])
async def test_a_shop_without_owner_says_so_and_prints_no_link_into_a_log(
    tmp_path: Path, more: dict[str, str]
) -> None:
    """What is no terminal may be kept and read by others: it names the setting instead."""
    async with SandboxSite() as site:
        settings = settings_for(site, tmp_path / "shop.sqlite3", owner_ids="", **more)
        async with started(settings, until="OWNER_IDS") as shop:
            code = await shop.stop()

    assert code == 0
    assert "his shop has no owner" in shop.printed
    assert "start=" not in shop.printed


async def test_a_shop_with_an_owner_says_nothing_of_it(tmp_path: Path) -> None:
    """The warning is for a shop of whose sales nobody hears."""
    async with (
        SandboxSite() as site,
        started(settings_for(site, tmp_path / "shop.sqlite3")) as shop,
    ):
        await shop.stop()

    assert "has no owner" not in shop.printed


@pytest.mark.parametrize(
    ("lang", "misspelt", "group"),
    [
        ("en_GB", "OWNER_ID is not a setting of the shop. Did you mean", "a group or a ch"),
        ("de_DE", "OWNER_ID ist keine Einstellung des Shops. Meintest", "einer Gruppe oder"),
        ("es_ES", "OWNER_ID no es un ajuste de la tienda.", "de un grupo o de un canal"),
        ("pt_PT", "OWNER_ID não é uma definição da loja.", "de um grupo ou de um canal"),
        ("fr_FR", "OWNER_ID n’est pas un réglage de la boutique.", "d’un groupe ou d’un canal"),
        ("ru_RU", "У магазина нет настройки OWNER_ID.", "id группы или канала"),
        ("ar_SA", "ليس من إعدادات المتجر. هل تقصد \u2068OWNER_IDS", "id مجموعة أو قناة"),
    ],
)
async def test_a_misspelt_setting_and_a_groups_id_are_told_in_every_language(
    bot: Bot, tmp_path: Path, lang: str, misspelt: str, group: str
) -> None:
    """Each with what would be right, before anything is opened; a service is not started again."""
    (tmp_path / ".env").write_text("OWNER_ID=5\n", encoding="utf-8")
    keys = {"telegram_bot_token": TOKEN, "stripe_api_key": KEY, "lang": f"{lang}.UTF-8"}
    first = await bot("run", **keys)
    (tmp_path / ".env").write_text("OWNER_IDS=-1001234567890\n", encoding="utf-8")
    second = await bot("run", **keys)

    assert (first.code, second.code) == (78, 78)
    assert misspelt in first.err
    assert group in second.err
    assert "-1001234567890" in second.err
    assert not (tmp_path / "shop.sqlite3").exists()


async def test_every_fault_of_the_settings_is_told_at_once(bot: Bot) -> None:
    """Exit status 78, a line a setting, and no secret among them."""
    ended = await bot(
        "run",
        telegram_bot_token="1234",
        stripe_api_key=_LIVE,
        public_url="http://shop.example",
        port="99999",
        stripe_webhook_secret="",
    )
    lines = [line.split()[0] for line in ended.err.splitlines()[1:] if line.startswith("  ")]

    assert ended.code == 78
    assert lines == ["TELEGRAM_BOT_TOKEN", "PUBLIC_URL", "STRIPE_WEBHOOK_SECRET", "PORT"]
    assert "1234\n" not in ended.text
    assert _LIVE not in ended.text


async def test_nothing_set_names_the_two_keys(bot: Bot) -> None:
    """A newcomer is told where each of the two comes from."""
    ended = await bot("run")

    assert ended.code == 78
    assert "TELEGRAM_BOT_TOKEN is not set. @BotFather gives you one" in ended.err
    assert "STRIPE_API_KEY is not set. Stripe’s Dashboard shows it" in ended.err


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("de_DE.UTF-8", "TELEGRAM_BOT_TOKEN ist nicht gesetzt."),
        ("ru_RU.UTF-8", "TELEGRAM_BOT_TOKEN не указан."),
    ],
)
async def test_faults_are_told_in_the_terminals_language(bot: Bot, lang: str, said: str) -> None:
    """Whoever installs the shop reads what to do in their own words."""
    ended = await bot("run", lang=lang)

    assert ended.code == 78
    assert said in ended.err


async def test_both_signals_end_the_shop_cleanly(tmp_path: Path) -> None:
    """SIGTERM, as service managers send it, and SIGINT, as Ctrl-C does: exit code 0."""
    async with SandboxSite() as site:
        settings = settings_for(site, tmp_path / "shop.sqlite3")

        assert await _open_and_close(settings) == 0
        assert await _open_and_close(settings, sign=signal.SIGINT) == 0


async def test_a_database_in_use_is_refused(bot: Bot, tmp_path: Path) -> None:
    """On a file a shop is one process: the second one says who has it, and leaves."""
    database = tmp_path / "shop.sqlite3"
    async with SandboxSite() as site:
        with DatabaseLock(database):
            ended = await bot("run", **settings_for(site, database))

    assert ended.code == 1
    assert f"{database} is in use by process {os.getpid()} on " in ended.err
    assert "Traceback" not in ended.err


async def test_a_database_of_another_mode_is_refused_until_it_is_set_aside(
    bot: Bot, tmp_path: Path
) -> None:
    """Test orders are not carried into a live shop; the way out is named."""
    database = tmp_path / "shop.sqlite3"
    async with SandboxSite() as site:
        assert await _open_and_close(settings_for(site, database)) == 0
        live = settings_for(site, database, stripe_api_key=_LIVE)
        ended = await bot("run", **live)

    assert ended.code == 78
    assert "the key is for live mode" in ended.err
    assert "--start-over" in ended.err


async def test_a_role_that_may_set_nothing_aside_is_told_what_it_lacks(
    bot: Bot, postgres_server: Schemas
) -> None:
    """No restart helps: it ends as with other faults of the settings, and the shop stays."""
    url = postgres_server.new_schema()
    schema = url.rpartition("%3D")[2]
    role = f"guest_of_{schema}"
    await (await open_at(url)).close()
    with closing(psycopg.connect(postgres_server.url, autocommit=True)) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role}")
        admin.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}")
        try:
            guest = url.replace("shop@", f"{role}@")
            ended = await bot(
                "run", "--start-over", telegram_bot_token=TOKEN, stripe_api_key=KEY, database=guest
            )
        finally:
            admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert ended.code == 78
    assert f"may not do there what it must (must be owner of schema {schema}). What" in ended.err
    async with database_at(url).open_reader() as reader:
        assert await reader.findings() == ()


async def test_a_database_of_another_bot_is_refused(bot: Bot, tmp_path: Path) -> None:
    """Another token is another bot, and its chats are not ours."""
    database = tmp_path / "shop.sqlite3"
    async with SandboxSite() as site:
        assert await _open_and_close(settings_for(site, database)) == 0
        site.telegram.bot.id += 1
        ended = await bot("run", **settings_for(site, database))

    assert ended.code == 78
    assert "This database belongs to another bot." in ended.err
    assert "--start-over" in ended.err


async def test_two_shops_on_one_database_are_one_too_many(bot: Bot, tmp_path: Path) -> None:
    """The second process leaves at once and says why; the first goes on undisturbed."""
    database = tmp_path / "shop.sqlite3"
    async with SandboxSite() as site:
        settings = settings_for(site, database)
        async with started(settings) as first:
            second = await bot("run", **settings)
            alice = site.telegram.person("Alice")
            await alice.start()
            await alice.wait_for(lambda shown: bool(shown.buttons))
            code = await first.stop()

    assert second.code == 1
    assert "is in use by " in second.err
    assert code == 0


async def _refused(bot: Bot, **settings: str) -> str:
    ended = await bot("run", **settings)
    assert ended.code in {1, 78}, ended.text
    assert "Traceback" not in ended.text
    assert "Unclosed" not in ended.text
    return ended.err


async def test_a_folder_in_a_files_place_is_told(bot: Bot, tmp_path: Path) -> None:
    """DATABASE or CATALOG names a folder: which of them, and what to do."""
    async with SandboxSite() as site:
        here = settings_for(site, tmp_path, catalog=".")
        said = await _refused(bot, **here)

    assert (
        f"CATALOG is a folder (.). Name a file in it.\n  DATABASE is a folder ({tmp_path})" in said
    )


async def test_a_database_that_cannot_be_one_is_told(bot: Bot, tmp_path: Path) -> None:
    """A file of something else, or a place where none can lie: named, with what to do."""
    text = tmp_path / "notes.txt"
    text.write_text("nobody's database " * 200, encoding="utf-8")
    async with SandboxSite() as site:
        foreign = await _refused(bot, **settings_for(site, text))
        below = await _refused(bot, **settings_for(site, text / "shop.sqlite3"))

    assert "The database cannot be used: " in foreign
    assert "the file is not a SQLite database" in foreign
    assert "Restore a backup, or start a new one with --start-over." in foreign
    assert f"This cannot be done right now: {text / 'shop.sqlite3.lock'} cannot be written" in below


async def test_an_address_that_cannot_be_listened_on_is_told(bot: Bot, tmp_path: Path) -> None:
    """A port that is taken, or a host that is not ours, once each and without a stray word."""
    async with SandboxSite() as site:
        taken = site.url.rpartition(":")[2]
        settings = settings_for(site, tmp_path / "shop.sqlite3", port=taken)
        busy = await _refused(bot, **settings)
        stranger = await _refused(bot, **(settings | {"host": "192.0.2.1", "port": "0"}))

    assert busy == (
        f"The shop cannot listen on 127.0.0.1:{taken} (Address already in use). "
        "Set PORT to another number, or correct HOST.\n"
    )
    assert "The shop cannot listen on 192.0.2.1:0 (Cannot assign requested address)." in stranger


async def test_a_key_or_token_that_nobody_knows_is_told(bot: Bot, tmp_path: Path) -> None:
    """Each names its variable; neither is shown."""
    token, key = "7104882315:AAwrong-nobody-has-this-token-00000000", "sk_test_expired4Nobody0"
    async with SandboxSite() as site:
        settings = settings_for(site, tmp_path / "shop.sqlite3")
        site.faults.add(Fault("getMe", "error", status=401))
        site.stripe.keyring.expired |= {key}
        strange = await _refused(bot, **(settings | {"telegram_bot_token": token}))
        expired = await _refused(bot, **(settings | {"stripe_api_key": key}))

    assert "Telegram does not know this TELEGRAM_BOT_TOKEN." in strange
    assert "Stripe does not accept this STRIPE_API_KEY: Expired API Key" in expired
    assert token not in strange
    assert key not in expired


async def test_no_catalog_at_the_first_start_is_told(bot: Bot, tmp_path: Path) -> None:
    """The file is missing and nothing was ever sold: which file, and that there is no other."""
    async with SandboxSite() as site:
        settings = settings_for(site, tmp_path / "shop.sqlite3", catalog="none.json")
        said = await _refused(bot, **settings)

    assert "The catalog cannot be used, and there is no earlier version to sell from:" in said
    assert "none.json:1:1: There is no such file." in said


async def test_an_address_that_telegram_does_not_take_is_told(bot: Bot, tmp_path: Path) -> None:
    """Telegram's own reason, and what it wants instead."""
    async with SandboxSite() as site:
        settings = settings_for(
            site, tmp_path / "shop.sqlite3", public_url="https://shop.example:1234"
        )
        said = await _refused(bot, **settings)

    assert "Telegram does not accept PUBLIC_URL" in said
    assert "Correct it, or take it out." in said


async def test_something_else_at_telegrams_address_is_no_wrong_token(
    bot: Bot, tmp_path: Path
) -> None:
    """A wrong TELEGRAM_API_URL, or a proxy's own page: named so, and the token is not blamed."""
    async with SandboxSite() as site:
        settings = settings_for(
            site, tmp_path / "shop.sqlite3", telegram_api_url=f"{site.url}/nothing"
        )
        said = await _refused(bot, **settings)

    assert "What answers is not Telegram: status 404. Check TELEGRAM_API_URL" in said
    assert "TELEGRAM_BOT_TOKEN" not in said


async def test_a_newer_or_damaged_database_is_refused_and_left_as_it_is(
    bot: Bot, tmp_path: Path
) -> None:
    """After going back to an older program, or with a table gone: why, and what to do."""
    database = tmp_path / "shop.sqlite3"
    newer = len(migrations()) + 1
    async with SandboxSite() as site:
        settings = settings_for(site, database)
        assert await _open_and_close(settings) == 0
        told = []
        for damage in (f"PRAGMA user_version = {newer}", "DROP TABLE pictures"):
            before = database.read_bytes()
            with closing(sqlite3.connect(database, isolation_level=None)) as db:
                db.execute(damage)
            damaged = database.read_bytes()
            told.append(await _refused(bot, **settings))
            assert database.read_bytes() == damaged
            database.write_bytes(before)
        assert await _open_and_close(settings) == 0

    assert f"has schema {newer} and this program knows up to {newer - 1}" in told[0]
    assert "install that one or restore a backup" in told[0]
    assert "the database is damaged: its table pictures is missing" in told[1]
