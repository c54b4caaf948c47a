"""The few constants of PHP that a template may name: numbers and the line end, nothing of the machine."""

from __future__ import annotations

import math
from collections.abc import Mapping

CONSTANTS: Mapping[str, int | float | str] = {
    "E_ALL": 32767,
    "E_DEPRECATED": 8192,
    "E_ERROR": 1,
    "E_NOTICE": 8,
    "E_STRICT": 2048,
    "E_WARNING": 2,
    "ENT_COMPAT": 2,
    "ENT_NOQUOTES": 0,
    "ENT_QUOTES": 3,
    "M_E": math.e,
    "M_PI": math.pi,
    "PHP_EOL": "\n",
    "PHP_FLOAT_EPSILON": 2.220446049250313e-16,
    "PHP_INT_MAX": 9223372036854775807,
    "PHP_INT_MIN": -9223372036854775808,
    "PHP_INT_SIZE": 8,
}
