"""What the operator sets: variables of the environment and of ``.env``, read once at start."""

from bot.settings.faults import SettingFault, SettingsError
from bot.settings.model import LogFormat, LogLevel, Settings, settings_table
from bot.settings.proxies import Proxies, shown

__all__ = [
    "LogFormat",
    "LogLevel",
    "Proxies",
    "SettingFault",
    "Settings",
    "SettingsError",
    "settings_table",
    "shown",
]
