"""No bytes whatever make the reading of a catalog fail otherwise than with faults."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.locales import Languages
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import GOOD, read

TEXTS = Languages.load().texts("en")
BYTES = GOOD.encode()
MARKS = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"'", b"\\", b"//", b"/*", b"#", b"\n", b"\t",
         b" ", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xc2\xa0", b"-", b"1e999", b"null", b"true",
         b'"\\ud800"', b"NaN", b"[[[[", "“".encode(), b'"id":', b"{}", b"0.1"]  # fmt: skip

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


def _outcome(source: bytes | str) -> int:
    """Read a source; return how many faults it has, each told in words at a place inside it."""
    try:
        read(source)
    except CatalogFaultsError as error:
        lines = source.count(b"\n" if isinstance(source, bytes) else "\n") + 1  # type: ignore[arg-type]
        for one in error.faults:
            assert 1 <= one.line <= lines
            assert one.column >= 1
            assert TEXTS.text(one.key, **one.params).encode()
        return len(error.faults)
    return 0


@settings(max_examples=150, deadline=None)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, len(BYTES)), st.integers(0, 12), st.sampled_from(MARKS) | st.just(b"")
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_mangled_catalog_is_read_or_told_about(edits: list[tuple[int, int, bytes]]) -> None:
    """A good catalog with bytes cut and put in is a catalog or a list of faults."""
    source = BYTES
    for start, length, new in edits:
        source = source[:start] + new + source[start + length :]

    assert _outcome(source) >= 0


@settings(max_examples=150, deadline=None)
@given(end=st.integers(0, len(BYTES) - 3))
def test_a_catalog_cut_short_is_told_about(end: int) -> None:
    """A half-saved file always has a fault."""
    assert _outcome(BYTES[:end]) >= 1


@settings(max_examples=150, deadline=None)
@given(source=st.binary(max_size=60))
def test_any_bytes_are_told_about(source: bytes) -> None:
    """Bytes that are no catalog at all always have a fault."""
    assert _outcome(source) >= 1


PATHS = [
    ("shop",), ("shop", "name"), ("shop", "currency"), ("shop", "banner"), ("categories",),
    ("categories", 0), ("categories", 0, "id"), ("categories", 0, "name", "de"), ("products",),
    ("products", 0), ("products", 0, "id"), ("products", 0, "category"), ("products", 0, "price"),
    ("products", 0, "was"), ("products", 0, "photo"), ("products", 0, "photos"),
    ("products", 0, "stock"), ("products", 0, "options"), ("products", 0, "options", 0),
    ("products", 0, "options", 0, "values"), ("products", 0, "options", 0, "values", 1),
    ("products", 0, "options", 0, "values", 1, "price"), ("products", 0, "hidden"), ("checkout",),
    ("checkout", "questions"), ("checkout", "shipping"), ("checkout", "shipping", "countries"),
    ("checkout", "shipping", "rates", 0), ("checkout", "shipping", "rates", 0, "days"),
    ("checkout", "hold_minutes"), ("products", 0, "wheels"),
]  # fmt: skip


@example(path=("products", 0, "options", 0, "values", 1), value={"id": "\ud800"})
@example(path=("products", 0, "wheels"), value={"\ud800": ["\udfff"]})
@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(PATHS), value=VALUES)
def test_any_value_anywhere_is_taken_or_told_about(
    path: tuple[str | int, ...], value: object
) -> None:
    """Valid JSON of the wrong shape gives faults, never a traceback."""
    data = json.loads(GOOD)
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value

    assert _outcome(json.dumps(data)) >= 0
