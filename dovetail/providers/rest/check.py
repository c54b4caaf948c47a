"""The connection test: every collection tried with one record, and what its description promises looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dovetail.engine.ports import Answer, Ask, Finding, Key, Talk
from dovetail.errors import ProviderError
from dovetail.providers.described.shapes import Raw, part
from dovetail.providers.rest import entities, pages, replies
from dovetail.providers.rest.spec import Api, Collection
from dovetail.providers.talks import together


def check(api: Api) -> Talk[Sequence[Finding]]:
    """One record of each collection, by its list and by its key."""
    if not api.collections:
        yield from ()
        advice = f"describe them in dovetail.toml: [integrations.{api.identifier}.collections.customer]"
        return [Finding(False, f"{api.url}: no collections are described yet", advice)]
    parts = yield from together([_try(api, collection) for collection in api.collections.values()])
    findings: list[Finding] = []
    for collection, tried in zip(api.collections.values(), parts, strict=True):
        findings += [_failed(collection.shape.name, tried)] if isinstance(tried, ProviderError) else tried
    return findings


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
        advice = f'set sample = "…" in the collection {name}: the key of one that is there'
        return [Finding(True, f"{name}: not tried, since no key of one is known", advice)]
    if collection.one or collection.batch or not collection.list:
        ask = Ask(api.identifier, name, key)
        answer = (yield from entities.by_keys(api, collection, [ask], 0.0))[ask]
        if isinstance(answer, ProviderError):
            findings.append(_failed(f"{name} by key", answer))
        elif not _is_there(answer):
            advice = f"check `one` of the collection {name}, and whether its `key` is what that address takes"
            findings.append(Finding(False, f"{name} by key: the API does not know one that it lists itself", advice))
        else:
            findings.append(Finding(True, f"{name} by key: can be read"))
    return findings


def _is_there(answer: Answer) -> bool:
    return answer.found and answer.value is not None


def _lacking(collection: Collection, row: Raw) -> Iterator[Finding]:
    shape = collection.shape
    named = [*shape.fields, *(each.field for each in shape.relations if each.field)]
    missing = [name for name in dict.fromkeys(named) if name not in row and part(row, name) is None]
    if missing:
        what = f"{shape.name}: the first of its list has no {', '.join(missing)}"
        yield Finding(True, what, "that is fine where they are optional, or come by key only")
    if shape.title and not shape.title_of(row):
        yield Finding(False, f"{shape.name}: the first of its list has no title", f"check `title` of {shape.name}")


def _failed(name: str, error: ProviderError) -> Finding:
    return Finding(False, f"{name}: {error.message}", error.help)
