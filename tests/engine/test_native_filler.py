"""The compiled filler fills as its twin in Python does, once and for every item of a list."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dovetail.engine import native
from dovetail.engine.modifiers.numbers import number_format
from tests.engine.native_module import configured, unconfigured
from tests.engine.native_values import LAW, NUMBERS, PLAIN, STRANGE, TEXTS, Pieces, Result, Word, result

pytestmark = pytest.mark.external("cc")

FORMATS = st.tuples(
    st.integers(0, 14),
    st.sampled_from([",", ".", "", "€", "\0", "\ud800", "x" * 9]) | st.text(max_size=9),
    st.sampled_from([".", ",", "", " ", "\u202f", "&nbsp;", "\0", "😀"]) | st.text(max_size=9),
)
KEYS = st.sampled_from(["a", "b", "name", "é", "€", "", "\ud800"])
PATHS = st.lists(KEYS, max_size=3).map(tuple)


Filling = tuple[list[object], dict[str, object], list[object]]


def nested(path: tuple[str, ...], value: object) -> object:
    """Dictionaries through which the path leads to the value."""
    for key in reversed(path):
        value = {key: value, "other": 1}
    return value


@pytest.fixture(scope="module")
def compiled() -> ModuleType:
    return configured()


@st.composite
def fillings(draw: st.DrawFn) -> Filling:
    """The parts of a filler, its settings, and values for it; now and then something is missing or strange."""
    count = draw(st.sampled_from([0, 1, 2, 3, 5, 70]))
    texts = tuple(draw(st.lists(TEXTS, min_size=count + 1, max_size=count + 1))) if count < 9 else ("é",) * (count + 1)
    kinds = "".join(draw(st.lists(st.sampled_from("htn"), min_size=count, max_size=count)))
    paths = tuple(draw(st.lists(PATHS, min_size=count, max_size=count)))
    formats = tuple(draw(FORMATS) if at < 4 else (2, ",", ".") for at in range(kinds.count("n")))
    shown = draw(st.lists(NUMBERS if "n" in kinds else PLAIN, min_size=3, max_size=3))
    values: list[object] = []
    for at, (kind, path) in enumerate(zip(kinds, paths, strict=True)):
        values.append(nested(path, draw(NUMBERS if kind == "n" else PLAIN) if count < 9 else shown[at % 3]))
    if count and draw(st.integers(0, 4)) == 0:
        values[draw(st.integers(0, count - 1))] = draw(st.one_of(STRANGE, st.just({}), st.just({"a": {}})))
    if draw(st.integers(0, 15)) == 0:
        values.append("one more")
    limit = draw(st.sampled_from([1_000_000, 1_000_000, 0, 1, 20, 60, 200]))
    return [texts, kinds, paths], {"encode": draw(st.booleans()), "limit": limit, "formats": formats}, values


@st.composite
def fillings_over(draw: st.DrawFn) -> Filling:
    """The parts of a filler for items, its settings, and a list with others for it."""
    count = draw(st.sampled_from([0, 1, 2, 3, 5, 70]))
    texts = tuple(draw(st.lists(TEXTS, min_size=count + 1, max_size=count + 1))) if count < 9 else ("é",) * (count + 1)
    kinds = "".join(draw(st.lists(st.sampled_from("hhtn"), min_size=count, max_size=count)))
    letters = "".join(draw(st.lists(st.sampled_from("io"), min_size=count, max_size=count)))
    formats = tuple((2, draw(st.sampled_from([",", "€"])), ".") for _ in range(kinds.count("n")))
    # An item has a field for each kind, which only one path leads to: an item is a single value or a row.
    rows = draw(st.booleans())
    paths = tuple((f"{kind}{at % 7}",) if rows else () for at, kind in enumerate(kinds))
    plain, numbers = draw(st.lists(PLAIN, min_size=7, max_size=7)), draw(st.lists(NUMBERS, min_size=7, max_size=7))
    pool: list[object] = []
    if rows:
        for turn in range(7):
            cells = {f"{kind}{at}": plain[(at + turn) % 7] for kind in "ht" for at in range(7)}
            pool.append(cells | {f"n{at}": numbers[(at + turn) % 7] for at in range(7)})
    else:
        pool += numbers if "n" in kinds else plain
    if draw(st.integers(0, 4)) == 0:
        pool[draw(st.integers(0, 6))] = draw(st.one_of(STRANGE, st.just({})))
    items: object = [pool[at % 7] for at in range(draw(st.sampled_from([0, 1, 2, 3, 7, 8, 40, 63, 64, 65, 200])))]
    others: list[object] = [
        nested(path, draw(NUMBERS if kind == "n" else PLAIN))
        for kind, path, letter in zip(kinds, paths, letters, strict=True)
        if letter == "o"
    ]
    if others and draw(st.integers(0, 6)) == 0:
        others[draw(st.integers(0, len(others) - 1))] = draw(STRANGE)
    if draw(st.integers(0, 15)) == 0:
        others.append("one more")
    if draw(st.integers(0, 15)) == 0:
        items = draw(st.sampled_from([(), None, Pieces(), "ab"]))
    limit = draw(st.sampled_from([1_000_000, 1_000_000, 1_000_000, 0, 20, 200, 1_000]))
    named = {"encode": draw(st.booleans()), "limit": limit, "formats": formats, "items": letters}
    return [texts, kinds, paths], named, [items, *others]


class TestFiller:
    @settings(LAW, max_examples=600)
    @given(filling=fillings())
    def test_it_fills_as_its_twin(self, compiled: ModuleType, filling: Filling) -> None:
        parts, named, values = filling
        expected = result(native.FillerInPython, *parts, **named)
        given = result(compiled.Filler, *parts, **named)
        if isinstance(expected, type) or isinstance(given, type):
            assert given is expected
            return
        fill, twin = given[1], expected[1]
        assert callable(fill)
        assert callable(twin)
        assert result(fill, *values) == result(twin, *values)

    @settings(LAW, max_examples=600)
    @given(filling=fillings_over())
    def test_it_fills_for_every_item_as_its_twin(self, compiled: ModuleType, filling: Filling) -> None:
        parts, named, values = filling
        expected = result(native.FillerInPython, *parts, **named)
        given = result(compiled.Filler, *parts, **named)
        if isinstance(expected, type) or isinstance(given, type):
            assert given is expected
            return
        fill, twin = given[1], expected[1]
        over = result(fill.over, *values)  # type: ignore[attr-defined]
        assert over == result(twin.over, *values)  # type: ignore[attr-defined]

    @LAW
    @given(value=NUMBERS | STRANGE | st.booleans(), form=FORMATS, encode=st.booleans())
    def test_a_number_is_written_as_number_format_does(
        self, compiled: ModuleType, value: object, form: tuple[int, str, str], encode: bool
    ) -> None:
        expected: Result = TypeError
        if type(value) in (int, float):
            expected = result(number_format, value, *form)
            if encode and not isinstance(expected, type):
                expected = result(str(expected[1]).encode)
        for make in (compiled.Filler, native.FillerInPython):
            assert result(make(("", ""), "n", ((),), formats=(form,), encode=encode), value) == expected

    def test_the_longest_numbers_have_place_for_every_length_of_their_separators(self, compiled: ModuleType) -> None:
        for point in range(11):
            for thousands in range(11):
                for decimals in range(15):
                    form = decimals, "p" * point, "t" * thousands
                    fill = compiled.Filler(("", "|", "|", ""), "nnn", ((),) * 3, formats=(form,) * 3)
                    values = 10**15 - 1, -(10**15) + 1, -99999999999.0
                    assert fill(*values) == "|".join(number_format(value, *form) for value in values)

    @pytest.mark.parametrize(
        ("parts", "named"),
        [
            ((("a",), "h", ((),)), {}),
            ((("a", "b"), "h", ()), {}),
            ((("a", "b"), "", ((),)), {}),
            (((), "", ()), {}),
            ((("a", "b"), "x", ((),)), {}),
            ((("a", b"b"), "h", ((),)), {}),
            ((("a", Word("b")), "h", ((),)), {}),
            ((("a", "b"), "h", (("k", 1),)), {}),
            ((("a", "b"), "h", (["k"],)), {}),
            ((("a", "b"), "h", ((Word("k"),),)), {}),
            ((("a",), "", ()), {"limit": -1}),
            ((("a",), "", ()), {"limit": sys.maxsize}),
            ((("\ud800",), "", ()), {"encode": True}),
            ((("a", "b"), "n", ((),)), {}),
            ((("a", "b"), "h", ((),)), {"formats": ((2, ",", "."),)}),
            ((("a", "b"), "n", ((),)), {"formats": ((15, ",", "."),)}),
            ((("a", "b"), "n", ((),)), {"formats": ((-1, ",", "."),)}),
            ((("a", "b"), "n", ((),)), {"formats": ((10**30, ",", "."),)}),
            ((("a", "b"), "n", ((),)), {"formats": ((True, ",", "."),)}),
            ((("a", "b"), "n", ((),)), {"formats": ((2, ","),)}),
            ((("a", "b"), "n", ((),)), {"formats": ([2, ",", "."],)}),
            ((("a", "b"), "n", ((),)), {"formats": ((2, Word(","), "."),)}),
            ((("a", "b"), "n", ((),)), {"formats": ((2, ",", None),)}),
            ((("a", "b"), "h", ((),)), {"items": "x"}),
            ((("a", "b"), "h", ((),)), {"items": "ii"}),
            ((("a",), "", ()), {"items": "i"}),
        ],
    )
    def test_wrong_parts_are_refused(
        self, compiled: ModuleType, parts: tuple[object, ...], named: dict[str, object]
    ) -> None:
        expected = result(native.FillerInPython, *parts, **named)
        assert isinstance(expected, type)
        assert result(compiled.Filler, *parts, **named) is expected

    @pytest.mark.parametrize("form", ["compiled", "python"])
    def test_it_says_what_is_wrong(self, compiled: ModuleType, form: str) -> None:
        make = compiled.Filler if form == "compiled" else native.FillerInPython
        fill = make(("Dear ", "!"), "h", (("who", "name"),), limit=13)
        assert fill.limit == 13
        assert fill({"who": {"name": "A&B"}}) == "Dear A&amp;B!"
        with pytest.raises(OverflowError):
            fill({"who": {"name": "A&BC"}})
        with pytest.raises(KeyError, match="name"):
            fill({"who": {}})
        with pytest.raises(TypeError, match="no dict: list"):
            fill({"who": ["name"]})
        with pytest.raises(TypeError, match="no plain value: list"):
            fill({"who": {"name": []}})
        with pytest.raises(TypeError):
            fill()
        assert result(fill, who={}) is TypeError

    @pytest.mark.parametrize("form", ["compiled", "python"])
    def test_it_fills_for_every_item(self, compiled: ModuleType, form: str) -> None:
        make: Any = compiled.Filler if form == "compiled" else native.FillerInPython
        parts: tuple[object, ...] = (("<", " ", " at ", ">"), "hhn", (("name",), (), ("price",)))
        formats = ((2, ",", "."),)
        goods = [{"name": "A&B", "price": 1234.5}, {"name": "\u20ac", "price": 2}]
        shown = "<A&amp;B now at 1.234,50><\u20ac now at 2,00>"
        fill = make(*parts, formats=formats, items="ioi", limit=len(shown))
        assert fill.over(goods, "now") == shown
        assert make(*parts, formats=formats, items="ioi", encode=True).over(goods, "now") == shown.encode()
        assert fill.over([], "now") == ""
        assert make(*parts, formats=formats, items="ioi", encode=True).over([], "now") == b""
        with pytest.raises(OverflowError):
            fill.over(goods, "now!")
        with pytest.raises(KeyError, match="price"):
            fill.over([{"name": "A"}], "now")
        with pytest.raises(TypeError, match="takes 1 others, not 0"):
            fill.over(goods)
        with pytest.raises(TypeError, match="a list"):
            fill.over(tuple(goods), "now")
        with pytest.raises(TypeError, match="no number: str"):
            fill.over([{"name": "A", "price": "1"}], "now")
        with pytest.raises(TypeError, match="without items"):
            make(*parts, formats=formats).over(goods, "now")
        assert make(("a",), "", ()).over([None] * 200) == "a" * 200

    def test_a_list_that_changes_meanwhile_does_no_harm(self) -> None:
        module = unconfigured()
        items: list[object] = []

        def emptying(value: object) -> str:
            items.clear()
            gc.collect()
            return "x"

        def growing(value: object) -> str:
            items.extend(["".join(["a ", "row"])] * 100)
            return "x"

        def narrowing(value: object) -> str:
            del items[1:]
            return "€"

        for change, shown in (
            (emptying, "abx"),
            (growing, "abx" + "cd" * 99 + "a row" * 100),
            (narrowing, "ab€"),
        ):
            for encode in (False, True):
                module.configure(change, number_format)
                items[:] = ["".join(["a", "b"]), 1e300, *["".join(["c", "d"])] * 99]
                whole = module.Filler(("", ""), "h", ((),), items="i", encode=encode).over(items)
                assert whole == (shown.encode() if encode else shown)

    def test_what_is_written_first_may_be_narrower(self, compiled: ModuleType) -> None:
        wide = ["a" * 90, "é" * 70, "€&" * 70, "😀" * 300, "b"]
        for size in (1, 30, 64, 200):
            items = [item for item in wide for _ in range(size)]
            shown = "".join(native.html_in_python(item) + "|" for item in items)
            fill = compiled.Filler(("", "|"), "h", ((),), items="i")
            assert fill.over(items) == shown
            encoded = compiled.Filler(("", "|"), "h", ((),), items="i", encode=True)
            assert encoded.over(items) == shown.encode()

    def test_the_limit_of_items_is_looked_at_before_memory_is_taken(self, compiled: ModuleType) -> None:
        fill = compiled.Filler(("", ""), "h", ((),), items="i", limit=2_000_000)
        piece = "x" * 500_000
        tracemalloc.start()
        try:
            with pytest.raises(OverflowError):
                fill.over([piece] * 100_000)
            assert tracemalloc.get_traced_memory()[1] < 3_000_000
        finally:
            tracemalloc.stop()

    def test_every_character_is_encoded_as_python_does(self, compiled: ModuleType) -> None:
        edges = [0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF]
        plain, escaping = (compiled.Filler(("", ""), kind, ((),), encode=True) for kind in "th")
        for code in (*edges, *range(0, 0x110000, 251)):
            # In a text of its own width and in wider ones.
            for text in (chr(code), f"<{chr(code)}€", f"😀{chr(code)}&"):
                assert result(plain, text) == result(text.encode), text
                assert result(escaping, text) == result(native.html_in_python(text).encode), text

    def test_values_outlive_a_dict_that_the_text_of_a_float_empties(self) -> None:
        module = unconfigured()
        given: dict[str, object] = {"first": "".join(["long ", "text"] * 50), "second": 1e300, "third": "gone"}

        def emptying(value: object) -> str:
            given.clear()
            gc.collect()
            return "a float"

        module.configure(emptying, number_format)
        assert (
            module.Filler(("", "|", ""), "tt", (("first",), ("second",)))(given, given) == "long text" * 50 + "|a float"
        )
        given["second"] = 1e300
        with pytest.raises(KeyError):
            module.Filler(("", "", ""), "tt", (("second",), ("third",)))(given, given)

    def test_a_key_that_compares_in_python_does_no_harm(self, compiled: ModuleType) -> None:
        class Key(str):
            __slots__ = ()
            __hash__ = str.__hash__

            def __eq__(self, other: object) -> bool:
                outer.clear()
                inner.clear()
                return True

        inner: dict[str, object] = {Key("b"): "".join(["some ", "text"])}
        outer: dict[str, object] = {Key("a"): inner}
        fill = compiled.Filler(("", ""), "h", (("a", "b"),))
        assert result(fill, outer) in (KeyError, (str, "some text"))

    def test_what_to_text_raises_or_gives_amiss_is_an_error(self) -> None:
        module = unconfigured()
        fill = module.Filler(("", ""), "h", ((),))
        with pytest.raises(RuntimeError, match="configure"):
            module.html(1e300)
        with pytest.raises(RuntimeError, match="configure"):
            fill(1e300)
        with pytest.raises(RuntimeError, match="configure"):
            module.number_format(1e300, 2, ",", ".")
        with pytest.raises(TypeError):
            module.configure(None, None)
        module.configure(lambda value: b"no text", number_format)
        with pytest.raises(TypeError):
            fill(1e300)
        module.configure(lambda value: 1 // 0, number_format)
        with pytest.raises(ZeroDivisionError):
            fill(1e300)
