"""The equations of `{math}`: read with an own parser and calculated with PHP's arithmetic.

::

    sum      = product (("+" | "-") product)*         "^" binds less: PHP's exclusive or of whole numbers
    product  = value (("*" | "/" | "%") value)*
    value    = number | name | name "(" [xor ("," xor)*] ")" | "(" xor ")"

There is no sign before a value and no `**`: Smarty refuses both before it calculates.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dovetail.engine.modifiers.numbers import rounded
from dovetail.engine.values import add, bit_xor, divide, modulo, multiply, power, subtract, to_float, to_int, to_number
from dovetail.engine.values.plain import widen
from dovetail.errors import ValueFault

LONGEST = 2_000
_DEEPEST = 50
_LETTER = r"A-Za-z_\x7f-\U0010ffff"
_OPERATORS = frozenset("-,+/*^%")

Number = int | float
_Operation = Callable[[object, object], object]


@cache
def _token() -> re.Pattern[str]:
    """A piece of an equation. So many letters take milliseconds to prepare."""
    return re.compile(rf"0x[0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?|[{_LETTER}][0-9{_LETTER}]*|[-,+/*^%()]")


def tokens(text: str) -> list[str] | None:
    """The pieces of an equation; None for what Smarty refuses: other characters, signs, unbalanced brackets.

    The test is Smarty's own: values and brackets may follow each other, an operator stands between two.

    Raises:
        ValueFault: the equation is too long.
    """
    text = re.sub(r"[ \t\n\r\f\v]+", "", text)
    if len(text) > LONGEST:
        raise ValueFault(f"an equation is longer than {LONGEST:,} characters", "calculate it in steps, with `assign`")
    found: list[str] = []
    at = depth = 0
    before = ","
    while at < len(text):
        match = _token().match(text, at)
        if match is None:
            return None
        piece, at = match.group(), match.end()
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth -= 1
            if depth < 0 or before in _OPERATORS:
                return None
        elif piece in _OPERATORS and (before in _OPERATORS or before == "("):
            return None
        found.append(piece)
        before = piece
    return found if found and depth == 0 and before not in _OPERATORS else None


def names(found: Sequence[str]) -> list[str]:
    """The names in an equation: variables and functions."""
    return [token for token in found if not token[0].isascii() or token[0].isalpha() or token[0] in "_\x7f"]


def _guarded(
    function: Callable[[float], float], over: Callable[[float], float] | None = None
) -> Callable[[Number], float]:
    """A function of one number with PHP's answers where Python raises: NAN, or what `over` gives."""

    def calculate(value: Number) -> float:
        try:
            return function(float(value))
        except OverflowError:
            return math.inf if over is None else over(float(value))
        except ValueError:
            return math.nan

    return calculate


def _log(value: Number, base: Number | None = None) -> float:
    def natural(number: float) -> float:
        return math.log(number) if number > 0 else -math.inf if number == 0 else math.nan

    if base is None:
        return natural(float(value))
    if base <= 0:
        raise ValueFault("the base of a logarithm is above 0", "use log(x, 10), or log10(x)")
    below = natural(float(base))
    return natural(float(value)) / below if below else math.nan


def _log10(value: Number) -> float:
    return math.log10(value) if value > 0 else -math.inf if value == 0 else math.nan


def _atanh(value: Number) -> float:
    if abs(value) == 1:
        return math.copysign(math.inf, value)
    return math.atanh(value) if abs(value) < 1 else math.nan


def _power(base: Number, exponent: Number) -> Number:
    return power(base, exponent)


def _whole(function: Callable[[float], int]) -> Callable[[Number], float]:
    return lambda value: float(function(value)) if math.isfinite(value) else float(value)


def _round(value: Number, places: Number = 0) -> float:
    return rounded(to_float(value), to_int(places))


_ONE: Mapping[str, Callable[[Number], Number]] = {
    "abs": lambda value: widen(abs(value)) if isinstance(value, int) else abs(value),
    "ceil": _whole(math.ceil),
    "floor": _whole(math.floor),
    "sqrt": _guarded(math.sqrt),
    "exp": _guarded(math.exp),
    "log10": _log10,
    "sin": _guarded(math.sin),
    "cos": _guarded(math.cos),
    "tan": _guarded(math.tan),
    "asin": _guarded(math.asin),
    "acos": _guarded(math.acos),
    "atan": _guarded(math.atan),
    "sinh": _guarded(math.sinh, lambda value: math.copysign(math.inf, value)),
    "cosh": _guarded(math.cosh),
    "tanh": _guarded(math.tanh),
    "asinh": _guarded(math.asinh),
    "acosh": _guarded(math.acosh),
    "atanh": _atanh,
    "deg2rad": _guarded(math.radians),
    "rad2deg": _guarded(math.degrees),
}

