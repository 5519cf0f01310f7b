"""Why a command did not do it, in the words of the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from bot.chat.errors import reason_words
from bot.domain.errors import CorruptError, RefusedError, ShopError, UnfitError
from bot.domain.services import RedirectedError, WrongServiceError
from bot.locales import Texts
from bot.ports import DatabaseInUseError
from bot.ports.catalog import Fault, Severity


def explain(error: ShopError, console: Console, texts: Texts) -> None:
    """Print what is wrong and what to do about it."""
    match error:
        case RefusedError():
            key = error.key if error.key in texts else f"cli.{error.key}"
            words = texts.text(key, **error.params)
        case DatabaseInUseError():
            told = {"database": error.database, "holder": error.holder}
            words = texts.text("cli.database.in_use", **told)
        case UnfitError():
            words = texts.text("cli.database.unfit", reason=str(error))
        case CorruptError():
            words = texts.text("cli.database.corrupt", reason=str(error))
        case _:
            words = texts.text("cli.database.later", reason=reason_words(error, texts))
    console.print(words, style="red", soft_wrap=True, markup=False)


def print_faults(console: Console, file: str, faults: Iterable[Fault], texts: Texts) -> None:
    """Print one fault a line: file, line and column, field, what is wrong and what is right."""
    for one in faults:
        line = Text(f"{file}:{one.line}:{one.column}: ", style="bold")
        if one.severity is Severity.WARNING:
            line.append(texts.text("cli.check.warning") + ": ", style="yellow")
        if one.field:
            line.append(f"{one.field}: ", style="cyan")
        line.append(texts.text(one.key, **one.params), style="not bold")
        console.print(line, soft_wrap=True)


def wrong_service(error: WrongServiceError) -> tuple[str, dict[str, str]]:
    """Return the key and the values of what is said where another service answers."""
    told = {"service": error.service, "setting": f"{error.service.upper()}_API_URL"}
    if isinstance(error, RedirectedError):
        return "redirected", told | {"to": error.to}
    return "wrong_service", told | {"answer": error.answer}
