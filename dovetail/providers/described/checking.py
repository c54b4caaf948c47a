"""What connection tests of described APIs have in common: a trial of each collection, and its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dovetail.engine.ports import Answer, Finding, Talk
from dovetail.errors import ProviderError
from dovetail.providers.described.collections import C
from dovetail.providers.talks import together


def check_each(
    collections: Iterable[C], tried: Callable[[C], Talk[Sequence[Finding]]], none: Finding
) -> Talk[Sequence[Finding]]:
    """Try the collections together; the finding `none` where there are none."""
    each = list(collections)
    if not each:
        yield from ()
        return [none]
    parts = yield from together([tried(item) for item in each])
    findings: list[Finding] = []
    for item, part in zip(each, parts, strict=True):
        findings += [_failed(item.shape.name, part)] if isinstance(part, ProviderError) else part
    return findings


def none_described(identifier: str, where: str, example: str) -> Finding:
    """Of a description without collections."""
    advice = f"describe them in dovetail.toml: [integrations.{identifier}.collections.{example}]"
    return Finding(False, f"{where}no collections are described yet", advice)


def no_key(name: str) -> Finding:
    """Of a collection that cannot be asked by key, since none is known."""
    advice = f'set sample = "…" in the collection {name}: the key of one that is there'
    return Finding(True, f"{name}: not tried, since no key of one is known", advice)


def by_key(name: str, answer: Answer | ProviderError, unknown: Finding) -> Finding:
    """Of the answer for the key of an entity that is there; `unknown` where the API does not know it."""
    if isinstance(answer, ProviderError):
        return _failed(f"{name} by key", answer)
    if not answer.found or answer.value is None:
        return unknown
    return Finding(True, f"{name} by key: can be read")


def _failed(name: str, error: ProviderError) -> Finding:
    return Finding(False, f"{name}: {error.message}", error.help)
