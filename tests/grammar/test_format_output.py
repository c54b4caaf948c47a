"""A formatted template is the same template: equal tree, equal output up to white space that HTML does not show.

What shows is decided here by the standard library's HTML parser, not by the formatter's own reading.
"""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dovetail.engine.compiler.options import Options
from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.errors import DovetailError, TemplateSyntaxError
from dovetail.grammar.format import format_source
from dovetail.grammar.parse import parse
from dovetail.grammar.scanner import Delimiters
from dovetail.grammar.shape import tree_shape
from dovetail.source import Source
from tests.conformance.run import Case, engine
from tests.conformance.test_conformance import cases

_BLOCKS = frozenset(["table", "tr", "td", "p", "div"])
_EXACT = frozenset(["pre", "textarea", "script", "style"])


class _Seen(HTMLParser):
    """HTML as a list: tags as written, text with its white space collapsed where HTML collapses it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.items: list[tuple[str, str]] = []
        self.exact = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.items.append(("block" if tag in _BLOCKS and not self.exact else "tag", str(self.get_starttag_text())))
        if tag in _EXACT:
            self.exact = self.exact or tag

    def handle_endtag(self, tag: str) -> None:
        self.items.append(("block" if tag in _BLOCKS and not self.exact else "tag", f"</{tag}>"))
        if tag == self.exact:
            self.exact = ""

    def handle_data(self, data: str) -> None:
        kind = "exact" if self.exact else "text"
        if self.items and self.items[-1][0] == kind:
            data = self.items.pop()[1] + data
        self.items.append((kind, data))

    def handle_comment(self, data: str) -> None:
        self.items.append(("comment", data))


def seen(html: str) -> list[str]:
    """What a reader gets of HTML."""
    parser = _Seen()
    parser.feed(html)
    parser.close()
    kinds = ["", *(kind for kind, _ in parser.items), ""]
    shown: list[str] = []
    for number, (kind, text) in enumerate(parser.items):
        if kind == "text":
            text = " ".join(f"<{text}>".split())[1:-1]  # the angles keep blanks at both ends
            text = text.lstrip() if kinds[number] == "block" else text
            text = text.rstrip() if kinds[number + 2] == "block" else text
        if text:
            shown.append(text)
    return shown


def test_seen_tells_apart_what_shows() -> None:
    assert seen("<p>a  \n b</p>\n <p>c</p>") == seen("<p>a b</p><p>c</p>")
    assert seen("<b>a</b> <b>c</b>") != seen("<b>a</b><b>c</b>")
    assert seen("<pre>a  b</pre>") != seen("<pre>a b</pre>")


_LINES = [
    "<table>", "  <tr>", "<td>", "</td>", "</tr>  ", "</table>", "<p>", "</p>", "<pre>", "</pre>", "text", " more  ",
    "<b>", "{if $a}", "  {/if}", "{else}", " {foreach $l as $v}  ", "{/foreach}", "{$v}  ", "{$x=1}", "{* c *}", "<!--", "-->",
    "<a href='", "'>", "{capture name=c}", "{/capture}", "{literal} {/literal}", "", "   ", "\t", "\r",
]  # fmt: skip


_VALUES = [{"a": 1, "l": [1, 2], "v": "w"}, {"a": 0, "l": [], "v": "w"}, {"a": 1, "l": [1], "v": ""}]


def rendered(text: str, values: dict[str, object]) -> str:
    return str(Engine(loader=DictLoader({"t": text}), options=Options()).get_template("t").render(values))


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_LINES), st.sampled_from(["\n", "\r\n", "", " "])), max_size=30))
def test_any_mixture_keeps_its_tree_and_what_shows(lines: list[tuple[str, str]]) -> None:
    text = "".join(map("".join, lines))
    try:
        before = parse(Source("t", text))
    except TemplateSyntaxError:
        with pytest.raises(TemplateSyntaxError):
            format_source(Source("t", text))
        return
    once = format_source(Source("t", text))
    assert tree_shape(parse(Source("t", once))) == tree_shape(before)
    assert format_source(Source("t", once)) == once
    if once != text:
        for values in _VALUES:
            assert seen(rendered(once, values)) == seen(rendered(text, values))


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Well-formed templates: HTML and tags around `inner`."""
    ends = st.sampled_from(["\n", "  \n", "\n    ", "", " "])

    def around(opening: str, closing: str) -> st.SearchStrategy[str]:
        parts = st.tuples(ends, st.just(opening), ends, inner, ends, st.just(closing), ends)
        return parts.map("".join)

    wrapped = st.one_of(
        *(around(f"<{name}>", f"</{name}>") for name in ("table", "tr", "td", "p", "b", "pre")),
        around("{if $a}", "{/if}"),
        around("{foreach $l as $v}", "{/foreach}"),
        around("{capture name=c}", "{/capture}"),
    )
    either = st.tuples(ends, inner, ends, st.just("{else}"), ends, inner, ends).map("".join)
    return st.one_of(
        wrapped, either.map(lambda text: "{if $a}" + text + "{/if}"), st.tuples(inner, ends, inner).map("".join)
    )


