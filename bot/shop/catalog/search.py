"""Finding products by words: an index over a catalog that forgives how people type.

Names, descriptions, categories and choices are indexed in every language of the file. Case, accents
and punctuation do not count. A word is found whole, by its beginning, within a longer word
(``becher`` in ``Kaffeebecher``), with another ending and with a slip of the finger; and in Latin
letters where it is written in Cyrillic, or the reverse. It knows nothing of prices, of stock or of
who asks.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from heapq import nlargest
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.catalog.model import Catalog, LineKey, Product, Variant

#: Words of a question that count, and characters of each.
_WORDS, _LETTERS = 6, 32
#: What a place of the catalog is worth; a name above all.
_NAME, _CHOICE, _CATEGORY, _DESCRIPTION = 8.0, 4.0, 3.0, 1.0
#: What a kind of match is worth.
_WHOLE, _BEGINNING, _ENDING, _SLIP, _WITHIN = 1.0, 0.7, 0.6, 0.45, 0.35
#: How a product's number and a worth, in tenths, share 32 bits.
_BITS, _PARTS = 7, 10
_MASK = (1 << _BITS) - 1
#: How much better a part of the words must be met than all of them, to be found beside those.
_STRONGER = 2.0
#: From so many letters on a word may have one slip, and two; and be found within another.
_ONE_SLIP, _TWO_SLIPS, _INNER = 4, 8, 4
#: A word of so many letters may be a compound, with a word of the catalog in it, this long itself.
_COMPOUND, _PART = 8, 5
#: Words of a catalog that one word of a question may stand for.
_LIKE = 200
#: Entries with one code that tell whether it is one variant's: a sku and a barcode may be equal.
_SAME_CODE = 3
#: Letters that have no plain form in Unicode, but have one on keyboards; Arabic ones that people
#: write one for the other; digits of the Arab world.
_PLAIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
    | {"ة": "ه", "ى": "ي", "ٱ": "ا", "ی": "ي", "ک": "ك", "ـ": ""}
    | dict(zip("٠١٢٣٤٥٦٧٨٩", "0123456789", strict=True))
)
#: Cyrillic as people write it on a Latin keyboard.
_LATIN: Final = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхыэіґ", "abvgdeziiklmnoprstufhyeig", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya"}
    | {"ъ": "", "ь": "", "є": "e", "ў": "u"}
)
_CYRILLIC: Final = re.compile("[\u0400-\u045f]")
#: What another way of writing a word is worth beside its own.
_OTHERWISE = 0.8
_ARTICLE, _STEM = "ال", 3
_UMLAUT: Final = re.compile("(?<=[aou])e")
_WORD: Final = re.compile(r"[^\W_]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return a text's words as they are compared: no case, no accents, no punctuation."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(mark for mark in bare if not unicodedata.combining(mark))
    return tuple(_WORD.findall(bare.casefold().translate(_PLAIN)))


def question_of(text: str) -> tuple[str, ...]:
    """Return the words of a question that count, each once."""
    found = (word[:_LETTERS] for word in words_of(text))
    return tuple(dict.fromkeys(found))[:_WORDS]


def _spellings(word: str) -> Iterator[str]:
    """Yield other ways in which people write a word: Latin letters, no article, no umlaut."""
    if _CYRILLIC.search(word) and (latin := word.translate(_LATIN)):
        yield latin
    if word.startswith(_ARTICLE) and len(word) >= len(_ARTICLE) + _STEM:
        yield word.removeprefix(_ARTICLE)
    if word.isascii() and (bare := _UMLAUT.sub("", word)) != word:
        yield bare


def _same_stem(word: str, known: str) -> bool:
    """Return whether two words that are close differ in their endings, as cases and plurals do."""
    stem = max(_ONE_SLIP, len(word) - 2)
    return word[:stem] == known[:stem]


class SearchIndex:
    """What one catalog's products are found by; it never changes.

    Args:
        catalog: Its hidden products are not found.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.fingerprint: Final = catalog.fingerprint
        self._products = catalog.visible()
        categories = {
            one.id: frozenset(word for name in one.name.every() for word in words_of(name))
            for one in catalog.categories
        }
        places: dict[str, array[int]] = {}
        for number, product in enumerate(self._products):
            every = [
                *((word, _CATEGORY) for word in categories[product.category]),
                *_words_in(product),
            ]
            for word, worth in _worths(every).items():
                places.setdefault(word, array("I")).append(number << _BITS | round(worth * _PARTS))
        #: By word the products that have it, as their numbers with what it is worth there; in
        #: mappings the same took 12 MB with 10,000 products, and so takes 3.
        self._places: Final = places
        self._vocabulary: Final = tuple(sorted(places))
        #: What each variant's own books and package call it, with the variant.
        self._codes: Final = sorted(
            ("".join(words_of(code)), variant.key)
            for product in self._products
            for variant in product.variants()
            if not variant.hidden
            for code in _codes_of(variant)
        )

    def search(self, text: str, limit: int = 200) -> tuple[Product, ...]:
        """Return the products that a text asks for, the best first; every word must be met.

        Where those that meet every word only mention it, what is called so by one word is found
        too: ``tote bag`` is the tote, and not the coffee that comes in a bag and has a note of it.
        """
        met = [self._met_by(word) for word in question_of(text)]
        scores = _added(met)
        every = [worth for number, worth in scores.items() if all(number in one for one in met)]
        if not every:
            return ()
        enough = max(every) * _STRONGER
        return self._best(
            {
                number: worth
                for number, worth in scores.items()
                if worth > enough or all(number in one for one in met)
            },
            limit,
        )

    def showing(self, catalog: Catalog) -> SearchIndex:
        """Return this for the same file at another moment: what it finds has today's prices."""
        made = copy(self)
        made._products = catalog.visible()  # noqa: SLF001 - of the same class
        return made

    def knows(self, text: str) -> bool:
        """Return whether every word of a text stands in the catalog just so."""
        return all(word in self._places for word in question_of(text))

    def begins_code(self, text: str) -> bool:
        """Return whether a sku or a barcode begins like that, however either is parted."""
        code = "".join(words_of(text))
        return any(known.startswith(code) for known, _ in self._from(code))

    def coded(self, text: str) -> LineKey | None:
        """Return the one variant that has a text as its sku or barcode; None: none, or several."""
        code = "".join(words_of(text))
        keys = {key for known, key in self._from(code) if known == code}
        return keys.pop() if len(keys) == 1 else None

    def named(self, text: str, found: Sequence[Product]) -> LineKey | None:
        """Return the one variant that a text names by its code, and nothing else by a word.

        Args:
            text: The question.
            found: What `search` found by it.
        """
        word = len(found) > 1 and not any(map(str.isdecimal, text))
        return None if word else self.coded(text)

    def _from(self, code: str) -> list[tuple[str, LineKey]]:
        at = bisect_left(self._codes, code, key=lambda one: one[0])
        return self._codes[at : at + _SAME_CODE]

    def nearest(self, text: str, limit: int = 5) -> tuple[Product, ...]:
        """Return products that meet at least one word of a text, those with most of them first."""
        return self._best(_added([self._met_by(word) for word in question_of(text)]), limit)

    def _best(self, scores: dict[int, float], limit: int) -> tuple[Product, ...]:
        best = nlargest(limit, scores.items(), key=lambda one: (one[1], -one[0]))
        return tuple(self._products[number] for number, _ in best)

    def _met_by(self, word: str) -> dict[int, float]:
        """Return the products that a word may stand for, and how well it does."""
        scores: dict[int, float] = {}
        for known, worth in self._like(word).items():
            part = worth / _PARTS
            for place in self._places[known]:
                number, score = place >> _BITS, part * (place & _MASK)
                if score > scores.get(number, 0.0):
                    scores[number] = score
        return scores

    def _like(self, word: str) -> dict[str, float]:
        """Return the catalog's words that a typed one may stand for, and how likely that is."""
        like = self._near(word)
        for other in _spellings(word):
            for known, worth in self._near(other).items():
                like[known] = max(like.get(known, 0.0), worth * _OTHERWISE)
        return like

    def _near(self, word: str) -> dict[str, float]:
        like: dict[str, float] = {}
        if len(word) >= _ONE_SLIP and not word.isdecimal():  # another ISBN is another book
            slips = 2 if len(word) >= _TWO_SLIPS else 1
            near = process.extract(
                word, self._vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=_LIKE
            )
            like = {
                known: _ENDING if _same_stem(word, known) else _SLIP / distance
                for known, distance, _ in near
                if distance
            }
        if len(word) >= _INNER or not word.isascii():
            like |= {known: _WITHIN for known in self._vocabulary if word in known}
        if len(word) >= _COMPOUND:
            like |= {
                known: _WITHIN
                for known in self._vocabulary
                if known in word and len(known) >= _PART
            }
        like |= {known: _BEGINNING for known in self._vocabulary if known.startswith(word)}
        if word in self._places:
            like[word] = _WHOLE
        return like


