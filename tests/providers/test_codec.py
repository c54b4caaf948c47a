from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine.ports import Answer, Filter, Order, Query, Record, Ref
from dovetail.providers.codec import dump, dump_key, load

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
CONSTANTS = SCALARS | st.lists(SCALARS, max_size=3).map(tuple)
QUERIES = st.builds(
    Query,
    st.lists(st.builds(Filter, TEXT, st.sampled_from(["==", "<", "in", "set"]), CONSTANTS), max_size=2).map(tuple),
    st.lists(st.builds(Order, TEXT, st.booleans()), max_size=2).map(tuple),
    st.none() | st.integers(0, 9),
)
KEYS = st.integers() | TEXT
NAMES = TEXT | st.sampled_from(["$ref", "$record", "$map", "$", "$query", "$tuple"])
VALUES = st.recursive(
    SCALARS | st.builds(Ref, TEXT, KEYS | QUERIES),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES, inner, max_size=3)
        | st.builds(Record, TEXT, KEYS, TEXT, st.dictionaries(NAMES, inner, max_size=3))
    ),
    max_leaves=12,
)


@given(VALUES, st.booleans(), st.lists(TEXT, max_size=2).map(tuple))
def test_an_answer_survives_the_way_to_json_and_back(value: object, found: bool, notes: tuple[str, ...]) -> None:
    answer = Answer(value, found, 1234.5, notes=notes)
    assert load(dump(answer)) == answer


@given(KEYS | QUERIES, KEYS | QUERIES)
def test_two_keys_have_the_same_text_only_when_they_are_the_same(one: object, other: object) -> None:
    # 1 == True == 1.0 in Python, but filters with them are different questions.
    same = repr(one) == repr(other)
    assert (dump_key(one) == dump_key(other)) == same  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "[1", "{}", "[]", '[{"$evil": 1}, true, 0, []]', '[{"$ref": 1}, true, 0, []]'])
def test_what_is_no_kept_answer_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        load(text)


def test_what_is_no_json_cannot_be_kept() -> None:
    with pytest.raises(TypeError, match="set cannot be kept"):
        dump(Answer({1, 2}))
