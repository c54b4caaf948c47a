"""PHP's values in Python: what a value prints, how it compares and calculates, how arrays are read and written.

null, booleans, ints and floats are Python's; a PHP list is a list, a PHP map a dict with str or int keys
(as JSON brings them). Every function takes any value and raises nothing but `ValueFault`.
"""

from __future__ import annotations

from dovetail.engine.values.arithmetic import (
    add,
    bit_and,
    bit_or,
    bit_xor,
    decrement,
    divide,
    increment,
    modulo,
    multiply,
    negate,
    plus,
    power,
    subtract,
)
from dovetail.engine.values.arrays import (
    APPEND,
    assign_item,
    cast_array,
    count,
    entries,
    has_item,
    is_iterable,
    item,
    php_key,
)
from dovetail.engine.values.compare import (
    contains,
    greater,
    greater_equal,
    less,
    less_equal,
    loose_equal,
    spaceship,
    strict_equal,
)
from dovetail.engine.values.jsontext import json_encode
from dovetail.engine.values.numbers import to_float, to_int, to_number
from dovetail.engine.values.text import to_text, truth

__all__ = [
    "APPEND",
    "add",
    "assign_item",
    "bit_and",
    "bit_or",
    "bit_xor",
    "cast_array",
    "contains",
    "count",
    "decrement",
    "divide",
    "entries",
    "greater",
    "greater_equal",
    "has_item",
    "increment",
    "is_iterable",
    "item",
    "json_encode",
    "less",
    "less_equal",
    "loose_equal",
    "modulo",
    "multiply",
    "negate",
    "php_key",
    "plus",
    "power",
    "spaceship",
    "strict_equal",
    "subtract",
    "to_float",
    "to_int",
    "to_number",
    "to_text",
    "truth",
]
