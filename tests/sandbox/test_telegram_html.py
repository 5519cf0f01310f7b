"""Telegram's HTML: what parses, what is refused, and what the demo page is given."""

from __future__ import annotations

import html as stdlib_html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_sandbox.telegram.entities import format_text
from shop_sandbox.telegram.errors import BotApiError
from shop_sandbox.telegram.html import parse
from shop_sandbox.telegram.render import render


def _kinds(source: str) -> list[tuple[str, int, int]]:
    _, entities = parse(source)
    return [(e["type"], e["offset"], e["length"]) for e in entities]


@pytest.mark.parametrize(
    ("source", "text", "kinds"),
    [
        ("plain", "plain", []),
        ("<b>a</b>c", "ac", [("bold", 0, 1)]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("italic", 1, 1), ("bold", 0, 2)]),
        ("<ins>a</ins><del>b</del>", "ab", [("underline", 0, 1), ("strikethrough", 1, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("&lt;&gt;&amp;&quot;&#65;&#x1F600;", '<>&"A😀', []),
        ("&nbsp;&apos; & &#0;", "&nbsp;&apos; & &#0;", []),
        ("😀<b>é</b>", "😀é", [("bold", 2, 1)]),
        ("<B>a</B>", "a", [("bold", 0, 1)]),
        ("<b></b>a", "a", []),
        ("a > b", "a > b", []),
    ],
)
def test_listed_tags_become_entities_in_utf16_units(
    source: str, text: str, kinds: list[tuple[str, int, int]]
) -> None:
    """Offsets count an emoji beyond the basic plane as two."""
    assert parse(source)[0] == text
    assert _kinds(source) == kinds


def test_links_keep_their_address_and_lose_a_bad_one() -> None:
    """A link without a good address is plain text."""
    _, entities = parse('<a href="https://example.com/?a=1&amp;b=2">x</a>')
    assert entities[0]["url"] == "https://example.com/?a=1&b=2"
    assert parse('<a href="javascript:alert(1)">x</a>') == ("x", [])
    assert parse("<a href='example.com'>x</a>")[1][0]["url"] == "http://example.com"


def test_code_in_pre_names_its_language() -> None:
    """Only the pair makes a language."""
    _, entities = parse('<pre><code class="language-python">x</code></pre>')
    assert entities == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]
    assert _kinds('<code class="language-python">x</code>') == [("code", 0, 1)]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<p>a</p>", 'unsupported start tag "p" at byte offset 0'),
        ("ж <kahn@inbox.ru>", 'unsupported start tag "kahn@inbox.ru" at byte offset 3'),
        ("a < b", 'unsupported start tag "" at byte offset 2'),
        ("a<", "unclosed start tag at byte offset 1"),
        ("a<b", "unclosed start tag at byte offset 1"),
        ("<b>a", 'can\'t find end tag corresponding to start tag "b"'),
        ("<b>a</i>", 'unmatched end tag, expected "</b>", found "</i>" at byte offset 4'),
        ("a</b>", "unexpected end tag at byte offset 1"),
        ("<b>a</b", "unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">a</a>', 'empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>a</a>", "unexpected end of name token at byte offset 8"),
        ('<a href="x>a</a>', "unclosed start tag at byte offset 0"),
    ],
)
def test_anything_else_is_refused_with_its_place(source: str, why: str) -> None:
    """The offset counts bytes."""
    with pytest.raises(BotApiError) as caught:
        parse(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {why}"


@given(st.text())
def test_an_escaped_text_always_comes_back(text: str) -> None:
    """What html.escape makes safe for Telegram is read back to the same text."""
    text = text.replace("\r", "").encode("utf-8", "ignore").decode()
    assert parse(stdlib_html.escape(text, quote=False)) == (text, [])


def test_text_is_trimmed_and_its_entities_move_along() -> None:
    """Space around a message is no part of it."""
    text, entities = format_text(" \n<b>a</b> b \n", "html", None, 10, "too long")
    assert text == "a b"
    assert entities == [{"type": "bold", "offset": 0, "length": 1}]


def test_links_commands_and_mentions_are_found() -> None:
    """Telegram marks them in plain text, and leaves code alone."""
    source = (
        "/start@shop_bot see https://example.com/a. or @alice_hart #tea me@x.org <code>/no</code>"
    )
    text, entities = format_text(source, "html", None, 100, "too long")
    found = {text[e["offset"] : e["offset"] + e["length"]]: e["type"] for e in entities}
    assert found == {
        "/start@shop_bot": "bot_command",
        "https://example.com/a": "url",
        "@alice_hart": "mention",
        "#tea": "hashtag",
        "me@x.org": "email",
        "/no": "code",
    }


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.words += "\n" if tag == "br" else ""
        if tag != "br":
            self.open.append(tag)
        assert all(value is None or "javascript:" not in value for _, value in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_rendered_html_nests_and_escapes() -> None:
    """The page gets tags of ours only, and every character of the text escaped."""
    text, entities = format_text(
        '<b>a &lt;script&gt; <i>b</i></b>\n<a href="https://example.com/?a=1&amp;b">x</a>',
        "html",
        None,
        100,
        "",
    )
    assert render(text, entities) == (
        "<b>a &lt;script&gt; <i>b</i></b><br>"
        '<a href="https://example.com/?a=1&amp;b" target="_blank" '
        'rel="noopener noreferrer">x</a>'
    )


@given(
    st.text(st.sampled_from("<>&\"'aé😀\n/@#"), max_size=20),
    st.lists(
        st.tuples(
            st.sampled_from(["bold", "italic", "code", "pre", "spoiler", "blockquote", "url"]),
            st.integers(0, 20),
            st.integers(1, 20),
        ),
        max_size=5,
    ),
)
def test_any_entities_render_to_balanced_tags_and_the_same_words(
    text: str, spans: list[tuple[str, int, int]]
) -> None:
    """Overlapping or overhanging entities never break the page."""
    entities = [
        {"type": kind, "offset": offset, "length": length} for kind, offset, length in spans
    ]
    parser = _Tags()
    parser.feed(render(text, entities))
    parser.close()
    assert parser.open == []
    assert parser.words == text or "�" in parser.words
