"""Rounding and number patterns."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine.modifiers.numbers import formatted, number_format, priced
from dovetail.engine.values import to_text
from dovetail.errors import ValueFault
from tests.engine.modifiers.calling import call


@pytest.mark.parametrize(
    ("value", "parameters", "result"),
    [
        (1.005, (2,), "1.01"), (5.045, (2,), "5.05"), (2.5, (), "3"), (-2.5, (), "-3"), (1234567.891, (-3,), "1235000"),
        (2.5, (0, 2), "2"), (3.5, (0, 3), "4"), (2.5, (0, 3), "2"), (2.5, (0, 4), "3"), ("abc", (), "0"),
        ("12.50", (), "13"), (42, (2,), "42"), (math.inf, (2,), "INF"), (1e300, (400,), "1.0E+300"),
    ],
)  # fmt: skip
def test_round(value: object, parameters: tuple[object, ...], result: str) -> None:
    assert to_text(call("round", value, *parameters)) == result


@pytest.mark.parametrize(
    ("value", "parameters", "result"),
    [
        (1234567.891, (2,), "1,234,567.89"), (1.005, (2,), "1.01"), (-0.4, (), "0"), (-3.5, (), "-4"),
        (1000000, (0, ",", "."), "1.000.000"), ("12.50", (2,), "12.50"), (None, (2,), "0.00"), (999, (), "999"),
        (-1234.5, (1, ",", "."), "-1.234,5"),
    ],
)  # fmt: skip
def test_number_format(value: object, parameters: tuple[object, ...], result: str) -> None:
    assert call("number_format", value, *parameters) == result


@pytest.mark.parametrize("value", ["", "abc", [1], {}])
def test_number_format_wants_a_number(value: object) -> None:
    with pytest.raises(ValueFault, match=r"\|number_format works on a number and got") as caught:
        call("number_format", value)
    assert "|default:0" in caught.value.help


@pytest.mark.parametrize(
    ("value", "pattern", "result"),
    [
        (1.005, "%.2f", "1.00"), (2.5, "%.0f", "2"), (42, "%5d|", "   42|"), (42, "%-5d|", "42   |"),
        (42, "%e", "4.200000e+1"), (42, "%+d", "+42"), (-5, "%05d", "-0005"), ("x", "%'*10s", "*********x"),
        ("über größe éclair", "%20s|", "über größe éclair|"), (42, "100%% %d", "100% 42"), (42, "%b %1$x", "101010 2a"),
        (-1, "%u", "18446744073709551615"), (0.00001, "%g", "1.0e-5"), (65, "%c", "A"), ("abcdef", "%.3s", "abc"),
        ([1], "%s", "Array"), (1234567.891, "%f", "1234567.891000"),
    ],
)  # fmt: skip
def test_string_format(value: object, pattern: str, result: str) -> None:
    assert call("string_format", value, pattern) == result


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("%d %d", "asks for 2 values"),
        ("%y", "unknown directive: %y"),
        ("50%", "unknown directive"),
    ],
)
def test_a_wrong_pattern_is_a_fault(pattern: str, message: str) -> None:
    with pytest.raises(ValueFault, match=message):
        call("string_format", 1, pattern)


@given(st.floats(allow_nan=False), st.integers(-20, 20))
def test_rounding_twice_is_rounding_once(number: float, places: int) -> None:
    once = call("round", number, places)
    assert to_text(call("round", once, places)) == to_text(once)


@given(
    st.one_of(st.floats(allow_nan=False), st.integers(), st.decimals(-(10**9), 10**9, places=2).map(float)),
    st.integers(0, 16),
    st.sampled_from([(".", ","), (",", "."), (",", ""), ("", " ")]),
)
def test_numbers_with_few_decimals_are_formatted_as_all_others(
    value: float, decimals: int, separators: tuple[str, str]
) -> None:
    shown = formatted(value, decimals, *separators)
    assert number_format(value, decimals, *separators) == shown
    if 0 < decimals < 15 and abs(value) < 2**53:
        assert priced(decimals, *separators)(value) == shown