class SearchCache:
    """Keeps the index of the catalog that was last asked about."""

    def __init__(self) -> None:
        self._index: SearchIndex | None = None
        self._building = asyncio.Lock()

    async def index(self, catalog: Catalog) -> SearchIndex:
        """Return a catalog's index; 10,000 products take half a second, beside the event loop."""
        async with self._building:
            if self._index is None or self._index.fingerprint != catalog.fingerprint:
                self._index = await asyncio.to_thread(SearchIndex, catalog)
            return self._index.showing(catalog)


def _worths(words: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the most that each word and its other spellings are worth."""
    found: dict[str, float] = {}
    for word, worth in words:
        found[word] = max(worth, found.get(word, 0.0))
        for other in _spellings(word):
            found[other] = max(worth * _OTHERWISE, found.get(other, 0.0))
    return found


def _added(met: Iterable[dict[int, float]]) -> dict[int, float]:
    """Return what each product is worth for all words together."""
    scores: dict[int, float] = {}
    for one in met:
        for number, worth in one.items():
            scores[number] = scores.get(number, 0.0) + worth
    return scores


def _words_in(product: Product) -> Iterator[tuple[str, float]]:
    yield from _each(product.name.every(), _NAME)
    for option in product.options:
        yield from _each(option.name.every(), _DESCRIPTION)
        for value in option.values:
            yield from _each(value.name.every(), _CHOICE)
    if product.description:
        yield from _each(product.description.every(), _DESCRIPTION)
    if product.brand:
        yield from _each((product.brand,), _CHOICE)
    for detail in product.details:
        yield from _each(detail.text.every(), _CHOICE)
    for variant in product.variants():
        for code in _codes_of(variant):
            yield from _each((code, "".join(words_of(code))), _NAME)


def _codes_of(variant: Variant) -> Iterator[str]:
    yield from filter(None, (variant.sku, variant.barcode))


def _each(texts: Iterable[str], worth: float) -> Iterator[tuple[str, float]]:
    for text in texts:
        for word in words_of(text):
            yield word[:_LETTERS], worth
