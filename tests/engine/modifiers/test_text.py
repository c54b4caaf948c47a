"""Text modifiers, by example (facts/smarty.md and the conformance cases)."""

from __future__ import annotations

import pytest

from dovetail.errors import ValueFault
from tests.engine.modifiers.calling import call

FOX = "the quick brown fox"


@pytest.mark.parametrize(
    ("name", "value", "parameters", "result"),
    [
        ("upper", "straße", (), "STRASSE"),
        ("lower", "ΟΔΟΣ", (), "οδοσ"),
        ("capitalize", "two sci-fi books, b2", (), "Two Sci-Fi Books, b2"),
        ("capitalize", "1st 2nd 3RD b2b", (), "1st 2nd 3rd b2b"),
        ("capitalize", "o’brien d’arc", (False, True), "O’brien D’arc"),
        ("capitalize", "'quoted' \"words\"", (), "'Quoted' \"Words\""),
        ("cat", "a", ("b", 2), "ab2"),
        ("truncate", FOX, (10,), "the..."),
        ("truncate", FOX, (10, "", True), "the quick "),
        ("truncate", FOX, (2,), "..."),
        ("truncate", FOX, (0,), ""),
        ("truncate", "über größe éclair", (8, "…", True), "über gr…"),
        ("truncate", "abcdefghijklmnop", (9, "..", True, True), "abc..nop"),
        ("truncate", None, (5,), ""),
        ("truncate", "AA", ("x",), "AA"),
        ("indent", "a\n\nb\n", (2, ">"), ">>a\n>>\n>>b\n"),
        ("nl2br", "a\r\nb", (), "a<br />\r\nb"),
        ("replace", "aaa", ("", "x"), "aaa"),
        ("replace", FOX, (["quick", "fox"], "*"), "the * brown *"),
        ("replace", ["ab", "b"], ("b", "c"), ["ac", "c"]),
        ("spacify", "äb", ("-",), "ä-b"),
        ("strip", "  a \n\t b ", ("_",), "_a_b_"),
        ("strip_tags", "a<br>b", (), "a b"),
        ("strip_tags", "a<br>b", (False,), "ab"),
        ("strip_tags", '<a href="x>y">z</a> <!-- > --> 5<6', (False,), "z  5"),
        ("strip_tags", "x < y and z > w", (False,), "x < y and z > w"),
        ("substr", "ü b", (0, 2), "ü"),
        ("substr", FOX, (-3,), "fox"),
        ("substr", FOX, (0, -4), "the quick brown"),
        ("substr", FOX, (4, None), ""),
        ("substr", FOX, (100,), ""),
        ("wordwrap", "averyveryverylongword short", (8, "|", True), "averyver|yverylon|gword|short"),
        ("wordwrap", "aa  bb", (3, "|"), "aa|bb"),
        ("split", "a,b,,c", (",", 2), ["a", "b,,c"]),
        ("split", "", (",",), [""]),
        ("explode", ",", ("a,b",), ["a", "b"]),
        ("join", ["a", 1, True], ("-",), "a-1-1"),
        ("join", "-", ({"x": "a", "y": "b"},), "a-b"),
        ("debug_print_var", {"k": [True]}, (), "<b>Array (1)</b><br><b>k</b> =&gt; <b>Array (1)</b><br>&nbsp;&nbsp;"
         "<b>0</b> =&gt; <i>true</i>"),
        ("noprint", "x", (), ""),
    ],
)  # fmt: skip
def test_a_text_modifier(name: str, value: object, parameters: tuple[object, ...], result: object) -> None:
    assert call(name, value, *parameters) == result


@pytest.mark.parametrize(
    ("name", "value", "parameters", "result"),
    [
        ("count_characters", "ü b", (), 2), ("count_characters", "ü b", (True,), 3), ("strlen", "ü b", (), 4),
        ("strlen", [1], (), 5), ("count_words", "d’accord 1 sci-fi", (), 2), ("count_sentences", "A. B! c", (), 2),
        ("count_paragraphs", "a\r\n\r\nb", (), 2), ("count", None, (), 0), ("count", "x", (), 1),
        ("count", [[1, 2], 3], (1,), 4),
    ],
)  # fmt: skip
def test_a_count(name: str, value: object, parameters: tuple[object, ...], result: int) -> None:
    assert call(name, value, *parameters) == result


@pytest.mark.parametrize(
    ("name", "value", "parameters"),
    [
        ("str_repeat", "x", (10**9,)), ("indent", "a", (10**9,)), ("spacify", "ab" * 1000, ("x" * 1000,)),
        ("replace", "a" * 10_000, ("a", "b" * 1000)), ("wordwrap", "a b " * 2000, (1, "|" * 1000)),
        ("string_format", "x", ("%999999999s",)), ("join", ["a"] * 2000, ("-" * 1000,)),
        ("regex_replace", "a" * 10_000, ("/a/", "b" * 1000)), ("strip", " a" * 2000, ("x" * 1000,)),
    ],
)  # fmt: skip
def test_no_modifier_makes_a_text_without_bounds(name: str, value: object, parameters: tuple[object, ...]) -> None:
    with pytest.raises(ValueFault, match="1,000,000 characters"):
        call(name, value, *parameters)


@pytest.mark.parametrize(
    ("name", "value", "parameters", "message"),
    [
        ("truncate", ["a"], (5,), r"\|truncate works on a text and got a list"),
        ("split", "a", ("",), "cannot be split"),
        ("indent", "a", (-1,), "less than nothing"),
        ("str_repeat", "a", (-1,), "less than 0 times"),
        ("str_repeat", "a", ("x",), "got a text that is no number"),
        ("replace", "a", ("a", ["b"]), "list of replacements"),
    ],
)
def test_a_wrong_argument_is_a_sentence(name: str, value: object, parameters: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueFault, match=message) as caught:
        call(name, value, *parameters)
    assert caught.value.help
