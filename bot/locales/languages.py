"""The languages of the shop: one ``.po`` file each, compiled in memory when first asked for."""

from __future__ import annotations

import gettext
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.domain.catalog.text import plain_tag
from bot.locales.texts import Texts

#: What is read where nothing better is known, and what a missing translation falls back to.
FALLBACK = "en"


class Languages:
    """The languages that there are, and their texts.

    Args:
        sources: The ``.po`` file of each language by its tag (lower case, hyphens).
        strict: A key that a language lacks raises there too, instead of showing English.
    """

    def __init__(self, sources: dict[str, Traversable], *, strict: bool = False) -> None:
        if FALLBACK not in sources:
            raise ValueError(f"{FALLBACK}.po is missing")
        self._sources = sources
        self._strict = strict
        self._texts: dict[str, Texts] = {}
        self.codes = tuple(sorted(sources, key=lambda code: (code != FALLBACK, code)))

    @classmethod
    def load(cls, *, strict: bool = False) -> Languages:
        """Find the languages of this package."""
        found = (entry for entry in files(__package__).iterdir() if entry.name.endswith(".po"))
        sources = {plain_tag(entry.name.removesuffix(".po")): entry for entry in found}
        return cls(sources, strict=strict)

    def pick(self, language_code: str | None) -> str:
        """Return the language to speak with someone whose app is set to this tag.

        The tag itself counts first (``pt-br``), then its base (``pt``), then English.
        """
        tag = plain_tag(language_code or "")
        return next((t for t in (tag, tag.partition("-")[0]) if t in self._sources), FALLBACK)

    def texts(self, code: str | None) -> Texts:
        """Return the texts of a language; an unknown tag is picked as by `pick`."""
        known = self._texts.get(code or FALLBACK)
        if known is not None:
            return known
        language = self.pick(code)
        if language not in self._texts:
            fallback = None
            if language != FALLBACK and not self._strict:
                fallback = self.texts(FALLBACK)
            source = self._sources[language].read_bytes()
            self._texts[language] = Texts(language, _compile(source), fallback)
        return self._texts[language]


@lru_cache(maxsize=16)
def _compile(source: bytes) -> gettext.GNUTranslations:
    """Make a language of its file's bytes; the program and the shop in it share one."""
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), abort_invalid=True))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
