"""`{math}`: calculates an equation with numbers given as attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dovetail.engine.modifiers.arguments import LARGEST
from dovetail.engine.modifiers.sprintf import sprintf
from dovetail.engine.tags.functions import tag_function
from dovetail.engine.tags.math_equation import KNOWN, Number, calculate, names, tokens
from dovetail.engine.values import to_text, truth
from dovetail.engine.values.numbers import numeric
from dovetail.engine.values.plain import plain

if TYPE_CHECKING:
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime

_OWN = ("equation", "format", "assign")


def _variables(given: Mapping[str, object]) -> dict[str, Number] | None:
    """The numbers by name; None when one of the attributes is no number."""
    found: dict[str, Number] = {}
    for name, value in given.items():
        if name in _OWN:
            continue
        value = plain(value)
        number = numeric(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return None
        found[name] = number
    return found


def _note(rt: Runtime, reason: str) -> str:
    rt.notes[f"`{{math}}` shows nothing: {reason}"] = None
    return ""


@tag_function("math")
def math(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {math}. What Smarty warns of and leaves empty is empty here, and noted in the report.

    Raises:
        ValueFault: what ends in an error of PHP: a division by zero, an equation that does not end well,
            a pattern that does not fit; and `rand`, which we refuse.
    """
    equation = to_text(given.get("equation"))
    if not truth(equation):
        return _note(rt, "it has no `equation`")
    found = tokens(equation)
    if found is None:
        return _note(rt, "the equation has other characters than an equation may have, or a sign before a value")
    variables = _variables(given)
    if variables is None:
        return _note(rt, "one of the attributes is no number")
    if any(name not in variables and name not in KNOWN for name in names(found)):
        return _note(rt, "a name in the equation is no attribute and no function")
    result: object = calculate(found, variables)
    if truth(given.get("format")):
        result = sprintf(to_text(given["format"]), (result,), LARGEST)
    if truth(given.get("assign")):
        frame.variables[to_text(given["assign"])] = result
        return ""
    return to_text(result)
