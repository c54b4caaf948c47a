"""PHP's sprintf."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from dovetail.engine.values import to_float, to_int, to_text
from dovetail.engine.values.numbers import float_text
from dovetail.engine.values.plain import from_bytes, to_bytes
from dovetail.errors import ValueFault

_DIRECTIVE = re.compile(
    r"%(?:(?P<position>[0-9]+)\$)?(?P<flags>(?:[-+ 0]|'.)*)(?P<width>[0-9]*)(?:\.(?P<precision>[0-9]*))?l?(?P<kind>.?)",
    re.DOTALL,
)


def sprintf(format: str, values: Sequence[object], largest: int) -> str:  # noqa: A002  # PHP's name
    """The values in a pattern.

    Raises:
        ValueFault: too few values, an unknown directive, or a result above `largest` characters.
    """
    parts: list[str] = []
    at = following = size = 0
    while True:
        mark = format.find("%", at)
        if mark == -1:
            parts.append(format[at:])
            return "".join(parts)
        parts.append(format[at:mark])
        found = _DIRECTIVE.match(format, mark)
        assert found is not None  # every part but the percent sign is optional
        at = found.end()
        if found["kind"] == "%":
            parts.append("%")
            continue
        if found["position"] is not None:
            index = int(found["position"][:9]) - 1
            if index < 0:
                raise ValueFault("The first value of a pattern is number 1.", "write %1$s for it")
        else:
            index, following = following, following + 1
        if found["kind"] not in _KINDS or not found["kind"]:
            raise ValueFault(f"The pattern has an unknown directive: %{found['kind']}.", "write %% for a percent sign")
        if index >= len(values):
            raise ValueFault(
                f"The pattern asks for {index + 1} values and there is {len(values)}.",
                "use one % directive, and %% for a percent sign",
            )
        width = int(found["width"][:9] or 0)
        if width > largest:
            raise ValueFault(f"The pattern is wider than {largest:,} characters.", "use a smaller width")
        part = _directive(found, values[index], width)
        size += len(part)
        if size > largest:
            raise ValueFault(f"The pattern makes more than {largest:,} characters.", "use smaller widths")
        parts.append(part)


def _directive(found: re.Match[str], value: object, width: int) -> str:
    padding, left, plus = " ", False, False
    flags = found["flags"]
    at = 0
    while at < len(flags):
        char = flags[at]
        if char == "'":
            at += 1
            padding = flags[at]
        elif char == "-":
            left = True
        elif char == "+":
            plus = True
        else:
            padding = char
        at += 1
    precision = None if found["precision"] is None else min(int(found["precision"][:9] or 0), 500)
    kind = found["kind"]
    text = _KINDS[kind](value, precision)
    if plus and kind in "deEfFgG" and not text.startswith("-"):
        text = f"+{text}"
    missing = width - (len(text) if text.isascii() else len(to_bytes(text)))
    if missing <= 0:
        return text
    if left:
        return text + padding * missing
    if padding == "0" and kind in "deEfFgG" and text[:1] in "+-":
        return text[0] + padding * missing + text[1:]
    return padding * missing + text


def _string(value: object, precision: int | None) -> str:
    text = to_text(value)
    return text if precision is None else from_bytes(to_bytes(text)[:precision])


def _fixed(value: object, precision: int | None) -> str:
    number = to_float(value)
    if not math.isfinite(number):
        return "nan" if number != number else "-inf" if number < 0 else "inf"
    return f"{number:.{6 if precision is None else min(precision, 53)}f}"


def _scientific(value: object, precision: int | None) -> str:
    number = to_float(value)
    if not math.isfinite(number):
        return _fixed(number, None)
    mantissa, _, power = f"{number:.{6 if precision is None else min(precision, 53)}e}".partition("e")
    return f"{mantissa}e{power[0]}{power[1:].lstrip('0') or '0'}"


def _general(value: object, precision: int | None) -> str:
    number = to_float(value)
    if not math.isfinite(number):
        return _fixed(number, None)
    return float_text(number, 6 if precision is None else max(1, min(precision, 53)), "e")


def _unsigned(value: object) -> int:
    return to_int(value) % 2**64


_KINDS: Mapping[str, Callable[[object, int | None], str]] = {
    "s": _string,
    "d": lambda value, _: str(to_int(value)),
    "u": lambda value, _: str(_unsigned(value)),
    "f": _fixed,
    "F": _fixed,
    "e": _scientific,
    "E": lambda value, precision: _scientific(value, precision).upper(),
    "g": _general,
    "G": lambda value, precision: _general(value, precision).upper(),
    "x": lambda value, _: f"{_unsigned(value):x}",
    "X": lambda value, _: f"{_unsigned(value):X}",
    "o": lambda value, _: f"{_unsigned(value):o}",
    "b": lambda value, _: f"{_unsigned(value):b}",
    "c": lambda value, _: from_bytes(bytes((to_int(value) % 256,))),
}
