"""PHP's rules, one example each (facts/smarty.md)."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal

import pytest

from dovetail.engine import values
from dovetail.engine.live import Keyed
from dovetail.engine.ports import Record, Ref
from dovetail.errors import ValueFault

BAG = Record("product", 7, "Driven Backpack", {"sku": "24-WB04", "price": 36, "category": Ref("category", 3)})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "1"), (False, ""), (5, "5"), ("é", "é"), (1.0, "1"), (-0.0, "-0"), (0.1 + 0.2, "0.3"),
        (1e14, "1.0E+14"), (1e-5, "1.0E-5"), (0.0001, "0.0001"), (123456789012345.67, "1.2345678901235E+14"),
        (12345678901234.5, "12345678901234"), (2**63, "9.2233720368548E+18"), (math.inf, "INF"), (math.nan, "NAN"),
        ([1], "Array"), ({}, "Array"), (BAG, "Driven Backpack"), (Keyed("shop", "product"), ""),
        (Decimal("12.50"), "12.50"), (datetime(2024, 3, 5, 14, 7, 9), "2024-03-05 14:07:09"),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_value_prints_as_php_echoes_it(value: object, text: str) -> None:
    assert values.to_text(value) == text


@pytest.mark.parametrize("value", ["false", "0.0", " ", "00", -1, [0], {"a": None}, BAG, Keyed("shop", "product")])
def test_these_count_as_true(value: object) -> None:
    assert values.truth(value)


@pytest.mark.parametrize("value", ["", "0", 0, 0.0, -0.0, None, [], {}, False, Decimal(0)])
def test_these_count_as_false(value: object) -> None:
    assert not values.truth(value)


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (0, "abc", False), (0, "", False), (None, 0, True), (None, "0", False), ("10", "1e1", True),
        ("abc", "ABC", False), ("1", "01", True), (100, "1e2", True), (None, [], True), ("a", True, True),
        ({"x": 1, "y": 2}, {"y": 2, "x": 1}, True), ({"0": "a"}, ["a"], True), (BAG, "Driven Backpack", True),
        ("9223372036854775808", "9223372036854775809", False), (" 1", "1", True), ("1 ", 1, True),
    ],
)  # fmt: skip
def test_loose_comparison_is_that_of_php_8(a: object, b: object, equal: bool) -> None:
    assert values.loose_equal(a, b) is equal
    assert values.loose_equal(b, a) is equal


@pytest.mark.parametrize(
    ("a", "b"),
    [(None, -1), ("10", "9a"), ([], [1]), (999, [1]), ("a", "ä"), (5, "5abc"), (None, "a"), (1.5, "2")],
)
def test_the_first_is_less(a: object, b: object) -> None:
    assert values.less(a, b)
    assert values.greater(b, a)
    assert values.spaceship(a, b) == -1


def test_arrays_with_other_keys_and_nan_cannot_be_ordered() -> None:
    for a, b in (({"a": 1}, {"b": 1}), (math.nan, math.nan)):
        assert not values.less(a, b)
        assert not values.greater(a, b)
        assert not values.loose_equal(a, b)


def test_identity_minds_type_and_order() -> None:
    assert not values.strict_equal(1, 1.0)
    assert not values.strict_equal(1, True)
    assert not values.strict_equal({"x": 1, "y": 2}, {"y": 2, "x": 1})
    assert values.strict_equal({"0": "a", "1": "b"}, ["a", "b"])


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        (values.add("5 apples", 1), 6), (values.add(None, 1), 1), (values.add(True, "1.5"), 2.5),
        (values.add(2**63 - 1, 1), float(2**63)), (values.add([1], [5, 6]), [1, 6]), (values.divide(6, 3), 2),
        (values.divide(7, 2), 3.5), (values.modulo(-7, 3), -1), (values.modulo(7.9, 3), 1), (values.power(2, 9), 512),
        (values.power(2, -1), 0.5), (values.power(2, 64), 2.0**64), (values.power(0, -1), math.inf),
        (values.bit_xor(6, 3), 5), (values.negate("5"), -5), (values.plus("5.50"), 5.5),
        (values.increment(None), 1), (values.increment("Az"), "Ba"), (values.increment("Zz"), "AAa"),
        (values.decrement(None), None), (values.decrement("a"), "a"), (values.increment(2**63 - 1), float(2**63)),
    ],
)  # fmt: skip
def test_arithmetic_is_that_of_php(result: object, wanted: object) -> None:
    assert result == wanted
    assert type(result) is type(wanted)


def test_minus_zero_stays_apart() -> None:
    assert values.to_text(values.negate(0.0)) == "-0"
    assert values.to_text(values.negate(0)) == "0"


def test_calculating_with_a_text_is_a_fault_that_names_no_value() -> None:
    with pytest.raises(ValueFault) as caught:
        values.add("secret", 1)
    assert caught.value.message == "Cannot calculate a text + a number."
    assert "|default:0" in caught.value.help


@pytest.mark.parametrize("divide", [values.divide, values.modulo])
def test_dividing_by_zero_is_a_fault(divide: object) -> None:
    assert callable(divide)
    with pytest.raises(ValueFault, match="by zero"):
        divide(1, 0)


def test_power_of_huge_numbers_takes_no_time() -> None:
    assert values.power(7, 10**9) == math.inf


@pytest.mark.parametrize(
    ("key", "wanted"),
    [("5", 5), ("05", "05"), ("-5", -5), ("-0", "-0"), (True, 1), (None, ""), (1.7, 1), ("9" * 30, "9" * 30)],
)
def test_keys_become_php_keys(key: object, wanted: object) -> None:
    assert values.php_key(key) == wanted


@pytest.mark.parametrize(
    ("container", "key", "wanted"),
    [
        ({"1": "x"}, 1, "x"), ({1: "x"}, "1", "x"), ({"01": "x"}, 1, None), (["a", "b"], "1", "b"), (["a"], -1, None),
        ("xyz", 0, "x"), ("xyz", -1, "z"), ("xyz", "1", "y"), ("xyz", 9, ""), (5, 0, None), (None, "a", None),
        (True, "a", None), (BAG, "sku", "24-WB04"), (BAG, "category", Ref("category", 3)), ({"a": 1}, [1], None),
        ({"": 1}, None, 1),
    ],
)  # fmt: skip
def test_reading_an_item(container: object, key: object, wanted: object) -> None:
    assert values.item(container, key) == wanted


def test_a_text_has_no_named_field() -> None:
    with pytest.raises(ValueFault, match="has no fields"):
        values.item("abc", "name")
    assert not values.has_item("abc", "name")
    assert values.has_item("abc", 2)
    assert not values.has_item("abc", 3)


def test_null_under_a_key_is_not_set() -> None:
    assert not values.has_item({"a": None}, "a")


@pytest.mark.parametrize(
    ("container", "keys", "json"),
    [
        ("str", ["a"], '{"0":"str","a":1}'), (None, [values.APPEND, "k"], '[{"k":1}]'), (3, ["a"], '{"0":3,"a":1}'),
        (["a", "b"], [1], '["a",1]'), (["a"], [1], '["a",1]'), (["a"], [5], '{"0":"a","5":1}'),
        ({"1": "x"}, [1], '{"1":1}'), ({"5": "x"}, [values.APPEND], '{"5":"x","6":1}'),
        ({-5: "x"}, [values.APPEND], '{"-5":"x","-4":1}'), ({"x": {"y": 2}}, ["x", "z"], '{"x":{"y":2,"z":1}}'),
    ],
)  # fmt: skip
def test_setting_an_item(container: object, keys: list[object], json: str) -> None:
    assert values.json_encode(values.assign_item(container, keys, 1)) == json


def test_a_key_inside_a_scalar_below_the_top_is_a_fault() -> None:
    with pytest.raises(ValueFault, match="inside a text"):
        values.assign_item({"a": "text"}, ["a", "b"], 1)


@pytest.mark.parametrize(
    ("value", "json"),
    [
        ('é/"<', '"\\u00e9\\/\\"<"'), ("😀", '"\\ud83d\\ude00"'), ({}, "[]"), ({"0": 1, "1": 2}, "[1,2]"),
        ({"1": 1}, '{"1":1}'), (1.0, "1"), (0.1 + 0.2, "0.30000000000000004"), (1e20, "1.0e+20"), (1e-10, "1.0e-10"),
        (None, "null"), (math.inf, ""), ("\x01\n", '"\\u0001\\n"'),
        (BAG, '{"sku":"24-WB04","price":36,"category":null}'),
    ],
)  # fmt: skip
def test_json_is_that_of_php(value: object, json: str) -> None:
    assert values.json_encode(value) == json


def test_json_flags_are_phps() -> None:
    assert values.json_encode("é/", 64 | 256) == '"é/"'
    assert values.json_encode({"a": [1]}, 128) == '{\n    "a": [\n        1\n    ]\n}'


def test_a_value_that_holds_itself_ends() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert values.json_encode(loop) == ""
    with pytest.raises(ValueFault, match="too deeply"):
        values.loose_equal(loop, [[[loop]]])


@pytest.mark.parametrize(("value", "length"), [(None, 0), ("", 1), ([], 0), ([1, 2], 2), ({"a": 1}, 1), (BAG, 3)])
def test_counting(value: object, length: int) -> None:
    assert values.count(value) == length


def test_foreach_walks_the_cast_of_a_scalar() -> None:
    assert values.entries("") == [(0, "")]
    assert values.entries(None) == []
    assert values.entries({"1": "a", "b": "c"}) == [(1, "a"), ("b", "c")]


def test_in_array_is_loose() -> None:
    assert values.contains("2", [1, 2])
    assert values.contains(None, [0])
    assert values.contains(1, 1)
    assert not values.contains("x", None)
