"""Names that are nearly those of settings, told with the right one: a misspelt name sets nothing.

In ``.env`` every name is the shop's, or another program's that reads the file; in the environment
there are many of others, so that a name there counts only where no other program would have it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from bot.settings.faults import SettingFault

#: What people write who remember what it is, and not what it is called.
_ALSO_CALLED: Final = {
    "TELEGRAM_TOKEN": "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_API_TOKEN": "TELEGRAM_BOT_TOKEN",
    "BOT_TOKEN": "TELEGRAM_BOT_TOKEN",
    "STRIPE_KEY": "STRIPE_API_KEY",
    "STRIPE_TOKEN": "STRIPE_API_KEY",
    "STRIPE_SECRET_KEY": "STRIPE_API_KEY",
    "STRIPE_SECRET": "STRIPE_API_KEY",
    "STRIPE_SIGNING_SECRET": "STRIPE_WEBHOOK_SECRET",
    "WEBHOOK_SECRET": "STRIPE_WEBHOOK_SECRET",
    "OWNER": "OWNER_IDS",
    "OWNERS": "OWNER_IDS",
    "ADMIN_ID": "OWNER_IDS",
    "ADMIN_IDS": "OWNER_IDS",
    "ADMINS": "OWNER_IDS",
    "HEARTBEAT": "HEARTBEAT_URL",
    "CATALOG_FILE": "CATALOG",
    "CATALOG_PATH": "CATALOG",
    "CATALOGUE": "CATALOG",
    "DATABASE_FILE": "DATABASE",
    "DATABASE_PATH": "DATABASE",
    "DATABASE_URL": "DATABASE",
}
#: Names that begin so are ours wherever they stand; `HOSTNAME` and `DATABASE_URL` are others'.
_OURS: Final = ("TELEGRAM_", "STRIPE_", "OWNER_", "PUBLIC_UR", "HEARTBEAT_", "METRICS_TOK")
#: A Bot API server of one's own reads these.
_OTHERS: Final = frozenset({"TELEGRAM_API_ID", "TELEGRAM_API_HASH"})
#: How like two names are, from 0 to 1: `PUBLIC_URI` and `PUBLIC_URL` are 0.9.
_LIKE: Final = 0.8


def misspelt(
    file: Mapping[str, str], env: Mapping[str, str], known: Collection[str]
) -> Iterator[SettingFault]:
    """Yield a fault for each name that sets nothing and looks like a setting's that is not set.

    Args:
        file: What ``.env`` says.
        env: The environment.
        known: The settings' names, in capitals.
    """
    ours = [name for name in env if name not in known and name.upper().startswith(_OURS)]
    given = {name.upper() for name, value in file.items() if value.strip()}
    given |= {name for name in known if env.get(name, "").strip()}
    for name in dict.fromkeys([*file, *ours]):
        # What stands in the file is read in any letters, what in the environment in capitals.
        right = None if name.upper() in known and name in file else _meant(name, known)
        if right is not None and right not in given:
            yield SettingFault(name, "settings.unknown", {"right": right})


def _meant(name: str, known: Collection[str]) -> str | None:
    written = name.upper().replace("-", "_")
    if written in known:
        return written
    if written in _OTHERS:
        return None
    if written in _ALSO_CALLED:
        return _ALSO_CALLED[written]
    close = get_close_matches(written, known, n=1, cutoff=_LIKE)
    return close[0] if close else None
