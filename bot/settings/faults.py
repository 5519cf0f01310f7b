"""What is wrong with the settings, in words for the operator; never with the value of a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic_core import ErrorDetails

from bot.domain.errors import ShopError

#: What is said of a required variable that is not there.
MISSING: Final = {
    "telegram_bot_token": "is not set. @BotFather gives you one: send it /newbot, or /token.",
    "stripe_api_key": "is not set. Stripe's Dashboard shows it under Developers, API keys; "
    "begin with a test key, sk_test_….",
}


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One variable that cannot be used.

    Attributes:
        variable: Its name, or the name of the file that could not be read.
        message: What is wrong and what would be right; never the value of a secret.
    """

    variable: str
    message: str

    def __str__(self) -> str:
        return f"{self.variable} {self.message}"


class SettingsError(ShopError):
    """The settings cannot be used; carries every fault."""

    def __init__(self, faults: tuple[SettingFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def fault_of(error: ErrorDetails) -> SettingFault:
    """Put pydantic's finding into our words; its own message could quote the value."""
    name = str(error["loc"][0]) if error["loc"] else "settings"
    context = error.get("ctx") or {}
    match error["type"]:
        case "value_error":
            message = str(context["error"])
        case "missing":
            message = MISSING[name]
        case "enum":
            message = "must be one of: " + str(context["expected"]).replace("'", "") + "."
        case "int_parsing" | "int_parsing_size" | "greater_than_equal" | "less_than_equal":
            message = "must be a whole number from 0 to 65535."
        case kind:
            message = f"cannot be used ({kind})."
    return SettingFault(name.upper(), message)
