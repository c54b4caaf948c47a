"""What holds for every modifier."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dovetail.engine.modifiers import MODIFIERS
from dovetail.errors import ValueFault
from tests.engine.modifiers.calling import call
from tests.engine.values.strategies import VALUES

NAMES = sorted(name for name, modifier in MODIFIERS.items() if modifier.group != "lists")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(value=VALUES, given_parameters=st.lists(VALUES, max_size=4))
def test_a_modifier_raises_nothing_but_a_value_fault(name: str, value: object, given_parameters: list[object]) -> None:
    modifier = MODIFIERS[name]
    most = len(given_parameters) if modifier.most is None else modifier.most
    parameters = given_parameters[:most] + ["1"] * (modifier.least - len(given_parameters))
    try:
        result = call(name, value, *parameters)
    except ValueFault:
        return
    assert not isinstance(result, bytes | Exception)


@given(VALUES)
def test_default_replaces_null_and_empty_text_only(value: object) -> None:
    result = call("default", value, "other")
    if value is None or value == "":
        assert result == "other"
    else:
        assert result is value


@pytest.mark.parametrize(
    ("name", "value", "parameters", "result"),
    [
        ("default", 0, ("d",), 0), ("default", None, (None, "last"), "last"), ("default", None, (), ""),
        ("isset", None, (), False), ("empty", "0", (), True), ("is_array", "a", (), False),
        ("in_array", "2", ([1, 2],), True),
        ("in_array", "2", ([1, 2], True), False), ("raw", "<", (), "<"),
    ],
)  # fmt: skip
def test_a_test(name: str, value: object, parameters: tuple[object, ...], result: object) -> None:
    assert call(name, value, *parameters) == result
