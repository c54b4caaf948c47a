"""`{mailto}`. Smarty's outputs stand in tests/conformance (group mailto)."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

import pytest

from dovetail.engine.limits import Limits
from dovetail.errors import RenderError
from tests.engine.tags.rendering import render, rendered


def test_a_link_shows_the_address_or_a_text() -> None:
    assert rendered("{mailto address='a@b.c'}") == '<a href="mailto:a@b.c" >a@b.c</a>'
    assert rendered("{mailto address='a@b.c' text='Write us'}") == '<a href="mailto:a@b.c" >Write us</a>'


def test_headers_are_quoted_for_a_url_and_addresses_stay_readable() -> None:
    text = "{mailto address='a@b.c' cc='d@e.f,g@h.i' subject='Größe & Preis'}"
    assert rendered(text) == (
        '<a href="mailto:a@b.c?cc=d@e.f,g@h.i&amp;subject=Gr%C3%B6%C3%9Fe%20%26%20Preis" >a@b.c</a>'
    )


@pytest.mark.parametrize("encode", ["none", "hex"])
def test_an_address_cannot_leave_its_attribute(encode: str) -> None:
    address = "a\"onclick='x()'<script>@b.c"
    shown = rendered("{mailto address=$a text=$a encode=$e}", {"a": address, "e": encode})
    opening, content = re.fullmatch(r'<a href="([^"<>]*)" >([^<>]*)</a>', shown, re.DOTALL).groups()  # type: ignore[union-attr]
    assert html.unescape(content) == address
    assert unquote(html.unescape(opening)) == f"mailto:{address}"


def test_hidden_links_are_the_same_link_to_a_reader() -> None:
    link = rendered("{mailto address='é@b.c' text='ß'}")
    script = rendered("{mailto address='é@b.c' text='ß' encode=javascript}")
    assert unquote(script.removeprefix("<script>document.write(unescape('").removesuffix("'))</script>")) == link
    codes = rendered("{mailto address='é@b.c' text='ß' encode=javascript_charcode}")
    numbers = codes.removeprefix("<script>document.write(String.fromCharCode(").removesuffix("))</script>")
    assert bytes(map(int, numbers.split(","))).decode() == link
    assert html.unescape(rendered("{mailto address='a@b.c' text='Größe' encode=hex}")).endswith(">Größe</a>")


def test_what_cannot_be_hidden_is_empty_and_noted() -> None:
    for text in ("{mailto address='a@b.c' encode='rot13'}", "{mailto address='a@b.c' subject=x encode=hex}"):
        result = render(text)
        assert result == ""
        assert len(result.report.notes) == 1
    assert render("{mailto address=''}") == ""


def test_a_long_text_ends_in_a_limit() -> None:
    with pytest.raises(RenderError):
        render("{mailto address=$a encode=javascript}", {"a": "x" * 2_000}, limits=Limits(value=5_000))
