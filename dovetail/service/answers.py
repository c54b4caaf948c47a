"""Integrations for programs elsewhere (`dovetail.connect`): what stands under identifiers, and answers to asks."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar import get, post

from dovetail.engine.ports import Answer, Ask, Key, Lifetime, Provider, Query
from dovetail.errors import ProviderError
from dovetail.providers.codec import from_plain, to_plain
from dovetail.providers.remote import FAULTS, FaultKind
from dovetail.service.access import Caller
from dovetail.service.answer_shapes import (
    AnswerPage,
    AnswerShape,
    Asked,
    AsksRequest,
    FaultShape,
    LifetimeShape,
    SchemaPage,
    SchemaShape,
)
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS, After, Limit
from dovetail.service.problems import Problem
from dovetail.service.shapes import plain


@get(
    "/schemas",
    sync_to_thread=True,
    opt={"scope": "read"},
    responses=REFUSALS,
    tags=["Rendering"],
    summary="What stands under all identifiers",
)
def schemas(caller: Caller, backend: Backend, after: After = "", limit: Limit = 50) -> SchemaPage:
    """The integrations that are switched on, with their variables as data."""
    with backend.environments.of(caller.account, caller.key.identifiers) as (_, integrations):
        names = sorted(name for name in integrations if name > after)
        items = [_schema(integrations[name].provider) for name in names[:limit]]
    return SchemaPage(names[limit - 1] if len(names) > limit else None, items)


@post(
    "/answers",
    status_code=200,
    sync_to_thread=True,
    opt={"scope": "render"},
    responses=REFUSALS,
    tags=["Rendering"],
    summary="Answers to the asks of a render",
)
def answers(data: AsksRequest, caller: Caller, backend: Backend) -> AnswerPage:
    """An answer for each ask, in their order; it changes nothing, and may be sent again."""
    asks = [_ask(each) for each in data.asks]
    with backend.environments.of(caller.account, caller.key.identifiers) as (environment, _):
        if environment.connections is None:
            fault = _fault(ProviderError("there is no integration here that this key is for"))
            return AnswerPage([AnswerShape(error=fault) for _ in asks])
        found = environment.connections.answers(asks)
    return AnswerPage([_shown(found.by_ask[ask]) for ask in asks], found.requests, found.hits)


def _schema(provider: Provider) -> SchemaShape:
    schema = provider.schema()
    lifetimes = {
        member.collection: provider.lifetime(Ask(provider.identifier, member.collection, ""))
        for member in schema.members.values()
    }
    shown: dict[str, Any] = plain(schema)  # type: ignore[arg-type]
    # Where a shop is, is not everybody's business who may only render.
    fingerprint = hashlib.sha256(provider.fingerprint.encode()).hexdigest()[:24]
    return SchemaShape(
        provider.identifier, fingerprint, shown, {name: _lifetime(each) for name, each in lifetimes.items()}
    )


def _lifetime(given: Lifetime) -> LifetimeShape:
    return LifetimeShape(given.seconds, given.personal)


def _ask(given: Asked) -> Ask:
    try:
        key = from_plain(given.key)
        known: Key | Query | None = key if isinstance(key, int | str | Query) and not isinstance(key, bool) else None
        if known is None:
            raise ValueError("no key")
        ask = Ask(given.identifier, given.collection, known)
        hash(ask)
        return ask
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Problem(422, "an ask has a key that is neither a number, a text nor a query") from None


def _shown(found: Answer | ProviderError) -> AnswerShape:
    if isinstance(found, ProviderError):
        return AnswerShape(error=_fault(found))
    return AnswerShape(to_plain(found.value), found.found, found.fetched_at, found.stale, list(found.notes))


def _fault(error: ProviderError) -> FaultShape:
    kind: FaultKind = next(kind for kind, fault in FAULTS.items() if isinstance(error, fault))
    return FaultShape(kind, error.message, error.help, error.retryable)
