"""The ``.env`` file: lines of ``NAME=value``; a line that is none sets nothing, and is told of."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from bot.settings.faults import SettingFault, SettingsError

_EXAMPLE: Final = "NAME=value"


def written(file: Path) -> Mapping[str, str]:
    """Return what the file says; nothing where it is not there.

    Raises:
        SettingsError: it is no text, or lines of it say nothing; what they hold is not quoted.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        params = {"reason": type(error).__name__, "example": _EXAMPLE}
        raise SettingsError((SettingFault(str(file), "settings.unreadable", params),)) from None
    mute = [_line(one) for one in parse_stream(io.StringIO(text)) if _says_nothing(one)]
    if mute:
        params = {"example": _EXAMPLE}
        raise SettingsError(
            tuple(
                SettingFault(str(file), "settings.line", {"line": str(line), **params})
                for line in mute
            )
        )
    values = dotenv_values(stream=io.StringIO(text))
    return {name: value for name, value in values.items() if value is not None}


def _says_nothing(one: Binding) -> bool:
    return one.error or (one.key is not None and one.value is None)


def _line(one: Binding) -> int:
    """Return the line's number: what was read for it begins with the empty lines above."""
    text = one.original.string
    return one.original.line + text[: len(text) - len(text.lstrip())].count("\n")
