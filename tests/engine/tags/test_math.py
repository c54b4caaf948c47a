"""`{math}`: PHP's arithmetic behind an own parser. Smarty's outputs stand in tests/conformance (group math)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine.tags.math_equation import LONGEST, calculate, tokens
from dovetail.errors import DovetailError, RenderError, ValueFault
from tests.engine.shop import Shop, engine
from tests.engine.tags.rendering import render, rendered


@pytest.mark.parametrize(
    ("equation", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 4", "2.5"),
        ("17 % 5 * 2", "4"),
        ("6 ^ 3", "5"),
        ("1 + 2 ^ 1", "2"),
        ("0x1F + 1", "32"),
        ("010", "8"),
        ("1 2", "12"),
        ("max(1, 5, 3)", "5"),
        ("max(1,5)", "5"),
        ("min(2.5, 1.5)", "1.5"),
        ("round(2.345, 2)", "2.35"),
        ("pow(2, 10)", "1024"),
        ("abs(1 - 5)", "4"),
        ("ceil(1.2) + floor(1.8)", "3"),
        ("sqrt(2)", "1.4142135623731"),
        ("log(8, 2)", "3"),
        ("9223372036854775807 + 1", "9.2233720368548E+18"),
        ("99999999999999999999999999", "1.0E+26"),
        ("deg2rad(180) - pi()", "0"),
    ],
)
def test_equations_give_what_php_gives(equation: str, result: str) -> None:
    assert rendered(f"{{math equation='{equation}'}}") == result


@pytest.mark.parametrize(
    ("equation", "result"),
    [
        ("sqrt(0 - 1)", "NAN"),
        ("acos(2)", "NAN"),
        ("log(0)", "-INF"),
        ("log10(0 - 1)", "NAN"),
        ("exp(1000)", "INF"),
        ("sinh(0 - 1000)", "-INF"),
        ("atanh(1)", "INF"),
        ("pow(9, pow(9, 9))", "INF"),
        ("floor(exp(1000))", "INF"),
    ],
)
def test_what_has_no_number_is_nan_or_infinite_and_quick(equation: str, result: str) -> None:
    started = time.perf_counter()
    assert rendered(f"{{math equation='{equation}'}}") == result
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        "equation=''",
        "equation='-x' x=1",
        "equation='x - -y' x=1 y=2",
        "equation='2 ** 3'",
        "equation='(1'",
        "equation='1)'",
        "equation='1;2'",
        "equation='`ls`'",
        "equation='x.y' x=1",
        "equation='x + y' x=1",
        "equation='x' x='one'",
        "equation='x' x=''",
        "equation='x' x=null",
        "equation='x' x=true",
        "equation='phpinfo()'",
        "equation='__import__(1)'",
        "equation='1e3'",
    ],
)
def test_what_smarty_warns_of_is_empty_and_noted(attributes: str) -> None:
    result = render(f"[{{math {attributes}}}]")
    assert result == "[]"
    assert any("`{math}` shows nothing" in note for note in result.report.notes)


@pytest.mark.parametrize(
    ("equation", "message"),
    [
        ("1 / 0", "Division by zero"),
        ("5 % 0", "Modulo by zero"),
        ("1,5 + 1", "goes on with `,`"),
        ("2(3)", "goes on with `(`"),
        ("()", "no value"),
        ("abs", "no value"),
        ("x(1)", "goes on with `(`"),
        ("max(1)", "takes 2 or more values"),
        ("pow(1)", "takes 2 values"),
        ("pi(1)", "takes 0 values"),
        ("int(3)", "no function `int`"),
        ("rand(1, 6)", "`rand` is not available"),
        ("srand(1)", "`srand` is not available"),
        ("08", "octal"),
        ("log(2, 0)", "base of a logarithm"),
    ],
)
def test_what_ends_in_a_php_error_is_an_error_with_its_place(equation: str, message: str) -> None:
    with pytest.raises(RenderError) as caught:
        rendered(f"\n{{math equation='{equation}' x=1}}")
    assert message in caught.value.diagnostic.message
    assert caught.value.diagnostic.headline().startswith("template:2:")


def test_numbers_come_from_attributes_also_as_text() -> None:
    data = {"price": "9.95", "count": 3}
    assert rendered("{math equation='price * count' price=$price count=$count}", data) == "29.85"


def test_a_function_s_name_may_be_a_variable() -> None:
    assert rendered("{math equation='max + 1' max=4}") == "5"


def test_the_result_is_formatted_or_assigned() -> None:
    assert rendered("{math equation='10 / 3' format='%.2f'}") == "3.33"
    assert rendered("{math equation='10 / 4' assign=q}[{$q + 1}]") == "[3.5]"
    assert rendered("{math equation='1' format='%03d' assign=q}[{$q}]") == "[001]"


def test_a_pattern_of_a_billion_characters_is_an_error() -> None:
    with pytest.raises(RenderError):
        rendered("{math equation='1' format='%0999999999d'}")


def test_long_and_deep_equations_are_errors() -> None:
    with pytest.raises(RenderError, match="longer than"):
        rendered("{math equation=$e}", {"e": "1+" * LONGEST + "1"})
    with pytest.raises(RenderError, match="nests more than"):
        rendered("{math equation=$e}", {"e": "(" * 500 + "1" + ")" * 500})


@given(st.text(alphabet="0123456789x.,+-*/%^()abspowmin \t√é`$", max_size=40))
def test_no_text_does_worse_than_a_fault(text: str) -> None:
    try:
        found = tokens(text)
        result: object = None if found is None else calculate(found, {"x": 2})
    except ValueFault as fault:
        result = fault
    assert result is None or isinstance(result, (int, float, ValueFault))


@given(st.integers(0, 999), st.integers(0, 999), st.integers(1, 999), st.sampled_from("+-*"))
def test_whole_numbers_calculate_as_in_python(a: int, b: int, c: int, sign: str) -> None:
    sums = {"+": a + b * c, "-": a - b * c, "*": a * b * c}
    assert calculate(tokens(f"{a} {sign} {b} * {c}") or [], {}) == sums[sign]


def test_a_live_number_is_asked_for_and_its_result_waited_for() -> None:
    shop = Shop()
    text = "{math equation='x * 2' x=$myshop.product.$n.price assign=twice}{$myshop.product.$twice.title nofilter}"
    assert str(engine(shop).from_string(text).render({"n": 2})) == "P<6>"
    asked = [ask.key for asks in shop.rounds for ask in asks]
    assert asked == [2, 6]


def test_an_error_shows_no_value_of_the_data() -> None:
    with pytest.raises(DovetailError) as caught:
        rendered("{math equation='secret / 0' secret=$s}", {"s": 424242})
    assert "424242" not in str(caught.value)
