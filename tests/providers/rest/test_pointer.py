"""JSON pointers as RFC 6901 has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.providers.described.pointer import Missing, find, parse, spell

# RFC 6901 §5
DOCUMENT: dict[str, object] = {
    "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", DOCUMENT), ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2),
        ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ('/k"l', 6), ("/ ", 7), ("/m~0n", 8),
    ],
)  # fmt: skip
def test_the_examples_of_the_rfc(text: str, value: object) -> None:
    assert find(DOCUMENT, parse(text)) == value


@pytest.mark.parametrize(
    "text", ["/foo/2", "/foo/00", "/foo/-", "/foo/-1", "/foo/1e0", "/nothing", "/foo/0/0", "/foo/٠"]
)
def test_what_is_not_there_is_missing(text: str) -> None:
    with pytest.raises(Missing):
        find(DOCUMENT, parse(text))


@pytest.mark.parametrize("text", ["foo", "/a~", "/a~2", "#/foo"])
def test_what_is_no_pointer_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


@given(st.lists(st.text()))
def test_a_spelled_pointer_reads_as_it_was(names: list[str]) -> None:
    assert parse(spell(names)) == tuple(names)


def test_tilde_one_behind_an_escaped_tilde_is_no_slash() -> None:
    assert parse("/~01") == ("~1",)
