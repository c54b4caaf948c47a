"""The tags that two expressions read say what the grammar says of them, and nearly all tags of a mail are such."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dovetail.grammar import nodes, tag
from dovetail.grammar.parse import _read
from dovetail.grammar.plain_tag import plain_output
from dovetail.grammar.reading import tag_name
from dovetail.grammar.revision import ReadTag
from dovetail.grammar.scanner import Delimiters, scan
from dovetail.grammar.vocabulary import FORMS
from tests.grammar.test_lalr import PIECES
from tests.grammar.test_printer import templates

FREQUENT = [
    "$x", ".b", ".5", ".05", ".1a", ".true", "|upper", "|default", "|@count", ":2", ":2.5", ":010", ":'x'", ":'a|b:c'", ':"y"', ':"$y"', ":true",
    ":null", ":nullx", ":true::a", " == ", "==", "!=", "===", ">", "<=", "<>", " 1", "2.5", "1.", "0x1", "1a", "'a'", '"b"', "'it\\'s'", "'\r\n'", "false",
    "9999999999999999999999", " eq ", "ne", " LT ", "<=>", "<>", "&&", " and ", " AND", " or ", "||", " as ", " as", "$i", " file=", " item='a'", " a=1", "b=", " nocache", " x-y=1", "\xa0", "\v", "\f",
]  # fmt: skip
"""What plain tags are made of, and what nearly is like it."""


@contextmanager
def grammar_only() -> Generator[None]:
    _read.cache_clear()
    with patch.object(tag, "plain_output", lambda _: None), patch.object(tag, "_PLAIN", {}):
        yield
    _read.cache_clear()


def plain(text: str) -> nodes.AnyHead | None:
    name, role, start = tag_name(text)
    if role == "close":
        return None
    if not name:
        return plain_output(text)
    read = tag._PLAIN.get(FORMS.get(name, "attributes"))
    return read(text, start) if read is not None else None


def by_the_grammar(text: str) -> ReadTag:
    with grammar_only():
        return _read(text, Delimiters())


@settings(deadline=None, max_examples=500)
@given(
    st.sampled_from(
        [
            "$x",
            "$x",
            "if $x",
            "if $x",
            "elseif ",
            "while",
            "",
            "/if",
            "else if ",
            "foreach $x",
            "foreach $x as $i",
            "include",
            "include 'a'",
            "counter|upper",
        ]
    ),
    st.lists(st.sampled_from([*FREQUENT, *PIECES]), max_size=6),
)
@example("$x", [".5", ".05", "|default", ":010", ":'x'"])
@example("if $x", [".b", "===", "2.5"])
@example("if $x", ["<>", "1"])
@example("$x", ["|cat", ":null", "|upper"])
@example("$x", ["|cat", ":nullx"])
@example("$x", ["|cat", ":true::a"])
@example("if", [" $x", " ", "\n"])
@example("if $x", ["\xa0", "==", "\v", " 1"])
@example("foreach $x", ["\xa0as ", "$i"])
@example("if $x", ["ne", " 1"])
@example("if $x", [".b", "ne", "$x"])
@example("if $x", ["==", "'a'", " and ", "$x", " LT ", "2.5", "&&", "$x"])
@example("if $x", ["||", "$x", " or ", "$x"])
@example("if $x", ["||", "$x", "&&", "$x"])
@example("foreach $x", [".b", " as ", "$i", "\n"])
@example("foreach $x as $i", [" item='a'"])
@example("include", [" file=", "'a'", " a=1", " b=", "$x", ".b"])
@example("include", [" a=1", "2.5"])
@example("counter", [])
def test_what_is_read_so_is_what_the_grammar_reads(begin: str, pieces: list[str]) -> None:
    text = begin + "".join(pieces)
    mine = plain(text)
    if mine is not None:
        read = by_the_grammar(text)
        assert (read.form == "broken", read.problems, repr(read.head)) == (False, (), repr(mine))


def test_all_known_tags_are_read_as_by_the_grammar() -> None:
    tags = {
        text[chunk.inside.start : chunk.inside.end]
        for text, delimiters in templates()
        if delimiters == Delimiters()
        for chunk in scan(text)
        if chunk.kind == "tag"
    }
    read = {text: head for text in tags if (head := plain(text)) is not None}
    assert len(read) > 500
    for text, head in read.items():
        assert repr(by_the_grammar(text).head) == repr(head), text


@pytest.mark.parametrize(
    "text",
    [
        "$recipient.last_name",
        "$mywebshop.product.123456.title|escape",
        "$p.price|number_format:2:',':'.'",
        '$name|default:"friend"|upper',
        'if $recipient.gender == "m"',
        "elseif $p.stock < 10",
        "if $o.total>=$limit.free",
        "while $more",
        "if $order.total gt 100 and $order.paid",
        "foreach $order.lines as $line",
        "include file='head.tpl' title=$mailing.subject",
        'capture name="top"',
        "counter",
    ],
)
def test_the_tags_of_mails_are_read_so(text: str) -> None:
    assert plain(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "$x.$k",
        "$x|cat:$y",
        '$x|cat:"a$y"',
        "$x = 1",
        "$x nofilter",
        "if !$x",
        "if $x && $y || $z",
        "if $x is even",
        "foreach $x as $k => $v",
        "foreach [1] as $v",
        "include 'head.tpl'",
        "include file='a' nocache",
        "include file=$x|lower",
        "assign $x to $y",
        " $x",
        "$x" + ".long" * 20,
    ],
)
def test_others_are_left_to_the_grammar(text: str) -> None:
    assert plain(text) is None


def test_nested_delimiters_of_other_kinds_are_left_to_the_grammar() -> None:
    delimiters = Delimiters("<%", "%>")
    read = _read('$x|cat:"a<%$y%>"', delimiters)
    assert isinstance(read.head, nodes.Head)
    assert isinstance(read.head.value, nodes.Modified)
    assert isinstance(read.head.value.uses[0].arguments[0], nodes.Interpolated)
