"""The connection test: every collection tried with one record, and what its description promises looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dovetail.engine.ports import Ask, Finding, Key, Talk
from dovetail.providers.described.checking import by_key, check_each, no_key, none_described
from dovetail.providers.described.shapes import Raw, part
from dovetail.providers.rest import entities, pages, replies
from dovetail.providers.rest.spec import Api, Collection


def check(api: Api) -> Talk[Sequence[Finding]]:
    """One record of each collection, by its list and by its key."""
    none = none_described(api.identifier, f"{api.url}: ", "customer")
    return check_each(api.collections.values(), lambda collection: _try(api, collection), none)


def _try(api: Api, collection: Collection) -> Talk[Sequence[Finding]]:
    name = collection.shape.name
    findings: list[Finding] = []
    key: Key | None = collection.sample or None
    if collection.list:
        found = yield from pages.read(api, collection, (), 1)
        if not found.rows:
            return [Finding(True, f"{name}: its list can be read, and is empty")]
        row = found.rows[0]
        key = replies.key_of(api, collection, row)
        findings.append(Finding(True, f"{name}: its list can be read"))
        findings += _lacking(collection, row)
    if key is None:
        return [no_key(name)]
    if collection.one or collection.batch or not collection.list:
        ask = Ask(api.identifier, name, key)
        answer = (yield from entities.by_keys(api, collection, [ask], 0.0))[ask]
        advice = f"check `one` of the collection {name}, and whether its `key` is what that address takes"
        unknown = Finding(False, f"{name} by key: the API does not know one that it lists itself", advice)
        findings.append(by_key(name, answer, unknown))
    return findings


def _lacking(collection: Collection, row: Raw) -> Iterator[Finding]:
    shape = collection.shape
    named = [*shape.fields, *(each.field for each in shape.relations if each.field)]
    missing = [name for name in dict.fromkeys(named) if name not in row and part(row, name) is None]
    if missing:
        what = f"{shape.name}: the first of its list has no {', '.join(missing)}"
        yield Finding(True, what, "that is fine where they are optional, or come by key only")
    if shape.title and not shape.title_of(row):
        yield Finding(False, f"{shape.name}: the first of its list has no title", f"check `title` of {shape.name}")
