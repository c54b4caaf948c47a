"""The door to the accelerator: which form is taken, and the form in Python by itself."""

from __future__ import annotations

import html
import os
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from dovetail.engine import native
from dovetail.engine.values import to_text
from tests.engine.native_module import ROOT

FORM = "from dovetail.engine import native as n; print(n.COMPILED, n.html is n.html_in_python, n.html('<1>'))"


def escape_of_markupsafe(text: str) -> str:
    """MarkupSafe's spelling, and its habit of giving a clean text back itself."""
    escaped = html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
    return text if escaped == text else escaped


def test_the_environment_turns_the_compiled_form_off() -> None:
    environment = {**os.environ, "DOVETAIL_PURE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", FORM], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "&lt;1&gt;"]


def test_a_missing_module_is_no_error() -> None:
    code = f"import sys; sys.modules['dovetail.engine._native'] = None; {FORM}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "&lt;1&gt;"]


def test_the_names_are_of_the_form_that_is_told() -> None:
    for name, twin in (
        ("html", "html_in_python"),
        ("text", "text_in_python"),
        ("number_format", "number_format_in_python"),
        ("join", "join_in_python"),
        ("Filler", "FillerInPython"),
    ):
        assert (getattr(native, name) is getattr(native, twin)) is not native.COMPILED


@pytest.mark.parametrize("escape", [None, escape_of_markupsafe, native._markupsafe_escape()])
def test_text_is_escaped_as_php_does_with_and_without_markupsafe(
    monkeypatch: pytest.MonkeyPatch, escape: Callable[[str], str] | None
) -> None:
    monkeypatch.setattr(native, "escape_inner", escape)
    assert native.html_in_python('<a title="x">it\'s &#34;</a>') == (
        "&lt;a title=&quot;x&quot;&gt;it&#039;s &amp;#34;&lt;/a&gt;"
    )
    clean = "no markup, \u20ac 5"
    assert native.html_in_python(clean) is clean


@pytest.mark.parametrize(
    ("escaped", "spelled"),
    [
        ("&#34;a&#39; &amp;#34;", "&quot;a&#039; &amp;#34;"),
        ("&lt;b&gt; &amp;", "&lt;b&gt; &amp;"),
    ],
)
def test_the_spelling_of_markupsafe_becomes_that_of_php(escaped: str, spelled: str) -> None:
    assert native.corrected(escaped) == spelled


def test_a_text_without_quotes_is_not_copied_to_correct_it() -> None:
    escaped = "a &amp; b"
    assert native.corrected(escaped) is escaped


@pytest.mark.parametrize(
    "escape",
    [html.escape, lambda text: "".join([escape_of_markupsafe(text), ""]) if "&" in text else text[:1] + text[1:]],
)
def test_a_markupsafe_that_does_otherwise_is_not_used(
    monkeypatch: pytest.MonkeyPatch, escape: Callable[[str], str]
) -> None:
    package, module = ModuleType("markupsafe"), ModuleType("markupsafe._speedups")
    monkeypatch.setitem(sys.modules, "markupsafe", package)
    monkeypatch.setitem(sys.modules, "markupsafe._speedups", module)
    assert native._markupsafe_escape() is None
    monkeypatch.setattr(module, "_escape_inner", escape_of_markupsafe, raising=False)
    assert native._markupsafe_escape() is escape_of_markupsafe
    monkeypatch.setattr(module, "_escape_inner", escape)
    assert native._markupsafe_escape() is None


@pytest.mark.parametrize("value", ["a&b", 7, -(2**63), 2**64, 1.5, 1e25, float("nan"), True, False, None])
def test_plain_values_print_what_the_engine_prints(value: object) -> None:
    assert native.text(value) == to_text(value)
    assert native.html(value) == to_text(value).replace("&", "&amp;")


@pytest.mark.parametrize("encode", [False, True])
def test_a_filler_looks_up_and_shows(encode: bool) -> None:
    fill = native.Filler(("Dear ", ", ", "!"), "ht", (("who", "name"), ()), encode=encode)
    shown = "Dear A&amp;B, <€>!"
    assert fill({"who": {"name": "A&B"}}, "<€>") == (shown.encode() if encode else shown)


@pytest.mark.parametrize("encode", [False, True])
def test_a_filler_writes_a_row_for_every_item(encode: bool) -> None:
    fill = native.Filler(
        ("<", ": ", " ", ">"),
        "hnt",
        (("name",), ("price",), ()),
        items="iio",
        formats=((2, ",", "."),),
        encode=encode,
    )
    shown = "<A&amp;B: 1.234,50 €><C: 7,00 €>"
    goods: list[object] = [{"name": "A&B", "price": 1234.5}, {"name": "C", "price": 7}]
    assert fill.over(goods, "€") == (shown.encode() if encode else shown)
    assert fill.over([], "€") == (b"" if encode else "")


def test_the_limit_counts_characters_in_both_forms_of_output() -> None:
    for encode in (False, True):
        fill = native.Filler(("", ""), "h", ((),), encode=encode, limit=5)
        assert len(fill("€" * 5)) == (15 if encode else 5)
        assert len(fill("&")) == 5
        with pytest.raises(OverflowError):
            fill("&x")


def test_pieces_are_joined_within_the_limit() -> None:
    assert native.join(["a", "€"], 2) == "a€"
    assert native.join([b"a", b"b"], 2) == b"ab"
    with pytest.raises(OverflowError):
        native.join(["a", "€"], 1)
