"""The command that opens a shop of one's own: a folder with its settings, a catalog and pictures.

It asks for two things and checks each at once; where nobody can be asked, or what is asked for is
not at hand yet, its line stays empty. Nothing that is there already is changed.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console

from bot.app import SystemClock
from bot.chat.telegram.introduction import UnknownBotError, introduce
from bot.chat.telegram.transport import AiohttpRequest
from bot.cli.refusals import wrong_service
from bot.cli.sample import CATALOG, SAMPLE
from bot.domain.errors import RefusedError, TransientError
from bot.domain.services import WrongServiceError
from bot.locales import Texts
from bot.payments import StripePayments
from bot.ports import PaymentsDeniedError, PaymentsRefusedError
from bot.settings import Proxies, Settings
from bot.settings.checks import bot_token, is_live, stripe_key
from bot.settings.faults import TEST_KEY, UnusableError

_SETTINGS: Final = Path(".env")
_SCHEMA: Final = Path("catalog.schema.json")
#: What the sample shop sells that a first shop begins with: with options, with stock, with neither.
_FIRST: Final = ("house-blend", "lume-cup", "sao-tome-chocolate")

#: What a check came to: whether the value may be kept, and what is said of it.
Checked = tuple[bool, str]


def init(folder: Path, console: Console, texts: Texts) -> None:
    """Ask, check and write a shop's folder; then say the next two lines.

    Raises:
        RefusedError: ``init.exists`` or ``init.unwritable``; what was there is as it was.
    """
    catalog = starter(texts.language)
    pictures = sorted({Path(name) for name in _pictures(catalog)})
    _refuse_to_replace(folder, [_SETTINGS, CATALOG, _SCHEMA, *pictures])
    token = key = ""
    if sys.stdin is not None and sys.stdin.isatty():  # None: it was closed
        console.print(texts.text("cli.init.hello"), soft_wrap=True)
        token = _ask("token", _check_token, console, texts)
        key = _ask("key", _check_key, console, texts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (_SCHEMA, *pictures):
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(SAMPLE / name, folder / name)
        text = json.dumps(catalog, indent=2, ensure_ascii=False) + "\n"
        _write(folder / CATALOG, text, mode=0o644)
        _write(folder / _SETTINGS, _env(token, key, texts), mode=0o600)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise RefusedError("init.unwritable", folder=str(folder), reason=reason) from error
    console.print(
        texts.text("cli.init.done", folder=str(folder.resolve())), style="green", soft_wrap=True
    )
    for command in ("check", "run"):
        where = "" if folder == Path() else f" --shop {shlex.quote(str(folder))}"
        console.print(f"  {_program()} {command}{where}", soft_wrap=True, highlight=False)
    if not (token and key):
        console.print(texts.text("cli.init.later", file=str(folder / _SETTINGS)), soft_wrap=True)


def starter(language: str) -> dict[str, Any]:
    """Return a small catalog to begin with, in one language."""
    whole = json.loads((SAMPLE / CATALOG).read_text(encoding="utf-8"))
    products = [one for one in whole["products"] if one["id"] in _FIRST]
    kinds = {one["category"] for one in products}
    small = {
        **whole,
        "categories": [one for one in whole["categories"] if one["id"] in kinds],
        "products": products,
    }
    told: dict[str, Any] = _in_language(small, language, set(whole["shop"]["about"]))
    return told


def _in_language(value: Any, language: str, languages: set[str]) -> Any:
    match value:
        case dict() if value and languages >= value.keys():
            return value.get(language, value["en"])
        case dict():
            return {name: _in_language(one, language, languages) for name, one in value.items()}
        case list():
            return [_in_language(one, language, languages) for one in value]
        case _:
            return value


def _pictures(value: Any) -> Iterator[str]:
    match value:
        case str() if value.startswith("photos/"):
            yield value
        case dict():
            for one in value.values():
                yield from _pictures(one)
        case list():
            for one in value:
                yield from _pictures(one)


def _refuse_to_replace(folder: Path, names: list[Path]) -> None:
    there = [str(name) for name in names if (folder / name).exists()]
    if there:
        raise RefusedError("init.exists", file=there[0], folder=str(folder))


def _write(file: Path, text: str, mode: int) -> None:
    """Write a new file that, from its first moment, only those may read who shall."""
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(number, "w", encoding="utf-8") as opened:
        opened.write(text)


def _env(token: str, key: str, texts: Texts) -> str:
    said = {
        name: texts.text(f"cli.init.env_{name}", example=TEST_KEY)
        for name in ("token", "key", "owners")
    }
    return (
        f"# {said['token']}\nTELEGRAM_BOT_TOKEN={token}\n\n"
        f"# {said['key']}\nSTRIPE_API_KEY={key}\n\n"
        f"# {said['owners']}\nOWNER_IDS=\n"
    )


def _program() -> str:
    """Return how this program was started, so that its next lines are typed alike."""
    if Path(sys.argv[0]).name == "__main__.py":
        return f"{shlex.quote(sys.orig_argv[0])} -m bot"
    return shlex.quote(sys.argv[0])


def _ask(
    what: str,
    check: Callable[[str, Texts], Awaitable[Checked]],
    console: Console,
    texts: Texts,
) -> str:
    """Ask until the answer may be kept, or is left out."""
    while True:
        asked = texts.text(f"cli.init.{what}", example=TEST_KEY)
        value = typer.prompt(asked, default="", show_default=False, hide_input=True).strip()
        if not value:
            return ""
        fine, told = asyncio.run(_checked(check, value, texts))
        style = "green" if fine else "red"
        console.print(told, style=style, soft_wrap=True, markup=False)
        if fine:
            return str(value)


async def _checked(
    check: Callable[[str, Texts], Awaitable[Checked]], value: str, texts: Texts
) -> Checked:
    try:
        return await check(value, texts)
    except UnusableError as error:
        return False, texts.text(error.key, variable=texts.text("cli.init.this"), **error.params)
    except WrongServiceError as error:
        key, told = wrong_service(error)
        return False, texts.text(f"cli.run.{key}", **told)


def _way(setting: str) -> tuple[str, str | None]:
    """Return a service's address and the proxy on the way there, as the environment says."""
    usual = str(Settings.model_fields[setting].default)
    url = (os.environ.get(setting.upper()) or usual).rstrip("/")
    return url, Proxies.of(os.environ)[0].way(url)


