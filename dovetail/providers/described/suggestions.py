"""Live continuations of a path in described collections, for `explore` and for editors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from dovetail.engine.ports import Answer, Ask, Query, Record, Ref, Suggestion, Talk
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError

Resolve: TypeAlias = "Callable[[Sequence[Ask]], Talk[Mapping[Ask, Answer | ProviderError]]]"
Search: TypeAlias = "Callable[[str, str, int], Talk[Sequence[Record]]]"
"""Of a collection, records for a text that somebody types ('': any), so many at most."""


def suggest(
    identifier: str, schema: Schema, resolve: Resolve, search: Search, path: Sequence[str], text: str, limit: int
) -> Talk[Sequence[Suggestion]]:
    """What may follow `path`: collections, entities behind a keyed one, fields behind an entity."""
    if limit < 1:
        yield from ()
        return []
    if not path:
        yield from ()
        known = [(name, member.summary) for name, member in schema.members.items()]
        return [Suggestion(name, name, summary) for name, summary in known if _has(name, text)][:limit]
    first, *below = path
    member = schema.members.get(first)
    if member is None:
        yield from ()
        return []
    if member.kind == "list":
        # Behind a list stands a position; its elements have the fields of the first.
        found = yield from read_one(resolve, Ask(identifier, member.collection, Query(limit=1)))
        if not below or not isinstance(found, list) or not found:
            return []
        return (yield from fields_behind(identifier, resolve, found[0], below[1:], text, limit))
    if not below:
        records = yield from search(member.collection, text, limit)
        return [Suggestion(str(each.key), each.title, _detail(each)) for each in records[:limit]]
    key = below[0].strip("\"'")
    is_number = key == below[0] and key.isascii() and key.isdigit() and (key == "0" or not key.startswith("0"))
    found = yield from read_one(resolve, Ask(identifier, member.collection, int(key) if is_number else key))
    return (yield from fields_behind(identifier, resolve, found, below[1:], text, limit))


def matching(records: Sequence[Record], text: str) -> list[Record]:
    """The records whose key or title begins with, or contains, a text; those that begin with it first."""
    wanted = text.casefold()
    hits = [each for each in records if _has(str(each.key), text) or _has(each.title, text)]
    return sorted(hits, key=lambda each: not (str(each.key).casefold().startswith(wanted)))


def _detail(record: Record) -> str:
    return "" if record.title == str(record.key) else str(record.key)


def _has(name: str, text: str) -> bool:
    return text.casefold() in name.casefold()


def read_one(resolve: Resolve, ask: Ask) -> Talk[object]:
    """The value of one answer, None without one.

    Raises:
        ProviderError: the answer is a fault.
    """
    answers = yield from resolve([ask])
    answer = answers.get(ask)
    if isinstance(answer, ProviderError):
        raise answer
    return answer.value if answer is not None else None


def fields_behind(
    identifier: str,
    resolve: Resolve,
    value: object,
    below: Sequence[str],
    text: str,
    limit: int,
    has: Callable[[str, str], bool] = _has,
) -> Talk[Sequence[Suggestion]]:
    """The fields of what stands below a value whose names have a text in them, as `has` compares; or its positions."""
    for name in below:
        value = yield from _settled(identifier, resolve, value)
        if isinstance(value, Record):
            value = value.fields.get(name)
        elif isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return []
    value = yield from _settled(identifier, resolve, value)
    if isinstance(value, list):
        return [Suggestion(str(at), _shown(each)) for at, each in enumerate(value[:limit])]
    fields = value.fields if isinstance(value, Record) else value
    if not isinstance(fields, Mapping):
        return []
    names = [str(name) for name in fields if has(str(name), text)]
    return [Suggestion(name, name, _shown(fields[name])) for name in names[:limit]]


def _settled(identifier: str, resolve: Resolve, value: object) -> Talk[object]:
    if isinstance(value, Ref):
        return (yield from read_one(resolve, Ask(identifier, value.collection, value.key)))
    yield from ()
    return value


def _shown(value: object) -> str:
    if isinstance(value, Record):
        return value.title
    if isinstance(value, Ref):
        return "asked when it is read"
    if isinstance(value, Mapping):
        return f"{len(value)} fields"
    if isinstance(value, list):
        return f"{len(value)} elements"
    shown = "" if value is None else " ".join(str(value).split())
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
