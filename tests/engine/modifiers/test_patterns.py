"""PHP's regular expressions."""

from __future__ import annotations

import time

import pytest

from dovetail.engine.modifiers.pcre import compile_pcre, matches
from dovetail.errors import ValueFault
from tests.engine.modifiers.calling import call

FOX = "the quick brown fox"


@pytest.mark.parametrize(
    ("text", "parameters", "result"),
    [
        (FOX, ("/[aeiou]/", "*"), "th* q**ck br*wn f*x"), (FOX, ("/(\\w+) (\\w+)/", "$2 \\1"), "quick the fox brown"),
        (FOX, ("/(?<w>quick)/", "[${1}]"), "the [quick] brown fox"), (FOX, ("#QUICK#i", "slow"), "the slow brown fox"),
        ("x1y22", ("/\\d+/", "#", 1), "x#y22"), (FOX, ("/fox/e", "x"), "the quick brown x"), (FOX, ("/(", "x"), ""),
        ("a", ("a", "b"), ""), (None, ("/x/", "y"), ""), ("x", ("{x}", "$0$0$9"), "xx"),
        ("ab", (["/a/", "/b/"], "c"), "cc"),
        ("Éa", ("/\\p{Lu}/u", "-"), "-a"), ("a1", ("/[[:alpha:]]/", "-"), "-1"), ("aXb", ("/a(?i)x/", "-"), "-b"),
        ("a\nb", ("/^b/m", "-"), "a\n-"), ("a.b", ("/\\Q.\\E/", "-"), "a-b"), ("aaa", ("/a+/U", "-"), "---"),
        ("é", ("/\\x{e9}/u", "e"), "e"), ("a-b", ("/[\\w-]+/", "x"), "x"), ("[x]", ("/[[]/", "("), "(x]"),
        ("a\r\nb", ("/\\R/", "-"), "a-b"), ("aaa", ("/a/A", "-"), "-aa"), ("a b", ("/ a # comment\n /x", "-"), "- b"),
    ],
)  # fmt: skip
def test_regex_replace(text: object, parameters: tuple[object, ...], result: str) -> None:
    assert call("regex_replace", text, *parameters) == result


@pytest.mark.parametrize("pattern", ["", "abc", "/abc", "/[/", "/a/k", "/(?R)/", "/)/", "/*/", "/\\K/", "/a{2000}/"])
def test_a_broken_or_unsupported_pattern_is_none(pattern: str) -> None:
    assert compile_pcre(pattern) is None
    assert not matches("abc", pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "/(a+)+b/",
        "/(a|aa)+$/",
        "/(\\w+\\s?)*$/",
        "/([a-z]+)*$/",
        "/(a?a)+b/",
        "/(a{1,30}){2,}b/",
        "/(x+x+)+y/",
        "/(.*a){12}/",
    ],
)
def test_a_pattern_that_can_take_forever_is_refused(pattern: str) -> None:
    with pytest.raises(ValueFault, match="forever"):
        compile_pcre(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "/(\\d+,)+/",
        "/<[^>]+>/",
        "/([^,]*,)*x/",
        "/(foo|bar)+/",
        "/(?>a+)+b/",
        "/(a+)?b/",
    ],
)
def test_a_pattern_whose_loops_are_clear_is_allowed(pattern: str) -> None:
    assert compile_pcre(pattern) is not None


@pytest.mark.parametrize(
    ("pattern", "text"), [("/a+a+b/", "a" * 100_000), ("/\\s+$/", " " * 100_000 + "x"), ("/.*.*.*x/", "a" * 100_000)]
)
def test_a_text_too_long_for_a_pattern_is_refused_at_once(pattern: str, text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ValueFault, match="too long for this regular expression"):
        matches(text, pattern)
    assert time.perf_counter() - start < 1


def test_matches() -> None:
    assert matches("abc", "/B/i")
    assert not matches("abc", "/B/")
