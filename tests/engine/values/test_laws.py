"""What holds for all values."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine import values
from dovetail.errors import ValueFault
from tests.engine.values.strategies import KEYS, PLAIN, VALUES, mappings

ONE = [
    values.to_text, values.truth, values.to_int, values.to_float, values.to_number, values.negate, values.plus,
    values.increment, values.decrement, values.cast_array, values.php_key, values.entries, values.count,
    values.is_iterable, values.json_encode,
]  # fmt: skip
TWO = [
    values.loose_equal, values.strict_equal, values.spaceship, values.less, values.less_equal, values.greater,
    values.greater_equal, values.add, values.subtract, values.multiply, values.divide, values.modulo, values.power,
    values.bit_and, values.bit_or, values.bit_xor, values.item, values.has_item, values.contains,
]  # fmt: skip


def fault_of(call: Callable[[], object]) -> str:
    """The sentence of the fault that a call raises; a full stop when it raises none."""
    try:
        call()
    except ValueFault as fault:
        return fault.message
    return "."


@pytest.mark.parametrize("function", ONE, ids=lambda function: function.__name__)
@given(value=VALUES)
def test_a_function_of_one_value_raises_nothing_but_a_value_fault(function: object, value: object) -> None:
    assert callable(function)
    assert fault_of(lambda: function(value)).endswith(".")


@pytest.mark.parametrize("function", TWO, ids=lambda function: function.__name__)
@given(a=VALUES, b=VALUES)
def test_a_function_of_two_values_raises_nothing_but_a_value_fault(function: object, a: object, b: object) -> None:
    assert callable(function)
    assert fault_of(lambda: function(a, b)).endswith(".")


@given(st.integers(-(2**63), 2**63 - 1))
def test_an_int_survives_its_text(number: int) -> None:
    assert values.to_int(values.to_text(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_survives_its_json(number: float) -> None:
    assert float(values.json_encode(number)) == number


@given(PLAIN)
def test_a_plain_value_equals_itself(value: object) -> None:
    assert values.loose_equal(value, value)
    assert values.strict_equal(value, value)
    assert values.spaceship(value, value) == 0


@given(VALUES)
def test_what_is_identical_is_equal(value: object) -> None:
    if values.strict_equal(value, value):
        assert values.loose_equal(value, value)


@given(PLAIN, PLAIN)
def test_plain_values_have_one_order(a: object, b: object) -> None:
    assert values.spaceship(a, b) == -values.spaceship(b, a)
    assert values.less(a, b) == values.greater(b, a)
    assert values.less_equal(a, b) == (not values.less(b, a))


@given(VALUES, VALUES)
def test_greater_is_less_from_the_other_side(a: object, b: object) -> None:
    assert values.greater(a, b) == values.less(b, a)
    assert values.greater_equal(a, b) == values.less_equal(b, a)


@given(VALUES, st.lists(KEYS | st.just(values.APPEND), min_size=1, max_size=3), PLAIN)
def test_what_is_set_is_there_and_nothing_else_was_touched(
    container: object, path: list[object], value: object
) -> None:
    before = copy.deepcopy(container)
    try:
        changed: object = values.assign_item(container, path, value)
    except ValueFault:
        return
    assert repr(container) == repr(before)
    if values.APPEND not in path:
        for key in path:
            changed = values.item(changed, key)
        assert changed == value


@given(mappings(PLAIN))
def test_an_item_is_found_under_both_spellings_of_its_key(mapping: dict[int | str, object]) -> None:
    for key in mapping:
        wanted = values.php_key(key)
        assert values.item(mapping, wanted) in mapping.values()
        assert values.has_item(mapping, str(wanted)) == (values.item(mapping, wanted) is not None)


@given(st.lists(PLAIN, max_size=5))
def test_appending_to_a_list_makes_it_one_longer(items: list[object]) -> None:
    longer = values.assign_item(items, [values.APPEND], "x")
    assert longer == [*items, "x"]
    assert values.count(longer) == len(items) + 1


@given(st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_json_of_lists_is_json(value: object) -> None:
    assert json.loads(values.json_encode(value)) == value


@given(VALUES)
def test_entries_are_counted_by_count_for_arrays(value: object) -> None:
    if values.is_iterable(value):
        assert len(values.entries(value)) == values.count(value)
