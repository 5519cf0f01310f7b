"""A shop of one's own: opened in a folder outside the repository, checked, and run from there."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import stat
import sys
from pathlib import Path

import pytest

from bot.cli.init import starter
from bot.store.sqlite import open_reader
from kit import KEY, TOKEN
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from shop_sandbox.telegram import TelegramSandbox
from tests.cli.conftest import ROOT, Bot
from tests.cli.process import OPEN
from tests.shop.journeys import add, ask_to_pay

LANGUAGES = ("ar", "de", "en", "es", "fr", "pt", "ru")


async def test_nobody_to_ask_leaves_the_keys_empty_and_says_the_next_lines(
    bot: Bot, tmp_path: Path
) -> None:
    """Without a terminal the folder is made all the same; its settings are its owner's alone."""
    made = await bot("init", "my shop")
    folder = tmp_path / "my shop"
    env = (folder / ".env").read_text(encoding="utf-8")
    checked = await bot("check", "--shop", "my shop")

    assert made.code == 0, made.text
    assert f"{sys.executable} -m bot check --shop 'my shop'\n" in made.text
    assert f"{sys.executable} -m bot run --shop 'my shop'\n" in made.text
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert [line for line in env.splitlines() if line and not line.startswith("#")] == [
        "TELEGRAM_BOT_TOKEN=",
        "STRIPE_API_KEY=",
        "OWNER_IDS=",
    ]
    assert checked.code == 0, checked.text
    assert "catalog.json is fine." in checked.text
    assert "3 (categories: 3," in checked.text


async def test_the_current_folder_is_named_in_full(bot: Bot, tmp_path: Path) -> None:
    """“Your shop is in ..” would be the folder above."""
    made = await bot("init")

    assert made.code == 0, made.text
    assert f"Your shop is in {tmp_path}. Look over its goods" in made.text
    assert f"{sys.executable} -m bot run\n" in made.text
    assert (tmp_path / "catalog.json").is_file()


async def test_what_is_there_already_is_never_replaced(bot: Bot, tmp_path: Path) -> None:
    """Somebody's catalog stays as it is, and nothing else is written beside it."""
    (tmp_path / "catalog.json").write_text("mine", encoding="utf-8")

    refused = await bot("init")

    assert refused.code == 1
    assert ". already has a catalog.json, and nothing of yours is replaced." in refused.text
    assert not (tmp_path / ".env").exists()
    assert (tmp_path / "catalog.json").read_text(encoding="utf-8") == "mine"


async def test_a_folder_that_cannot_be_made_or_entered_is_told(bot: Bot, tmp_path: Path) -> None:
    """A line says which folder and why; no traceback."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    made = await bot("init", "file/shop")
    run = await bot("run", "--shop", "nowhere")

    assert (made.code, run.code) == (1, os.EX_CONFIG)
    assert "file/shop cannot be written to: Not a directory." in made.text
    assert "The shop’s folder nowhere cannot be opened: No such file or directory." in run.text
    assert "Traceback" not in made.text + run.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_catalog_speaks_one_language(language: str) -> None:
    """Each text is plain, so that the file reads like a list of goods; checkout is filled in."""
    catalog = starter(language)
    tags = {f'"{tag}": ' for tag in LANGUAGES}

    assert len(catalog["products"]) == 3
    assert {"hold_minutes", "pickup", "shipping"} <= catalog["checkout"].keys()
    assert [tag for tag in tags if tag in json.dumps(catalog)] == []


class _Terminal:
    """A terminal that a person types into; what it shows is kept."""

    def __init__(self, master: int) -> None:
        self._master = master
        self._more = asyncio.Event()
        self.shown = ""
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        self.shown += os.read(self._master, 4096).decode(errors="replace")
        self._more.set()

    async def until(self, words: str) -> None:
        """Wait until the terminal shows something."""
        try:
            async with asyncio.timeout(PATIENCE):
                while words not in self.shown:
                    self._more.clear()
                    await self._more.wait()
        except TimeoutError:
            raise AssertionError(f"it never said {words!r}:\n{self.shown}") from None

    async def answer(self, question: str, words: str) -> None:
        """Type a line once a question is asked anew; what is typed before is thrown away."""
        await self.until(question)
        self.shown = self.shown.replace(question, "")
        os.write(self._master, f"{words}\n".encode())

    def close(self) -> None:
        """Look no more."""
        asyncio.get_running_loop().remove_reader(self._master)


async def test_a_newcomer_types_two_keys_and_becomes_the_owner_by_the_link(tmp_path: Path) -> None:
    """Each answer is checked at once, and asked for again when wrong; run, claim it, and sell."""
    async with SandboxSite(telegram=TelegramSandbox(token=TOKEN)) as site:
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LANG": "en_GB.UTF-8",
            "TERM": "dumb",
            "COLUMNS": "400",
            "TELEGRAM_API_URL": site.telegram_api_url,
            "STRIPE_API_URL": site.stripe_api_url,
            "TELEGRAM_LINK_URL": site.telegram_link_url,
            "PORT": "0",
        }
        master, slave = pty.openpty()

        async def start(*arguments: str) -> asyncio.subprocess.Process:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *arguments, cwd=tmp_path, env=env,
                stdin=slave, stdout=slave, stderr=slave,
            )  # fmt: skip

        screen = _Terminal(master)
        opened = await start("init", "shop")
        token, key = "(send /newbot to @BotFather): ", "(sk_test_… to start with): "
        await screen.answer(token, "hello")
        await screen.answer(token, "123456789:AAthis-bot-is-not-known-anywhere-0000")
        await screen.answer(token, TOKEN)
        await screen.answer(key, "pk_test_1234567")
        await screen.answer(key, KEY)
        await screen.until("-m bot run --shop shop")
        assert await opened.wait() == 0
        running = await start("run", "--shop", "shop")
        await screen.until("For a new link")
        link = next(
            line for line in screen.shown.splitlines() if site.telegram_link_url in line
        ).strip()
        alice = site.telegram.person("Alice")
        await alice.start(link.partition("start=")[2])
        await alice.wait_for("This shop is yours", since=0)
        jonas = site.telegram.person("Jonas")
        jonas.user.language_code = "en"
        await add(jonas, "house-blend")
        await ask_to_pay(jonas)
        async with open_reader(tmp_path / "shop" / "shop.sqlite3") as reader:
            (order,) = await reader.read(lambda tx: tx.books.newest(2))
        done = await site.stripe.pay(str(order.session_id), email="buyer@example.com")
        await jonas.start(done.address.partition("start=")[2])
        await jonas.wait_for("Paid. Thank you!", since=0)
        await alice.wait_for("Sold: order", since=0)
        running.terminate()
        assert await running.wait() == 0
        screen.close()
        os.close(slave)
        os.close(master)

    assert "This does not look like a bot token" in screen.shown
    assert "Telegram does not know this TELEGRAM_BOT_TOKEN." in screen.shown
    assert "Telegram knows the bot: @sandbox_shop_bot." in screen.shown
    assert "This is a publishable key" in screen.shown
    assert OPEN in screen.shown
    assert "test mode. No money moves." in screen.shown
    assert TOKEN not in screen.shown
    assert KEY not in screen.shown
    assert (tmp_path / "shop" / "shop.sqlite3").exists()
