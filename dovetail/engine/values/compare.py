"""PHP 8's comparisons.

`spaceship` is PHP's `zend_compare`: two arrays that cannot be compared, and NAN, count as greater from
either side, hence `greater(a, b)` is `less(b, a)` and never `not less_equal(a, b)`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.engine.live import Keyed, Listing, Root
from dovetail.engine.ports import Ask, Record, Ref
from dovetail.engine.values.arrays import entries_of, find
from dovetail.engine.values.numbers import leading_number, numeric
from dovetail.engine.values.plain import PhpArray, as_array, plain
from dovetail.engine.values.text import to_text, truth
from dovetail.engine.values.visits import Visits
from dovetail.errors import ValueFault

_DEEPEST = 100
BEGINS_A_NUMBER = frozenset("0123456789+-. \t\n\r\v\f")
"""What a text that is a number begins with."""

_LIVE = (Ask, Ref, Root, Keyed, Listing)


def _order(a: float, b: float) -> int:
    return 0 if a == b else -1 if a < b else 1


def _text_order(a: str, b: str) -> int:
    # Code points sort as their UTF-8 bytes do.
    return 0 if a == b else -1 if a < b else 1


def _texts(a: str, b: str) -> int:
    """Two texts: as numbers when both are numeric."""
    if a == b:
        return 0
    # A numeric text begins with one of these; most texts do not.
    if a[:1] in BEGINS_A_NUMBER and b[:1] in BEGINS_A_NUMBER:
        first, second = numeric(a), numeric(b)
        if first is not None and second is not None:
            # Two whole numbers too long for a number are not equal because both overflow alike.
            overflowed = isinstance(first, float) and first == second and a.strip().isdigit() and b.strip().isdigit()
            if not overflowed:
                return _order(first, second)
    return _text_order(a, b)


def _arrays(a: PhpArray, b: PhpArray, depth: int, visits: Visits) -> int:
    if len(a) != len(b):
        return -1 if len(a) < len(b) else 1
    for key, value in entries_of(a):
        found, other = find(b, key)
        if not found:
            return 1
        visits.spend(8)
        result = _compare(value, other, depth + 1, visits)
        if result:
            return result
    return 0


def _records(a: object, b: object) -> int | None:
    if isinstance(a, Record) and isinstance(b, Record):
        return 0 if (a.collection, a.key) == (b.collection, b.key) else 1
    return None


def _compare(a: object, b: object, depth: int = 0, visits: Visits | None = None) -> int:
    if depth > _DEEPEST:
        raise ValueFault("These values are nested too deeply to be compared.", "compare one of their fields instead")
    a, b = plain(a), plain(b)
    if a is None and isinstance(b, str):
        return -1 if b else 0
    if b is None and isinstance(a, str):
        return 1 if a else 0
    if a is None or b is None or isinstance(a, bool) or isinstance(b, bool):
        return truth(a) - truth(b)
    records = _records(a, b)
    if records is not None:
        return records
    # A record against text or a number is its title.
    if isinstance(a, Record) and isinstance(b, (str, int, float)):
        a = a.title
    if isinstance(b, Record) and isinstance(a, (str, int, float)):
        b = b.title
    if isinstance(a, str):
        if isinstance(b, str):
            return _texts(a, b)
        if isinstance(b, (int, float)):
            return -_number_with_text(b, a)
    if isinstance(a, (int, float)):
        if isinstance(b, (int, float)):
            return _order(a, b)
        if isinstance(b, str):
            return _number_with_text(a, b)
    return _with_array(a, b, depth, visits or Visits())


def _number_with_text(number: int | float, text: str) -> int:
    found = leading_number(text)
    if found is not None and found[1]:
        return _order(number, found[0])
    return _text_order(to_text(number), text)


def _with_array(a: object, b: object, depth: int, visits: Visits) -> int:
    first, second = as_array(a), as_array(b)
    if first is not None and second is not None:
        return _arrays(first, second, depth, visits)
    if first is not None:
        return 1
    if second is not None:
        return -1
    # What is no value of the language is equal to itself alone: an embedder's object is not asked.
    return 0 if a is b or (isinstance(a, _LIVE) and a == b) else 1


def spaceship(a: object, b: object) -> int:
    """-1, 0 or 1 as `a` is less than, equal to or greater than `b`."""
    return _compare(a, b)


def loose_equal(a: object, b: object) -> bool:
    """PHP's `==`."""
    kind = type(a)
    if kind is type(b):
        if kind is int or kind is float or kind is bool:
            return a == b
        if kind is str:
            return a == b or _texts(a, b) == 0  # type: ignore[arg-type]  # `kind` is the check
    return _compare(a, b) == 0


def _both_numbers(a: object, b: object) -> bool:
    return (type(a) is int or type(a) is float) and (type(b) is int or type(b) is float)


def less(a: object, b: object) -> bool:
    """PHP's `<`."""
    if _both_numbers(a, b):
        return a < b  # type: ignore[operator,no-any-return]  # checked just above, kept short for speed
    return _compare(a, b) < 0


def less_equal(a: object, b: object) -> bool:
    """PHP's `<=`."""
    if _both_numbers(a, b):
        return a <= b  # type: ignore[operator,no-any-return]  # checked just above
    return _compare(a, b) <= 0


def greater(a: object, b: object) -> bool:
    """PHP's `>`: `b < a`."""
    if _both_numbers(a, b):
        return a > b  # type: ignore[operator,no-any-return]  # checked just above
    return _compare(b, a) < 0


def greater_equal(a: object, b: object) -> bool:
    """PHP's `>=`: `b <= a`."""
    if _both_numbers(a, b):
        return a >= b  # type: ignore[operator,no-any-return]  # checked just above
    return _compare(b, a) <= 0


def strict_equal(a: object, b: object) -> bool:
    """PHP's `===`: the same type and value; arrays with the same pairs in the same order."""
    return _identical(a, b, 0, Visits())


def _identical(a: object, b: object, depth: int, visits: Visits) -> bool:
    if depth > _DEEPEST:
        raise ValueFault("These values are nested too deeply to be compared.", "compare one of their fields instead")
    a, b = plain(a), plain(b)
    if isinstance(a, Record) or isinstance(b, Record):
        return _records(a, b) == 0
    first, second = as_array(a), as_array(b)
    if first is not None and second is not None:
        if len(first) != len(second):
            return False
        visits.spend(8 * len(first))
        return all(
            key == other and type(key) is type(other) and _identical(value, theirs, depth + 1, visits)
            for (key, value), (other, theirs) in zip(entries_of(first), entries_of(second), strict=True)
        )
    if first is not None or second is not None:
        return False
    if type(a) is not type(b):
        return False
    return a == b if isinstance(a, (str, int, float)) or a is None else _with_array(a, b, depth, visits) == 0


def contains(needle: object, haystack: object) -> bool:
    """Whether a loosely equal value is in an array; a haystack that is none counts as an array of itself."""
    if haystack is None:
        return False
    array = as_array(haystack)
    if array is None:
        return loose_equal(needle, haystack)
    values = array.values() if isinstance(array, Mapping) else array
    if as_array(needle) is not None:
        visits = Visits()
        return any(_compare(needle, value, 0, visits) == 0 for value in values)
    return any(loose_equal(needle, value) for value in values)