async def _check_token(token: str, texts: Texts) -> Checked:
    bot_token(token)
    url, proxy = _way("telegram_api_url")
    async with AsyncExitStack() as stack:
        transport = AiohttpRequest(proxy=proxy)
        await transport.initialize()
        stack.push_async_callback(transport.shutdown)
        try:
            me = await introduce(token, f"{url}/bot", transport)
        except UnknownBotError:
            return False, texts.text("cli.doctor.bot_unknown")
        except WrongServiceError:
            raise
        except TransientError as error:
            return True, texts.text("cli.init.unchecked", service="Telegram", reason=str(error))
    return True, texts.text("cli.doctor.bot", bot=me.username)


async def _check_key(key: str, texts: Texts) -> Checked:
    stripe_key(key)
    url, proxy = _way("stripe_api_url")
    mode = "live" if is_live(key) else "test"
    async with StripePayments(key, SystemClock(), api_url=url, proxy=proxy) as payments:
        try:
            account = await payments.account()
        except PaymentsDeniedError as error:
            if error.code != "permission":
                return False, texts.text("cli.doctor.key_unknown", reason=error.message)
            return True, texts.text(f"cli.doctor.key_{mode}", account="?")
        except WrongServiceError:
            raise
        except (TransientError, PaymentsRefusedError) as error:
            return True, texts.text("cli.init.unchecked", service="Stripe", reason=str(error))
    return True, texts.text(f"cli.doctor.key_{mode}", account=account.id)
