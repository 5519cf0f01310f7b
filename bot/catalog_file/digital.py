"""Names that sound like digital goods, which Telegram lets bots sell for Telegram Stars only.

Telegram's Bot Developer Terms, 6.2. A word in a name proves nothing, so this only ever warns; it
looks at names alone, since descriptions mention downloads and books for good reasons.
"""

from __future__ import annotations

import re

_WORDS = (
    # English, and what other languages took from it
    "e-book", "ebook", "e-books", "ebooks", "audiobook", "mp3", "pdf", "software", "download",
    "downloads", "downloadable", "licence key", "license key", "activation key",
    "activation code", "product key", "game key", "steam key", "game code", "in-game", "robux",
    "v-bucks", "online course", "video course", "vpn", "nft", "premium account",
    "telegram premium", "telegram stars", "digital download", "digital edition",
    "digital gift card",
    # German, Spanish, Portuguese, French
    "lizenzschlüssel", "aktivierungscode", "online-kurs", "onlinekurs", "videokurs",
    "libro electrónico", "libro digital", "curso en línea", "curso online", "descarga digital",
    "clave de activación", "livro digital", "livro eletrónico", "livro eletrônico",
    "chave de ativação", "livre numérique", "cours en ligne", "téléchargement",
    "clé d'activation",
    # Russian, Arabic
    "электронная книга", "аудиокнига", "онлайн-курс", "видеокурс", "ключ активации",
    "كتاب إلكتروني", "دورة إلكترونية", "مفتاح تفعيل",
)  # fmt: skip
_PATTERN = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, _WORDS)) + r")(?!\w)", re.IGNORECASE)


def digital_word(name: str) -> str | None:
    """Return the word of a name that sounds like digital goods, or None."""
    found = _PATTERN.search(name)
    return found.group() if found else None