_FUNCTIONS: Mapping[str, tuple[Callable[..., Number], int, int]] = {
    **{name: (function, 1, 1) for name, function in _ONE.items()},
    "log": (_log, 1, 2),
    "max": (max, 2, LONGEST),
    "min": (min, 2, LONGEST),
    "pi": (lambda: math.pi, 0, 0),
    "pow": (_power, 2, 2),
    "round": (_round, 1, 2),
}
"""Functions with the least and the most values they take."""

KNOWN = frozenset(_FUNCTIONS) | {"int", "rand", "srand"}
"""Names that Smarty lets through; the last three end in an error that says why."""

_LEVELS: Sequence[Mapping[str, _Operation]] = (
    {"^": bit_xor},
    {"+": add, "-": subtract},
    {"*": multiply, "/": divide, "%": modulo},
)


@dataclass(slots=True)
class _Reader:
    """Calculates while it reads; a reader serves one equation."""

    found: Sequence[str]
    variables: Mapping[str, Number]
    at: int = 0
    depth: int = 0

    def next(self) -> str:
        return self.found[self.at] if self.at < len(self.found) else ""

    def take(self) -> str:
        token = self.next()
        self.at += 1
        return token

    def level(self, number: int = 0) -> Number:
        if number == len(_LEVELS):
            return self.value()
        result = self.level(number + 1)
        while (operation := _LEVELS[number].get(self.next())) is not None:
            self.take()
            result = to_number(operation(result, self.level(number + 1)))
        return result

    def value(self) -> Number:
        token = self.take()
        if token == "(":  # noqa: S105  # a bracket, no secret
            self.enter()
            result = self.level()
            self.leave(token)
            return result
        if token[:1].isascii() and token[:1].isdigit():
            return _number(token)
        if token in self.variables:
            return self.variables[token]
        if token in KNOWN and self.next() == "(":
            return self.call(token)
        place = f"where `{token}` stands" if token else "at its end"
        raise ValueFault(f"an equation has no value {place}", "check its brackets and commas")

    def call(self, name: str) -> Number:
        self.take()
        self.enter()
        given: list[Number] = []
        while self.next() != ")":
            given.append(self.level())
            if self.next() != ",":
                break
            self.take()
        self.leave(name)
        if name in ("rand", "srand"):
            raise ValueFault(
                f"`{name}` is not available in `{{math}}`: a mail would differ each time it is rendered",
                "hand in a number as a variable",
            )
        if name not in _FUNCTIONS:
            raise ValueFault("PHP has no function `int`, so this equation fails in Smarty too", "use floor(x)")
        function, least, most = _FUNCTIONS[name]
        if not least <= len(given) <= most:
            wanted = str(least) if least == most else f"{least} or more"
            raise ValueFault(f"`{name}` takes {wanted} values and got {len(given)}", "put commas between the values")
        return function(*given)

    def enter(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueFault(f"an equation nests more than {_DEEPEST} brackets", "calculate it in steps, with `assign`")

    def leave(self, opened: str) -> None:
        if self.take() != ")":
            raise ValueFault(f"a bracket behind `{opened}` ends too late", "put an operator between two values")
        self.depth -= 1


def _number(token: str) -> Number:
    """A number as PHP's source has it: 0x1F, 1.5, and octal behind a leading zero."""
    if token[:2] == "0x":
        return widen(int(token, 16))
    if "." in token or len(token) > 25:
        return float(token)
    if token[0] == "0" and len(token) > 1:
        try:
            return widen(int(token, 8))
        except ValueError:
            raise ValueFault(f"`{token}` is no number: PHP reads it as octal", "leave out the zeros in front") from None
    return widen(int(token))


def calculate(found: Sequence[str], variables: Mapping[str, Number]) -> Number:
    """The result of an equation whose names are all known.

    Raises:
        ValueFault: it cannot be read to its end, a function refuses its values, or a division by zero.
    """
    reader = _Reader(found, variables)
    result = reader.level()
    if reader.at < len(found):
        raise ValueFault(f"an equation goes on with `{reader.next()}` where it should end", "put an operator before it")
    return result
