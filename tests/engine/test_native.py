"""The compiled functions give what their twins in Python give, for every value; and nothing else happens."""

from __future__ import annotations

import math
import random
import sys
import tracemalloc
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine import native
from dovetail.engine.modifiers.numbers import number_format
from dovetail.engine.values import to_text
from tests.engine.native_module import configured
from tests.engine.native_values import FLOATS, INTEGERS, LAW, PLAIN, STRANGE, TEXTS, Pieces, Word, result

pytestmark = pytest.mark.external("cc")


@pytest.fixture(scope="module")
def compiled() -> ModuleType:
    return configured()


class TestOneValue:
    @LAW
    @given(value=PLAIN | STRANGE)
    def test_html_and_text_print_the_same(self, compiled: ModuleType, value: object) -> None:
        assert result(compiled.html, value) == result(native.html_in_python, value)
        assert result(compiled.text, value) == result(native.text_in_python, value)

    @LAW
    @given(value=PLAIN)
    def test_a_plain_value_is_printed_as_the_engine_does(self, compiled: ModuleType, value: object) -> None:
        assert compiled.text(value) == to_text(value)

    @LAW
    @given(text=TEXTS)
    def test_a_text_without_anything_to_escape_is_given_back_itself(self, compiled: ModuleType, text: str) -> None:
        clean = text.translate(dict.fromkeys(map(ord, "&<>\"'")))
        assert compiled.html(clean) is clean
        assert native.html_in_python(clean) is clean
        assert compiled.text(text) is text

    def test_every_character_is_escaped_as_php_does_wherever_it_stands(self, compiled: ModuleType) -> None:
        entities = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}
        for fill in ("a", "é", "€", "😀"):
            for size in range(36):
                for at in range(size + 1):
                    before, after = fill * at, fill * (size - at)
                    for char, entity in entities.items():
                        assert compiled.html(before + char + after) == before + entity + after
        for code in range(0x300):
            char = chr(code)
            for text in (char, char * 9, char * 17, char + "\u0400", char + "😀"):
                assert compiled.html(text) == "".join(entities.get(each, each) for each in text)

    def test_floats_of_few_digits_have_phps_text(self, compiled: ModuleType) -> None:
        dice = random.Random(4)
        for _ in range(30_000):
            value = round(dice.uniform(-1, 1) * 10 ** dice.randint(-4, 16), dice.randint(0, 6))
            assert compiled.text(value) == to_text(value), value
        for value in (0.0, -0.0, 1e10, 99999999999999.0, 0.001, 0.0005, math.inf, -math.inf, math.nan, 5e-324):
            assert compiled.text(value) == to_text(value)


class TestNumberFormat:
    @LAW
    @given(
        value=FLOATS | INTEGERS | st.booleans() | STRANGE,
        decimals=st.integers(-2, 16) | st.sampled_from([2, True, 2.0, None, "2", 10**30]),
        point=st.sampled_from([",", ".", "", "€", "\0", "·\0", "😀", "x" * 9]) | TEXTS,
        thousands=st.sampled_from([",", ".", "", "&nbsp;", "\u202f", "\0", "0"]) | TEXTS,
    )
    def test_it_is_the_modifier(
        self, compiled: ModuleType, value: object, decimals: object, point: str, thousands: str
    ) -> None:
        expected = result(number_format, value, decimals, point, thousands)
        assert result(compiled.number_format, value, decimals, point, thousands) == expected
        assert result(native.number_format_in_python, value, decimals, point, thousands) == expected

    def test_it_rounds_as_the_modifier_at_and_beside_every_half(self, compiled: ModuleType) -> None:
        dice = random.Random(5)
        for _ in range(8_000):
            places = dice.randint(0, 14)
            half = (dice.randint(0, 10 ** dice.randint(0, 15)) + 0.5) / 10.0**places
            for value in (half, -half, math.nextafter(half, math.inf), math.nextafter(half, 0.0)):
                assert compiled.number_format(value, places, ",", ".") == number_format(value, places, ",", "."), value

    @pytest.mark.parametrize(
        ("value", "decimals", "shown"),
        [
            (1.005, 2, "1,01"),
            (1234567.891, 2, "1.234.567,89"),
            (-0.004, 2, "0,00"),
            (-0.5, 0, "-1"),
            (0.0, 2, "0,00"),
            (999.995, 2, "1.000,00"),
            (1234, 2, "1.234,00"),
            (0, 0, "0"),
            (12.5, 2, "12,50"),
        ],
    )
    def test_it_groups_and_rounds(self, compiled: ModuleType, value: float, decimals: int, shown: str) -> None:
        assert compiled.number_format(value, decimals, ",", ".") == shown


class TestJoin:
    @LAW
    @given(
        pieces=st.one_of(
            st.lists(TEXTS | st.just(Word("a&€")), max_size=12),
            st.lists(st.binary(max_size=40), max_size=12),
            st.lists(st.sampled_from(["", "a", "é€", "😀"]), min_size=60, max_size=140),
            st.lists(TEXTS, max_size=3).map(Pieces),
            st.just(("a", "b")),
        ),
        limit=st.sampled_from([1_000_000, 100, 20, 1, 0, -1, sys.maxsize, True, "9"]),
    )
    def test_it_joins_as_its_twin(self, compiled: ModuleType, pieces: list[str], limit: int) -> None:
        assert result(compiled.join, pieces, limit) == result(native.join_in_python, pieces, limit)

    @pytest.mark.parametrize("pieces", [["a", b"b"], [b"a", "b"], ["a", 1], [None], [b"a", 1.5], [["a"]]])
    def test_pieces_of_different_kinds_are_refused(self, compiled: ModuleType, pieces: list[str]) -> None:
        assert result(compiled.join, pieces, 100) is TypeError
        assert result(native.join_in_python, pieces, 100) is TypeError

    def test_the_limit_is_looked_at_before_memory_is_taken(self, compiled: ModuleType) -> None:
        piece = "x" * 1_000_000
        tracemalloc.start()
        try:
            with pytest.raises(OverflowError):
                compiled.join([piece] * 100_000, 10**9)
            assert tracemalloc.get_traced_memory()[1] < 5_000_000
        finally:
            tracemalloc.stop()
