"""Escaping, unescaping and charsets."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine.modifiers.escape import decode_special
from dovetail.engine.native import escape_html
from dovetail.errors import ValueFault
from tests.engine.modifiers.calling import call


@given(st.text())
def test_html_escaping_is_the_standard_librarys_in_smartys_spelling(text: str) -> None:
    assert escape_html(text) == html.escape(text, quote=True).replace("&#x27;", "&#039;")
    assert decode_special(escape_html(text)) == text


@pytest.mark.parametrize(
    ("text", "parameters", "result"),
    [
        ("<a href=\"x\">'&amp;'", (), "&lt;a href=&quot;x&quot;&gt;&#039;&amp;amp;&#039;"),
        ("&amp; <", ("html", "UTF-8", False), "&amp; &lt;"),
        ("&nosuch; &apos; &#39;", ("html", "UTF-8", False), "&amp;nosuch; &amp;apos; &#39;"),
        ("<", ("HTML",), "<"),
        ("é € → ♥ '", ("htmlall",), "&eacute; &euro; &rarr; &hearts; &#039;"),
        ("it's </script> `${x}`\n", ("javascript",), "it\\'s <\\/script> \\`\\$\\{x}\\`\\n"),
        ("é~", ("hex",), "%c3%a9%7e"),
        ("é~", ("hexentity",), "&#xE9;&#x7E;"),
        ("é~", ("nonstd",), "&#233;&#126;"),
        ("a.b@c.d", ("mail",), "a [DOT] b [AT] c [DOT] d"),
        ("a b/c~d+ü", ("url",), "a%20b%2Fc~d%2B%C3%BC"),
        ("a b/c~d+ü", ("urlpathinfo",), "a%20b/c~d%2B%C3%BC"),
        ("a'b\\'c", ("quotes",), "a\\'b\\'c"),
        (None, (), ""),
        ([1], (), "Array"),
    ],
)
def test_escape(text: object, parameters: tuple[object, ...], result: str) -> None:
    assert call("escape", text, *parameters) == result


@pytest.mark.parametrize(
    ("text", "mode", "result"),
    [
        ("&amp;lt; &#60; &euro; &apos;", "html", "&lt; < &euro; &apos;"),
        ("&euro; &eacute; &lt; &#8364; &#x20AC;", "entity", "€ é < € €"),
        ("&#0; &#x110000; &#xD800;", "htmlall", "&#0; &#x110000; &#xD800;"),
    ],
)
def test_unescape(text: str, mode: str, result: str) -> None:
    assert call("unescape", text, mode) == result


def test_a_text_survives_another_charset() -> None:
    assert call("from_charset", call("to_charset", "größe", "ISO-8859-1"), "ISO-8859-1") == "größe"
    assert call("escape", call("to_charset", "é", "ISO-8859-1"), "hex") == "%e9"
    assert call("to_charset", "€", "ISO-8859-1") == "?"


def test_an_unknown_charset_is_a_fault() -> None:
    with pytest.raises(ValueFault, match="not known"):
        call("to_charset", "a", "nonsense")
