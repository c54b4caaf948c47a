"""The compiled functions keep nothing, and let go of nothing that is not theirs."""

from __future__ import annotations

import gc
import sys
import tracemalloc

import pytest

from dovetail.engine.modifiers.numbers import number_format
from dovetail.engine.values import to_text
from tests.engine.native_module import configured, unconfigured
from tests.engine.native_values import Word, result

pytestmark = pytest.mark.external("cc")


def test_nothing_is_leaked_and_no_reference_lost() -> None:
    compiled = configured()
    words = ["".join(["clean ", "text"]), "a&b" * 30, "é<", "€" * 40 + "'", '😀"', "x" * 200]
    strange: list[object] = [*words, 10**25, -5, 1e300, 12.5, None, True, [], "\ud800", Word("w")]
    key, missing = "".join(["k", "ey"]), "".join(["miss", "ing"])
    point, thousands = "".join(["&", "#44;"]), "".join(["&", "nbsp;"])
    rows: list[dict[str, object]] = [{key: value} for value in strange]

    def round_trip() -> None:
        for encode in (False, True):
            for path in ((key,), (missing,), (key, key)):
                fill = compiled.Filler(("<", "é", ">"), "ht", (path, ()), encode=encode, limit=150)
                for row, value in zip(rows, strange, strict=True):
                    result(fill, row, value)
                    result(fill, row)
            over = compiled.Filler(
                ("<", "é", "|", ">"),
                "hnh",
                ((key,), (), (key,)),
                encode=encode,
                limit=15_000,
                items="ioi",
                formats=((2, point, thousands),),
            )
            for row, value in zip(rows, strange, strict=True):
                for number in (1234.5, 1e300, 10**25, -5, value):
                    result(over.over, [row] * 70, number)
                    result(over.over, rows, number)
                    result(over.over, [row, {}], number)
            result(compiled.Filler(("", ""), "n", ((),), formats=((2, "€", thousands),), encode=encode), 1234.5)
            result(compiled.Filler, ("", ""), "n", ((),), formats=((2, point, thousands), 1))
            result(compiled.Filler, ("", ""), "n", ((),), formats=((2, point, 1),))
            result(compiled.Filler, ("\ud800", ""), "h", ((key,),), encode=encode)
            result(compiled.Filler, ("", ""), "h", ((key, 1),), encode=encode)
            result(compiled.Filler(("a",) * 101, "h" * 100, ((),) * 100, encode=encode), *words[:1] * 100)
        for value in strange:
            result(compiled.html, value)
            result(compiled.text, value)
            result(compiled.number_format, value, 2, words[2], words[3])
            result(compiled.number_format, value, 2, ",", ".")
            result(compiled.join, [*words, value], 10_000)
            result(compiled.join, [value], 10)
            result(compiled.join, [b"a", value], 10)

    def counts() -> list[int]:
        # Of None, True and small numbers everybody holds references.
        own = [each for each in strange if each not in (None, True, -5)]
        return [sys.getrefcount(each) for each in (*own, *rows, key, missing, point, thousands, to_text, number_format)]

    for _ in range(5):
        round_trip()
    gc.collect()
    before = counts()
    tracemalloc.start()
    try:
        round_trip()
        gc.collect()
        base = tracemalloc.get_traced_memory()[0]
        for _ in range(50):
            round_trip()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - base
    finally:
        tracemalloc.stop()
    assert counts() == before
    assert grown < 2_000


def fillers() -> int:
    gc.collect()
    return sum(type(each).__name__ == "Filler" for each in gc.get_objects())


def test_a_module_can_be_loaded_many_times_and_is_freed() -> None:
    before = fillers()  # those of templates that other tests compiled
    for _ in range(20):
        module = unconfigured()
        module.configure(lambda value: "x", number_format)
        assert module.Filler(("", ""), "h", ((),))(1e300) == "x"
        del module
    assert fillers() <= before
