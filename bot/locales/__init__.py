"""Every word that a person reads, by key and language; amounts and dates as people write them.

The texts stand in the ``*.po`` files beside this module: an entry's id is a key such as
``cart.empty``, its placeholders are written ``{name}``. A language is read when it is first asked
for. Nothing here knows screens or chats.
"""

from __future__ import annotations

from bot.locales.languages import Languages
from bot.locales.texts import Html, Texts

__all__ = ["Html", "Languages", "Texts"]
