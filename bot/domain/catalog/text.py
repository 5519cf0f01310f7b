"""A text of the catalog in one or several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one or several languages.

    Attributes:
        wordings: Pairs of a lower-case language tag and its text, in the file's order; the tag is
            empty where the file gives one text for everybody. Never empty.
    """

    wordings: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if not self.wordings:
            raise ValueError("a text needs at least one wording")

    @classmethod
    def of(cls, written: str | Mapping[str, str]) -> Text:
        """Make a text from one wording or from a mapping of language tags to wordings."""
        if isinstance(written, str):
            return cls((("", written),))
        return cls(tuple([(plain_tag(tag), said) for tag, said in written.items()]))

    def in_language(self, language: str | None) -> str:
        """Return the wording for a language tag.

        The tag itself counts first ("pt-br"), then its base ("pt"), then the same language of
        another region, then English, then whatever the file names first.
        """
        if len(self.wordings) > 1:
            tag = plain_tag(language or "")
            base = tag.partition("-")[0]
            for wanted in (tag, base):
                for known, text in self.wordings:
                    if known == wanted:
                        return text
            for known, text in self.wordings:
                if base and known.startswith(f"{base}-"):
                    return text
            for known, text in self.wordings:
                if known == "en":
                    return text
        return self.wordings[0][1]

    def every(self) -> tuple[str, ...]:
        """Return all its wordings, for a search that listens to every language."""
        return tuple(text for _, text in self.wordings)


@dataclass(frozen=True, slots=True)
class Detail:
    """A fact about a product that its description need not tell, such as its author."""

    label: Text
    text: Text


@lru_cache(256)
def plain_tag(tag: str) -> str:
    """Return a language tag as it is compared: lower case, parts joined by hyphens."""
    return tag.strip().lower().replace("_", "-")
