"""The connection test: every collection tried with one record, by its list and by its key."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.engine.ports import Answer, Ask, Finding, Key, Talk
from dovetail.errors import ProviderError
from dovetail.providers.graphql import entities, pages, replies
from dovetail.providers.graphql.spec import Api, Collection
from dovetail.providers.talks import together


def check(api: Api) -> Talk[Sequence[Finding]]:
    """One record of each collection."""
    if not api.collections:
        yield from ()
        advice = f"describe them in dovetail.toml: [integrations.{api.identifier}.collections.product]"
        return [Finding(False, f"{api.url}: no collections are described yet", advice)]
    parts = yield from together([_try(api, collection) for collection in api.collections.values()])
    findings: list[Finding] = []
    for collection, tried in zip(api.collections.values(), parts, strict=True):
        findings += [_failed(collection.shape.name, tried)] if isinstance(tried, ProviderError) else tried
    return findings


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
        advice = f'set sample = "…" in the collection {shape.name}: the key of one that is there'
        return [Finding(True, f"{shape.name}: not tried, since no key of one is known", advice)]
    if collection.one or collection.many:
        ask = Ask(api.identifier, shape.name, key)
        answer = (yield from entities.by_keys(api, collection, [ask], 0.0))[ask]
        if isinstance(answer, ProviderError):
            findings.append(_failed(f"{shape.name} by key", answer))
        elif not _is_there(answer):
            advice = f"check the key's variable in the queries of {shape.name}, or `sample`"
            findings.append(Finding(False, f"{shape.name} by key: the API does not know one that is there", advice))
        else:
            findings.append(Finding(True, f"{shape.name} by key: can be read"))
    return findings


def _is_there(answer: Answer) -> bool:
    return answer.found and answer.value is not None


def _failed(name: str, error: ProviderError) -> Finding:
    return Finding(False, f"{name}: {error.message}", error.help)
