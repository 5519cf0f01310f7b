"""What is wrong with the settings: a key of its words and their values, never a secret's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic_core import ErrorDetails

from bot.domain.errors import ShopError

#: What is said of a required variable that is not there.
_MISSING: Final = {
    "telegram_bot_token": "settings.missing_token",
    "stripe_api_key": "settings.missing_key",
}
TEST_KEY: Final = "sk_test_…"


class UnusableError(ValueError):
    """A value cannot be used; carries the key of the words and what is filled in."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One variable that cannot be used.

    Attributes:
        variable: Its name, or the name of the file that could not be read.
        key: Of the words that say what is wrong and what would be right.
        params: What is filled in besides ``variable``; never the value of a secret.
    """

    variable: str
    key: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.variable}: {self.key}"


class SettingsError(ShopError):
    """The settings cannot be used; carries every fault."""

    def __init__(self, faults: tuple[SettingFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def missing(name: str) -> UnusableError:
    """Return what is said of a required field that is not set."""
    return UnusableError(_MISSING[name], example=TEST_KEY)


def fault_of(error: ErrorDetails) -> SettingFault:
    """Put pydantic's finding into our words; its own message could quote the value."""
    name = str(error["loc"][0]) if error["loc"] else "settings"
    context = error.get("ctx") or {}
    match error["type"]:
        case "value_error" if isinstance(context["error"], UnusableError):
            found = context["error"]
        case "missing":
            found = missing(name)
        case "enum":
            wanted = str(context["expected"]).replace("'", "").replace(" or ", ", ")
            found = UnusableError("settings.choice", wanted=wanted)
        case "int_parsing" | "int_parsing_size" | "greater_than_equal" | "less_than_equal":
            found = UnusableError("settings.port")
        case kind:
            found = UnusableError("settings.other", reason=kind)
    return SettingFault(name.upper(), found.key, found.params)
