"""The people and the group that a fresh embedded Telegram knows."""

from __future__ import annotations

from shop_sandbox.telegram.model import User

BOT_ID = 7_104_882_315
GROUP_ID = -4_712_093_355
GROUP_TITLE = "Flat 4B"
_SUPERGROUPS = -1_002_218_840_317


def default_bot() -> User:
    """Return the shop's bot."""
    return User(BOT_ID, "Shop", username="sandbox_shop_bot", is_bot=True)


def default_people() -> list[User]:
    """Return four customers in four languages and the owner.

    The ids are of the lengths that real ones have, one of 52 bits, so that a column or a client
    that holds 32 bits fails here and not in production.
    """
    return [
        User(5_918_204_417, "Alice", "Hart", "alice_hart", "en", color="#c2624d"),
        User(212_874_003, "Jonas", "Weber", "jonasweber", "de", color="#3f7d6b"),
        User(3_996_218_450_771_221, "Lucía", None, "lucia_gm", "es", color="#8a5aa8"),
        User(6_440_027_918, "أمير", None, "amir_nasser", "ar", color="#b8862f"),
        User(1_730_555_208, "Marta", "Silva", "marta_silva", "en", is_owner=True, color="#3c6ea8"),
    ]


def default_group() -> tuple[int, str, list[str]]:
    """Return id, title and members' first names of the group."""
    return GROUP_ID, GROUP_TITLE, ["Alice", "Jonas", "Lucía"]


def supergroup_id(number: int) -> int:
    """Return the id of the ``number``-th supergroup that came from a group."""
    return _SUPERGROUPS - 7_919 * number
