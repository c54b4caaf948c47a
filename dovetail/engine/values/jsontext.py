"""json_encode as PHP writes it: escaped slashes and non-ASCII, floats with the fewest digits."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from dovetail.engine.ports import Record
from dovetail.engine.values.arrays import php_key
from dovetail.engine.values.numbers import numeric, shortest_float_text
from dovetail.engine.values.plain import PhpArray, as_array, plain
from dovetail.engine.values.visits import Visits

# PHP's constants, which templates give as plain numbers.
HEX_TAG, HEX_AMP, HEX_APOS, HEX_QUOT, FORCE_OBJECT, NUMERIC_CHECK = 1, 2, 4, 8, 16, 32
UNESCAPED_SLASHES, PRETTY_PRINT, UNESCAPED_UNICODE, PARTIAL_OUTPUT, ZERO_FRACTION = 64, 128, 256, 512, 1024

# PHP goes 512 deep; Python's stack does not, and no mail needs it.
_DEEPEST = 100
_SPECIAL = re.compile(r'[\x00-\x1f"\\/<>&\']|[^\x00-\x7f]')
_NAMED = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_HEX = {"<": HEX_TAG, ">": HEX_TAG, "&": HEX_AMP, "'": HEX_APOS, '"': HEX_QUOT}


class _UnencodableError(Exception):
    """PHP's json_encode gives false: INF, NAN, or nested too deeply."""


def json_encode(value: object, flags: int = 0) -> str:
    """A value as JSON; '' for what JSON cannot hold (infinity, more than 100 levels).

    Raises:
        ValueFault: the value is too large.
    """
    try:
        return _encode(value, flags, 0, Visits())
    except _UnencodableError:
        return ""


def _encode(value: object, flags: int, depth: int, visits: Visits) -> str:
    value = plain(value)
    visits.spend(8 + len(value) if isinstance(value, str) else 8)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value, flags)
    if isinstance(value, str):
        number = numeric(value) if flags & NUMERIC_CHECK else None
        return _text(value, flags) if number is None else _encode(number, flags, depth, visits)
    array = as_array(value)
    if array is None:
        return "null"
    if depth >= _DEEPEST:
        raise _UnencodableError
    return _array(array, flags, depth + 1, visits, is_object=isinstance(value, Record))


def _float(value: float, flags: int) -> str:
    if not math.isfinite(value):
        if flags & PARTIAL_OUTPUT:
            return "0"
        raise _UnencodableError
    if value == 0 and math.copysign(1.0, value) < 0:
        return "-0.0"
    text = shortest_float_text(value, "e")
    return f"{text}.0" if flags & ZERO_FRACTION and text.lstrip("-").isdigit() else text


def _text(text: str, flags: int) -> str:
    def escape(found: re.Match[str]) -> str:
        char = found.group()
        if char in _HEX and flags & _HEX[char]:
            return f"\\u{ord(char):04X}"
        if char == "/":
            return "/" if flags & UNESCAPED_SLASHES else "\\/"
        if char in _NAMED:
            return _NAMED[char]
        code = ord(char)
        if code > 0x7F:
            if flags & UNESCAPED_UNICODE and char not in "\u2028\u2029":
                return char
            if code > 0xFFFF:
                code -= 0x10000
                return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
        return char if char in _HEX else f"\\u{code:04x}"

    return f'"{_SPECIAL.sub(escape, text)}"'


def _is_list(array: PhpArray) -> bool:
    if not isinstance(array, Mapping):
        return True
    return all(php_key(key) == at and not isinstance(key, float) for at, key in enumerate(array))


def _array(array: PhpArray, flags: int, depth: int, visits: Visits, *, is_object: bool) -> str:
    as_list = not is_object and not flags & FORCE_OBJECT and _is_list(array)
    values = array.values() if isinstance(array, Mapping) else array
    if not len(array):
        return "[]" if as_list else "{}"
    pretty = flags & PRETTY_PRINT
    if as_list:
        parts = [_encode(value, flags, depth, visits) for value in values]
    else:
        keys = [str(php_key(key)) for key in array] if isinstance(array, Mapping) else list(map(str, range(len(array))))
        colon = ": " if pretty else ":"
        # Keys stay texts under NUMERIC_CHECK.
        parts = [
            f"{_text(key, flags)}{colon}{_encode(value, flags, depth, visits)}"
            for key, value in zip(keys, values, strict=True)
        ]
    start, end = ("[", "]") if as_list else ("{", "}")
    if not pretty:
        return f"{start}{','.join(parts)}{end}"
    indent = "    " * depth
    return f"{start}\n{indent}" + f",\n{indent}".join(parts) + f"\n{'    ' * (depth - 1)}{end}"
