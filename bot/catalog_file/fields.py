"""The kinds of value that the catalog file is made of, each with its faults and its JSON Schema."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
    Strict,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError
from rapidfuzz import process

from bot.catalog_file import moments
from bot.catalog_file.amounts import read_amount
from bot.catalog_file.codes import COUNTRIES, COUNTRY_HABITS, CURRENCIES
from bot.domain.money import Money

#: Marks the several-languages branch in a fault's location; no key of a file can look like it.
LANGUAGES_TAG = "\x00languages"
ONE_TAG = "\x00one"

#: Buttons hold a product's id, a variant's and a number in 64 bytes (Bot API, `callback_data`).
PRODUCT_ID_LENGTH = 32
CATEGORY_ID_LENGTH = 24
PART_ID_LENGTH = 16
VARIANT_ID_LENGTH = 20
NAME_LENGTH = 100
#: A caption holds 1024 characters (Bot API), our own words among them.
DESCRIPTION_LENGTH = 700
#: `custom_fields[].label.custom` of Stripe's API.
QUESTION_LENGTH = 50
#: What a product's details are called, and what they say.
DETAIL_LABEL_LENGTH, DETAIL_LENGTH = 40, 200
#: What browsers, Telegram and Stripe bear.
ADDRESS_LENGTH = 2000
MAXIMUM_COUNT = 1_000_000
MAXIMUM_GRAMS = 1_000_000
#: Longer than any EAN, ISBN or SKU that other shops' programs write.
CODE_LENGTH = 64

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029]")
_ADDRESS = re.compile(r"https://[^\s/]+\.\S+\Z", re.IGNORECASE)
#: Letters that are no letter with a mark, as they are written without them.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
#: Letters and signs that look like nothing, beside spaces, marks and controls.
_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\Z")
_COUNTRY_CODE = re.compile(r"[A-Z]{2}\Z")
_LANGUAGE = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"


def slug(written: str) -> str:
    """Return an id that looks like what was written; empty where nothing is left."""
    apart = unicodedata.normalize("NFKD", written.lower().translate(_LETTERS))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def one_line(text: str) -> str:
    """Return a text of one line with something to see; raise what is wrong with any other."""
    if "\n" in text:
        raise PydanticCustomError("one_line", "one line")
    return _plain(text)


def _plain(text: str) -> str:
    if text.isprintable() and text and not text.isspace() and (text.isascii() or _is_seen(text[0])):
        return text  # as nearly all are, and found out in a tenth of the time
    if not text.strip():
        raise PydanticCustomError("blank", "blank")
    if _CONTROL.search(text):
        raise PydanticCustomError("invisible", "invisible")
    if not any(map(_is_seen, text)):
        raise PydanticCustomError("unseen", "unseen")
    return text


def _is_seen(sign: str) -> bool:
    return sign not in _EMPTY and unicodedata.category(sign)[0] not in "CMZ"


@dataclass(frozen=True)
class Wording:
    """Marks a field that is one text, or one a language.

    Attributes:
        limit: Most characters of each.
        lines: Whether it may have several lines.
    """

    limit: int
    lines: bool = False

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        check = _plain if self.lines else one_line
        one = Annotated[str, Field(max_length=self.limit), AfterValidator(check)]
        many = Annotated[dict[Annotated[str, Field(pattern=_LANGUAGE)], one], Field(min_length=1)]
        choice = Discriminator(_branch, custom_error_type="text_type", custom_error_message="text")
        union = Annotated[one, Tag(ONE_TAG)] | Annotated[many, Tag(LANGUAGES_TAG)]
        return handler.generate_schema(Annotated[union, choice])


def _branch(value: object) -> str | None:
    if isinstance(value, str):
        return ONE_TAG
    return LANGUAGES_TAG if isinstance(value, dict) else None


def at_most(many: int) -> Any:
    """Return a field that is a list, empty where the file has none.

    Args:
        many: Entries, for the schema; `rules` tells of more.
    """
    # A default that is written out here would be copied for each product, at twice the price.
    return Field(default_factory=list, json_schema_extra={"default": [], "maxItems": many})


#: What a text looks like once read.
Words = str | dict[str, str]
Name = Annotated[Words, Wording(NAME_LENGTH)]
Description = Annotated[Words, Wording(DESCRIPTION_LENGTH, lines=True)]
Label = Annotated[Words, Wording(QUESTION_LENGTH)]
Line = Annotated[str, Field(max_length=NAME_LENGTH), AfterValidator(one_line)]
DetailLabel = Annotated[Words, Wording(DETAIL_LABEL_LENGTH)]
DetailText = Annotated[Words, Wording(DETAIL_LENGTH)]


#: A code of Stripe Tax's for a kind of goods ("Product tax codes" in Stripe's documentation).
_TAX_CODE = r"^txcd_[0-9]{8}$"


def _tax_code(written: str) -> str:
    if not _compiled(_TAX_CODE).fullmatch(written):
        raise PydanticCustomError("tax_code", "tax code", {"written": written})
    return written


_compiled = lru_cache(re.compile)
_KEY = r"^[a-z0-9][a-z0-9-]*$"
_QUESTION_KEY = r"^[a-z0-9]+$"


@dataclass(frozen=True)
class Identifier:
    """Marks an id: small letters and digits, with hyphens where the pattern has them.

    Attributes:
        limit: Most characters.
        pattern: What it looks like.
    """

    limit: int
    pattern: str = _KEY

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = {"type": "string", "pattern": self.pattern, "maxLength": self.limit}
        return handler.generate_schema(
            Annotated[str, AfterValidator(self._check), WithJsonSchema(schema)]
        )

    def _check(self, written: str) -> str:
        if len(written) <= self.limit and _compiled(self.pattern).fullmatch(written):
            return written
        if len(written) > self.limit:
            known = {"limit": self.limit, "length": len(written)}
            raise PydanticCustomError("id_length", "id length", known)
        right = slug(written)[: self.limit].strip("-")
        right = right if self.pattern == _KEY else right.replace("-", "")
        kind = "id_form" if right else "id_letters"
        raise PydanticCustomError(kind, "id", {"written": written, "right": right})


ProductKey = Annotated[str, Identifier(PRODUCT_ID_LENGTH)]
CategoryKey = Annotated[str, Identifier(CATEGORY_ID_LENGTH)]
PartKey = Annotated[str, Identifier(PART_ID_LENGTH)]
#: `custom_fields[].key` of Stripe's API takes letters and digits only.
QuestionKey = Annotated[str, Identifier(40, _QUESTION_KEY)]


def _price(value: object, info: ValidationInfo) -> Money:
    return read_amount(value, _currency_of(info), zero=False)


def _fee(value: object, info: ValidationInfo) -> Money:
    return read_amount(value, _currency_of(info), zero=True)


def _currency_of(info: ValidationInfo) -> str | None:
    currency = (info.context or {}).get("currency")
    return currency if isinstance(currency, str) else None


#: What holds in every currency; `schema` in file.py adds what holds in each.
_AMOUNT_SCHEMA = {"type": ["string", "number"], "examples": ["12.50"]}
Price = Annotated[Money, PlainValidator(_price), WithJsonSchema(_AMOUNT_SCHEMA)]
Fee = Annotated[Money, PlainValidator(_fee), WithJsonSchema(_AMOUNT_SCHEMA)]


def _picture(written: str) -> str:
    if written.lower().startswith("https://"):
        if len(written) > ADDRESS_LENGTH or not _ADDRESS.match(written):
            raise PydanticCustomError("picture_address", "address")
        return written
    if "://" in written:
        raise PydanticCustomError("picture_https", "https")
    parts = written.split("/")
    if "\\" in written:
        raise PydanticCustomError(
            "picture_backslash", "backslash", {"right": written.replace("\\", "/")}
        )
    if written.startswith("/") or ".." in parts or ":" in parts[0]:
        raise PydanticCustomError("picture_path", "path")
    return one_line(written)


Picture = Annotated[str, AfterValidator(_picture)]


def _currency(written: str) -> str:
    code = written.strip().lower()
    if code in CURRENCIES:
        return code
    near = process.extractOne(code, sorted(CURRENCIES), score_cutoff=60)
    kind = "currency_near" if near else "currency"
    right = near[0] if near else ""
    raise PydanticCustomError(kind, "currency", {"written": written, "right": right})


def _country(written: str) -> str:
    code = COUNTRY_HABITS.get(written.strip().upper(), written.strip().upper())
    if written in COUNTRIES:
        return written
    kind = "country_refused" if _COUNTRY_CODE.match(code) else "country"
    kind = "country_near" if code in COUNTRIES else kind
    raise PydanticCustomError(kind, "country", {"written": written, "right": code})


def _timezone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise PydanticCustomError("timezone", "zone", {"written": written}) from error
    return written


Currency = Annotated[
    str,
    AfterValidator(_currency),
    WithJsonSchema({"type": "string", "enum": sorted(CURRENCIES)}),
]
TaxCode = Annotated[
    str,
    AfterValidator(_tax_code),
    WithJsonSchema({"type": "string", "pattern": _TAX_CODE}),
]
Country = Annotated[
    str,
    AfterValidator(_country),
    WithJsonSchema({"type": "string", "enum": sorted(COUNTRIES)}),
]
Timezone = Annotated[str, AfterValidator(_timezone)]


def _colour(written: str) -> str:
    if not _COLOUR.match(written):
        raise PydanticCustomError("colour", "colour", {"written": written, "right": "#1f6f54"})
    return written.lower()


Colour = Annotated[
    str,
    AfterValidator(_colour),
    WithJsonSchema({"type": "string", "pattern": r"^#[0-9A-Fa-f]{6}$", "examples": ["#1f6f54"]}),
]
Moment = Annotated[
    str,
    AfterValidator(moments.checked),
    WithJsonSchema({"type": "string", "pattern": moments.PATTERN}),
]
Count = Annotated[int, Strict(), Field(ge=0, le=MAXIMUM_COUNT)]
#: A shop's own number of something, or what stands on its package.
Code = Annotated[str, Field(max_length=CODE_LENGTH), AfterValidator(one_line)]
Grams = Annotated[int, Strict(), Field(ge=1, le=MAXIMUM_GRAMS)]
