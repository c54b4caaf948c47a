"""The connection test: every collection tried with one record, by its list and by its key."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.engine.ports import Ask, Finding, Key, Talk
from dovetail.providers.described.checking import by_key, check_each, no_key, none_described
from dovetail.providers.graphql import entities, pages, replies
from dovetail.providers.graphql.spec import Api, Collection


def check(api: Api) -> Talk[Sequence[Finding]]:
    """One record of each collection."""
    none = none_described(api.identifier, f"{api.url}: ", "product")
    return check_each(api.collections.values(), lambda collection: _try(api, collection), none)


def _try(api: Api, collection: Collection) -> Talk[Sequence[Finding]]:
    shape = collection.shape
    findings: list[Finding] = []
    key: Key | None = collection.sample or None
    if collection.list:
        found = yield from pages.read(api, collection, collection.list, {}, 1)
        if not found.rows:
            return [Finding(True, f"{shape.name}: its list can be read, and is empty")]
        key = replies.key_of(api, collection, found.rows[0])
        findings.append(Finding(True, f"{shape.name}: its list can be read"))
        if shape.title and not shape.title_of(found.rows[0]):
            advice = f"check `title` of {shape.name}"
            findings.append(Finding(False, f"{shape.name}: the first of its list has no title", advice))
    if key is None:
        return [no_key(shape.name)]
    if collection.one or collection.many:
        ask = Ask(api.identifier, shape.name, key)
        answer = (yield from entities.by_keys(api, collection, [ask], 0.0))[ask]
        advice = f"check the key's variable in the queries of {shape.name}, or `sample`"
        unknown = Finding(False, f"{shape.name} by key: the API does not know one that is there", advice)
        findings.append(by_key(shape.name, answer, unknown))
    return findings