_PIECES = [
    "x",
    "x  \ny",
    "<p></p>",
    "{$v}",
    "{$v}  \n",
    "{$x=1}",
    "{* c *}\n",
    "<!-- c  \n -->",
    "{include file='i'}",
    "",
]


@settings(deadline=None)
@given(st.recursive(st.sampled_from(_PIECES), _blocks, max_leaves=12))
# All line ends here vanish behind their tags, so that the indentation of {/if} is all there is between x and y.
@example("<p></p>x{$x=1}\n{if $a}\n{$x=1}\n  {/if}\ny")
@example("<p></p>\n  {if $a}\n{if $v}x{/if}\n{/if}\n{if $v}y{/if}<p></p>")
def test_well_formed_templates_keep_what_shows(text: str) -> None:
    once = format_source(Source("t", text))
    assert format_source(Source("t", once)) == once
    files = {"i": "<b>i</b>"}
    for values in _VALUES:
        old, new = (
            str(Engine(loader=DictLoader({"t": it, **files}), options=Options()).get_template("t").render(values))
            for it in (text, once)
        )
        assert seen(new) == seen(old)


# --- the known templates


def _delimiters(case: Case) -> Delimiters:
    options = case["options"]
    return Delimiters(
        options.get("left_delimiter", "{"),
        options.get("right_delimiter", "}"),
        options.get("auto_literal", True),
        tuple(options.get("literals", ())),
    )


def _formatted(case: Case, name: str, text: str) -> str:
    """The text formatted; as it is where it has mistakes."""
    delimiters = _delimiters(case)
    try:
        before = parse(Source(name, text), delimiters)
    except TemplateSyntaxError:
        with pytest.raises(TemplateSyntaxError):
            format_source(Source(name, text), delimiters)
        return text
    once = format_source(Source(name, text), delimiters)
    assert format_source(Source(name, once), delimiters) == once, case["id"]
    assert tree_shape(parse(Source(name, once), delimiters)) == tree_shape(before), case["id"]
    return once


def _output(case: Case) -> str:
    try:
        return str(engine(case).get_template("main.tpl").render(case["data"]))
    except DovetailError as error:
        # An error's text shows the template's line, which may be formatted now.
        return type(error).__name__


def test_the_known_templates_give_exactly_the_same_output_when_formatted() -> None:
    changed = 0
    different: list[str] = []
    for case in cases().values():
        text = _formatted(case, "main.tpl", case["template"])
        files = {name: _formatted(case, name, file) for name, file in case["files"].items()}
        if (text, files) == (case["template"], case["files"]):
            continue
        changed += 1
        if _output({**case, "template": text, "files": files}) != _output(case):
            different.append(case["id"])
    assert changed > 250
    assert different == []
