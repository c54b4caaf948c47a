"""The table's own loop derives what Lark derives, and the table that comes with the package is Lark's."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Token, Tree  # the reference
from lark.exceptions import UnexpectedInput

from dovetail.grammar.build import BLANK, lark_parser, made_table, stored_form
from dovetail.grammar.lalr import Action, Parser, Rule, Table
from dovetail.grammar.nesting import never_too_deep, too_deep
from dovetail.grammar.parse import _read
from dovetail.grammar.reading import tag_name
from dovetail.grammar.scanner import Delimiters, scan
from dovetail.grammar.tag import _mask, stored_table
from dovetail.grammar.vocabulary import FORMS
from tests.grammar.test_printer import templates

PIECES = [
    "$x", ".a", ".0", ".$k", ".{$k}", "[1]", "[i]", "[]", "->p", "->m(", "@last", "|upper", "|cat:", ":", "'s'", "'", '"d"', '"a{$x}"', "(", ")",
    "[", "]", ",", "=>", "=", "==", " eq ", " ne ", " and ", "||", "??", "?:", "?", " is even", " is not div by ", " in ", " as ", " to ", " step ",
    "!", "not ", "-", "+", "*", "**", "%", "++", "(int)", "true", "null", "word", "7", "0x1f", ".5", "count(", "array(", "#c#", "#$x#", "{", "}",
    "{$x}", "{counter}", "A::b", "A::b(", "new C", " instanceof D", ";", " file=", " item=", " nofilter", " ", "\n", "&", "^", "<", " xor ", "é", "\x02",
]  # fmt: skip
TAGS = ("", "if ", "foreach ", "for ", "assign ", "setfilter ", "include ", "counter")


@cache
def builder() -> Parser:
    """The table with actions that make a plain tree of each rule."""

    def makes(name: str) -> Action:
        return lambda _, parts, start, end: (name, list(parts), (start, end) if end > start else None)

    table = stored_table()
    return Parser(table, {rule.action: makes(rule.action) for rule in table.rules if rule.action not in {"", "*"}})


def plain(tree: Tree[Token] | Token) -> object:
    if isinstance(tree, Token):
        return str(tree)
    place = None if tree.meta.empty else (tree.meta.start_pos, tree.meta.end_pos)
    return str(tree.data), [plain(child) for child in tree.children], place


def derivations(text: str, delimiters: Delimiters = Delimiters()) -> tuple[object, object]:
    """What this package derives, and what Lark does; None where it refuses."""
    name, _, start = tag_name(text)
    form = FORMS.get(name, "attributes") if name else "output"
    if form == "none":
        return None, None
    rule = "tag" if form == "attributes" else form
    masked = _mask(text, delimiters)
    try:
        expected = plain(lark_parser().parse(BLANK * start + masked[start:], start=rule))
    except UnexpectedInput:
        expected = None
    return builder().run(rule, masked, start, None), expected


def test_the_table_of_the_package_is_what_lark_makes_of_the_grammar() -> None:
    kept = (files("dovetail.grammar") / "smarty_table.json").read_text(encoding="utf-8")
    assert kept == stored_form(made_table()), "smarty.lark has changed: run python -m dovetail.grammar.build"


def test_all_known_tags_are_derived_as_lark_does() -> None:
    tags = {
        (text[chunk.inside.start : chunk.inside.end], delimiters)
        for text, delimiters in templates()
        for chunk in scan(text, delimiters)
        if chunk.kind == "tag"
    }
    assert len(tags) > 1500
    for tag, delimiters in tags:
        mine, larks = derivations(tag, delimiters)
        assert mine == larks, tag


@settings(deadline=None)
@given(st.sampled_from(TAGS), st.lists(st.sampled_from(PIECES), max_size=12))
@example("include ", [])
@example("", ["$x", "|cat:", "-", "7", "|upper", " nofilter"])
def test_any_tag_is_derived_or_refused_as_lark_does(name: str, pieces: list[str]) -> None:
    mine, larks = derivations(name + "".join(pieces))
    assert mine == larks


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["[", "(", "!", "- ", "$x", ".a", "|a", ":", '"{', '}"', '"', "`", "{", "}", ")", "]", "1 ", "?:", "a("]
        ),
        max_size=60,
    )
)
@example(["!"] * 59 + ["1"])
@example(["["] * 29 + ["$x"] + ["]"] * 29)
@example(['"{'] * 8 + ["$x"] + ['}"'] * 8)
def test_what_is_short_is_never_too_deep(pieces: list[str]) -> None:
    text = "".join(pieces)
    if never_too_deep(text):
        assert not too_deep(_read(text, Delimiters()).head)


def test_a_rule_of_several_values_needs_an_action() -> None:
    table = Table(
        {"A": "a"}, ("A",), (Rule("pair", "pair", "kk"),), ({"A": 0, "$END": ~0, "pair": 0},), {"pair": (0, 0)}
    )
    with pytest.raises(ValueError, match="needs an action: pair"):
        Parser(table, {})


@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("import dovetail.engine.environment", False),
        ("from dovetail.engine.environment import Engine; Engine().from_string('{if $a}{$b|upper}{/if}').render(a=1)", False),
        ("from dovetail.grammar.parse import parse_tolerant, Source; parse_tolerant(Source('t', '{$a.}'))", True),
    ],
)  # fmt: skip
def test_lark_is_loaded_for_tags_that_are_wrong_only(code: str, loaded: bool) -> None:
    code = f"import sys\n{code}\nprint('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(loaded)
