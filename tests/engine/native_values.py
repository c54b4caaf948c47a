"""Values for the accelerator and its twin: texts, numbers, what is neither, and what a call gives."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st

from tests.engine.values.strategies import VALUES

LAW = settings(max_examples=300, deadline=None)

CHARACTERS = "&<>\"'%?;=!#$ab\0\x7f\x80é\xff\u0100€\u0822\ud800\udfff\uffff\U00010000😀\U0010ffff"
TEXTS = st.one_of(
    st.text(st.sampled_from(CHARACTERS), max_size=40),
    st.text(st.sampled_from("ab&'"), max_size=70),
    st.text(st.sampled_from("abcé<"), max_size=70),
    st.text(st.sampled_from('ab€"'), max_size=70),
    st.text(max_size=20),
    # Every length around the blocks that are looked at in one go, with one character at every place.
    st.builds(
        lambda base, size, at, char: (base * size)[:at] + char + (base * size)[at:],
        st.sampled_from("aé€😀"),
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from("&<>\"'%?;=!b\ud800"),
    ),
)
INTEGERS = st.one_of(st.integers(), st.integers(-(2**65), 2**65), st.sampled_from([2**63, 2**63 - 1, -(2**63)]))
FLOATS = st.one_of(
    st.floats(),
    st.floats(-1e6, 1e6),
    st.decimals(-(10**7), 10**7, places=2).map(float),
    st.integers(-(10**16), 10**16).map(float),
    st.builds(lambda number, power: number / 10**power, st.integers(-(10**14), 10**14), st.integers(0, 8)),
)


class Word(str):
    __slots__ = ()


class Count(int):
    pass


class Amount(float):
    pass


class Fields(dict[str, object]):
    pass


class Pieces(list[str]):
    """Output that knows more than its pieces."""


NUMBERS = st.one_of(FLOATS, INTEGERS)
PLAIN = st.one_of(st.none(), st.booleans(), TEXTS, INTEGERS, FLOATS)
STRANGE = st.one_of(VALUES, st.sampled_from([Word("a&b"), Count(1), Amount(1.5), b"x", object, [], Fields(a="b")]))

Result = tuple[type, object] | type[BaseException]


def result(function: Callable[..., object], *values: object, **named: object) -> Result:
    """What a call gives, or the type of what it raises."""
    try:
        given = function(*values, **named)
    except Exception as error:  # noqa: BLE001  # whatever one raises the other has to raise
        return type(error)
    return type(given), given
