"""Answers as JSON text and back, without loss: what may lie in a cache on disk. Never pickles.

Plain JSON stands for itself; a mapping with one key that begins with `$` is a tagged value:
`{"$record": …}`, `{"$ref": …}`, `{"$query": …}`, `{"$tuple": …}`, and `{"$map": …}` for a mapping that
has such a key itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from dovetail.engine.ports import Answer, Constant, Filter, Key, Operator, Order, Query, Record, Ref

# One for all: making an encoder costs more than what it writes here.
_KEYS = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def dump(answer: Answer) -> str:
    """An answer as JSON text.

    Raises:
        TypeError: it holds something that is no JSON value, Record, Ref or Query.
    """
    value = [to_plain(answer.value), answer.found, answer.fetched_at, list(answer.notes)]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Answer:
    """The answer that `dump` wrote.

    Raises:
        ValueError: the text is not one.
    """
    try:
        value, found, fetched_at, notes = json.loads(text)
        return Answer(from_plain(value), bool(found), float(fetched_at), notes=tuple(str(note) for note in notes))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a kept answer") from error


def dump_key(key: Key | Query) -> str:
    """A key as text; the int 1 and the text "1" differ."""
    return _KEYS.encode(to_plain(key))


def to_plain(value: object) -> object:
    """A value of an answer, or a key, as plain JSON values.

    Raises:
        TypeError: it is no JSON value, Record, Ref or Query.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Record):
        fields = {name: to_plain(item) for name, item in value.fields.items()}
        return {"$record": [value.collection, to_plain(value.key), value.title, fields]}
    if isinstance(value, Ref):
        return {"$ref": [value.collection, to_plain(value.key)]}
    if isinstance(value, Query):
        filters = [[each.field, each.operator, to_plain(each.value)] for each in value.filters]
        return {"$query": [filters, [[each.field, each.descending] for each in value.order], value.limit]}
    if isinstance(value, Mapping):
        plain = {str(name): to_plain(item) for name, item in cast("Mapping[object, object]", value).items()}
        return {"$map": plain} if any(name.startswith("$") for name in plain) else plain
    if isinstance(value, tuple):
        return {"$tuple": [to_plain(item) for item in cast("tuple[object, ...]", value)]}
    if isinstance(value, list):
        return [to_plain(item) for item in cast("list[object]", value)]
    raise TypeError(f"a {type(value).__name__} cannot be kept")


def from_plain(plain: object) -> object:
    """The value that `to_plain` made plain.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it made no such thing.
    """
    if isinstance(plain, list):
        return [from_plain(item) for item in cast("list[object]", plain)]
    if not isinstance(plain, dict):
        return plain
    mapping = cast("dict[str, object]", plain)
    if len(mapping) == 1:
        tag, inside = next(iter(mapping.items()))
        if tag.startswith("$"):
            return _tagged(tag, inside)
    return {name: from_plain(item) for name, item in mapping.items()}


def _tagged(tag: str, inside: object) -> object:
    if tag == "$map":
        return {name: from_plain(item) for name, item in cast("dict[str, object]", inside).items()}
    parts = cast("list[object]", inside)
    if tag == "$tuple":
        return tuple(from_plain(item) for item in parts)
    if tag == "$record":
        collection, key, title, fields = parts
        values = {name: from_plain(item) for name, item in cast("dict[str, object]", fields).items()}
        return Record(str(collection), cast("Key", key), str(title), values)
    if tag == "$ref":
        return Ref(str(parts[0]), cast("Key | Query", from_plain(parts[1])))
    if tag == "$query":
        filters, order, limit = parts
        return Query(
            tuple(
                Filter(str(name), cast("Operator", operator), cast("Constant", from_plain(value)))
                for name, operator, value in cast("list[list[object]]", filters)
            ),
            tuple(Order(str(name), bool(descending)) for name, descending in cast("list[list[object]]", order)),
            cast("int | None", limit),
        )
    raise ValueError(f"no value is tagged {tag}")
