"""Long texts are put among the constants of what Python compiled without them."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from dovetail.engine import native
from dovetail.engine.compiler.texts import SHORT, Generated, Texts
from dovetail.engine.environment import Engine

LONG = 'It\'s a "long" text\nof {braces}, \\n, %s, € and \0, ' * 3


def ran(generated: Generated) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(generated.compiled("<texts>"), names)
    return names


def made(lines: str, *given: str | bytes) -> Generated:
    known = Texts()
    return Generated(lines.format(*(known.literal(text) for text in given)), known.texts)


@pytest.mark.parametrize(
    "lines",
    [
        "a = {0}\nb = {1}",
        "def f():\n    return {0}, {1}\na, b = f()",
        "def f(x):\n    return (\n        {0}\n        f\"{{x}}\"\n        {1}\n    )\na, b = {2}, f('-')",
    ],
)
def test_the_code_has_them_and_so_has_what_people_read(lines: str) -> None:
    generated = made(lines, LONG, LONG.upper(), LONG.encode())
    read = dict[str, object]()
    exec(generated.text(), read)
    found = ran(generated)
    assert (found["a"], found["b"]) == (read["a"], read["b"])
    assert "text " not in repr(found["a"])
    assert repr(LONG) in generated.text()
    assert repr(LONG) not in generated.brief


def test_short_ones_are_written_out() -> None:
    known = Texts()
    assert known.literal("x" * SHORT) == repr("x" * SHORT)
    assert known.literal("x" * (SHORT + 1)) != repr("x" * (SHORT + 1))


def test_where_python_joins_constants_they_are_written_out_too() -> None:
    # Two literals side by side are one to Python, which then knows neither word.
    assert ran(made("a = {0} {1}", LONG, LONG.upper()))["a"] == LONG + LONG.upper()


@pytest.mark.parametrize("compiled", sorted({False, native.COMPILED}))
def test_the_source_of_a_template_shows_its_texts(compiled: bool) -> None:
    shown = LONG.replace("{", "{ ")
    with patch.object(native, "COMPILED", compiled):
        template = Engine().from_string(f"{shown}{{$a}}{shown}")
        assert repr(shown) in template.program.quick.text()
    assert template.render(a="-") == f"{shown}-{shown}"
