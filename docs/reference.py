"""Write the reference in catalog.md: every field of the catalog file, from the schema itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.catalog_file.file import schema
from bot.catalog_file.moments import PATTERN

PAGE = Path(__file__).parent / "catalog.md"
#: Characters of the longest example that a table shows.
_SHORT = 60
_PLACE = re.compile(r"(?<=<!-- reference -->\n).*(?=<!-- /reference -->)", re.DOTALL)
#: Where each kind of entry stands in the file, in the order of the reference.
_PLACES = {
    "": "The file",
    "ShopEntry": "`shop`",
    "BusinessEntry": "`business` of the shop",
    "CategoryEntry": "`categories`, each",
    "ProductEntry": "`products`, each",
    "DetailEntry": "`details` of a product, each",
    "SaleEntry": "`sale` of a product",
    "OptionEntry": "`options` of a product, each",
    "ValueEntry": "`values` of an option, each",
    "VariantEntry": "`variants` of a product, each",
    "CheckoutEntry": "`checkout`",
    "QuestionEntry": "`questions` of the checkout, each",
    "ChoiceEntry": "`choices` of a question, each",
    "ShippingEntry": "`shipping` of the checkout",
    "ZoneEntry": "`zones` of the shipping, each",
    "RateEntry": "`rates` of the shipping or of a zone, each",
}


def reference() -> str:
    """Return a table for each kind of entry.

    Raises:
        KeyError: the schema has a kind of entry that has no place here.
    """
    whole = schema()
    kinds = {"": whole} | whole["$defs"]
    for unknown in kinds.keys() - _PLACES.keys():
        raise KeyError(unknown)
    return "\n".join("\n".join(_table(place, kinds[kind])) for kind, place in _PLACES.items())


def _table(place: str, kind: dict[str, Any]) -> Iterator[str]:
    yield f"\n### {place}\n"
    yield "| field | what it may be | what it is for | for example |"
    yield "|---|---|---|---|"
    for name, field in kind["properties"].items():
        if name == "comment":
            continue
        needed = " **needed**" if name in kind.get("required", ()) else ""
        about = field.get("description", "")
        yield f"| `{name}`{needed} | {_shape(field)} | {about} | {_example(field)} |"


def _example(field: dict[str, Any]) -> str:
    """Return a field's example as the file has it; of what holds entries, their own tell more."""
    (said,) = field["examples"]
    written = json.dumps(said, ensure_ascii=False)
    return f"`{written}`" if len(written) <= _SHORT else ""


def _shape(field: dict[str, Any]) -> str:  # noqa: C901, PLR0911, PLR0912 - one table
    """Return in a few words what a field may hold."""
    match field:
        case {"$ref": ref}:
            return f"an entry, see {_PLACES[ref.rpartition('/')[2]]}"
        case {"type": "boolean"}:
            return "`true` or `false`"
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"a number, {least} to {most}"
        case {"enum": [first, last]}:
            return f"`{first}` or `{last}`"
        case {"enum": codes}:
            return f"one of {len(codes)} codes"
        case {"type": "array", "items": items}:
            most = f", at most {field['maxItems']}" if "maxItems" in field else ""
            return f"a list{most}: {'entries' if '$ref' in items else f'each {_shape(items)}'}"
        case {"type": "object", "additionalProperties": {"type": "string"}}:
            return "a value of each option, by their ids"
        case {"oneOf": [{"maxLength": most}, _]}:
            return f"a text, or one for each language; {most} characters"
        case {"type": ["string", "number"]}:
            return "an amount"
        case {"anyOf": [first, {"type": "null"}]}:
            return _shape(first)
        case {"type": "string", "pattern": pattern} if pattern == PATTERN:
            return "a day, or a day and a time"
        case {"type": "string", "maxLength": most, "pattern": _}:
            return f"an id, {most} characters"
        case {"type": "string", "pattern": _}:
            return "a code of Stripe's"
        case {"type": "string"}:
            most = f", {field['maxLength']} characters" if "maxLength" in field else ""
            return f"a text{most}"
    raise ValueError(field)


def page() -> str:
    """Return catalog.md with the reference as it is now."""
    return _PLACE.sub(lambda _: f"{reference()}\n\n", PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
