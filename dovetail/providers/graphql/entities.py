"""Entities by key: many in one request, by a query for a list of keys or by one query under aliases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from dovetail.engine.ports import Answer, Ask, Key, Query, Request, Talk
from dovetail.errors import ProviderError
from dovetail.providers.described.queries import fold
from dovetail.providers.described.shapes import Raw
from dovetail.providers.graphql import aliases, pages, replies, wire
from dovetail.providers.graphql.documents import Document
from dovetail.providers.graphql.spec import Api, Collection, Listed, Many, One
from dovetail.providers.graphql.variables import Unfit, fitted, usable
from dovetail.providers.graphql.wire import Reply

Answered = Mapping[Ask, Answer | ProviderError]


_Keyed: TypeAlias = "tuple[Ask, Key]"


def by_keys(api: Api, collection: Collection, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """Answer asks for entities of one collection; each fault is the answer to its ask."""
    keyed = [(ask, ask.key) for ask in asks if not isinstance(ask.key, Query) and usable(ask.key)]
    answered: dict[Ask, Answer | ProviderError] = {}
    if collection.many and (len(keyed) > 1 or not collection.one):
        answered.update((yield from _together(api, collection, collection.many, keyed)))
    elif not collection.one and collection.list and keyed:
        answered.update((yield from _picked(api, collection, collection.list, keyed)))
    left = [each for each in keyed if each[0] not in answered]
    if left and collection.one:
        answered.update((yield from _each(api, collection, collection.one, left)))
    # What no variable can hold names nobody.
    return {**{ask: Answer(None, found=False, fetched_at=now) for ask in asks}, **answered}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An ask with its key, and the key in the form that the query's variable wants."""

    ask: Ask
    key: Key
    value: object


def _fitting(query: One | Many, keyed: Sequence[_Keyed]) -> list[_Wanted]:
    """Those whose key the query's variable has a place for."""
    variable = query.document.variable(query.variable)
    found: list[_Wanted] = []
    for ask, key in keyed:
        with suppress(Unfit):
            found.append(_Wanted(ask, key, fitted(key, variable.named) if variable else key))
    return found


def _each(api: Api, collection: Collection, one: One, keyed: Sequence[_Keyed]) -> Talk[Answered]:
    wanted = _fitting(one, keyed)
    if not wanted:
        return {}
    chunks = [wanted[at : at + one.most] for at in range(0, len(wanted), one.most)]
    answered, alone = yield from _chunks(api, collection, one, chunks)
    if alone:
        more, _ = yield from _chunks(api, collection, one, [[each] for each in alone])
        answered.update(more)
    return answered


def _chunks(
    api: Api, collection: Collection, one: One, chunks: Sequence[Sequence[_Wanted]]
) -> Talk[tuple[dict[Ask, Answer | ProviderError], list[_Wanted]]]:
    requests = [_request(api, collection, one, chunk) for chunk in chunks]
    answered: dict[Ask, Answer | ProviderError] = {}
    alone: list[_Wanted] = []
    for chunk, asked, reply in zip(chunks, requests, (yield requests), strict=True):
        try:
            found = wire.read(api, collection.shape.name, asked, reply)
        except ProviderError as error:
            answered.update(dict.fromkeys((each.ask for each in chunk), error))
            continue
        if _is_one_s_fault(found, chunk):
            alone += chunk
            continue
        for number, each in enumerate(chunk):
            place = one.at if len(chunk) == 1 else (aliases.alias(number), *one.at[1:])
            answered[each.ask] = replies.entity(api, collection, each.key, found, place)
    return answered, alone


def _is_one_s_fault(found: Reply, chunk: Sequence[_Wanted]) -> bool:
    """Whether a query of many gave nothing at all, because of one entity: then only that one is to fail.

    An error without a path is about the whole request, and would come again for each.
    """
    return len(chunk) > 1 and found.data is None and any(each.path for each in found.complaints)


def _request(api: Api, collection: Collection, one: One, chunk: Sequence[_Wanted]) -> Request:
    if len(chunk) == 1:
        text, given = one.document.text, {one.variable: chunk[0].value}
    else:
        text = aliases.repeated(one.document, one.variable, len(chunk))
        given = {aliases.key_variable(one.variable, number): each.value for number, each in enumerate(chunk)}
    return wire.request(api, collection, text, names(one.document), given)


def names(document: Document) -> list[str]:
    """The variables that a document declares."""
    return [each.name for each in document.variables]


def _together(api: Api, collection: Collection, many: Many, keyed: Sequence[_Keyed]) -> Talk[Answered]:
    wanted = _fitting(many, keyed)
    if not wanted:
        return {}
    chunks = [wanted[at : at + many.most] for at in range(0, len(wanted), many.most)]
    answered, alone = yield from _lists(api, collection, many, chunks)
    if alone and not collection.one:
        more, _ = yield from _lists(api, collection, many, [[each] for each in alone])
        answered.update(more)
    return answered


def _lists(
    api: Api, collection: Collection, many: Many, chunks: Sequence[Sequence[_Wanted]]
) -> Talk[tuple[dict[Ask, Answer | ProviderError], list[_Wanted]]]:
    declared = names(many.document)
    requests: list[Request] = []
    for chunk in chunks:
        values = list(dict.fromkeys(each.value for each in chunk))
        requests.append(wire.request(api, collection, many.document.text, declared, {many.variable: values}))
    answered: dict[Ask, Answer | ProviderError] = {}
    alone: list[_Wanted] = []
    for chunk, asked, reply in zip(chunks, requests, (yield requests), strict=True):
        try:
            found = wire.read(api, collection.shape.name, asked, reply)
            if _is_one_s_fault(found, chunk):
                alone += chunk
            else:
                answered.update(_read_many(api, collection, many, chunk, found))
        except ProviderError as error:
            answered.update(dict.fromkeys((each.ask for each in chunk), error))
    return answered, alone


def _read_many(api: Api, collection: Collection, many: Many, chunk: Sequence[_Wanted], found: Reply) -> Answered:
    name = collection.shape.name
    broken = _broken_rows(api, name, found, many)
    given = list(replies.rows(api, name, replies.elements(api, name, found, many.at), many.node))
    by_key = _Index([(str(replies.key_of(api, collection, row)), position, row) for position, row in given])
    there = {position for position, _ in given}
    # An element that is null because of an error may be anybody's who was not found.
    lost = next((error for position, error in broken.items() if position not in there), None)
    answered: dict[Ask, Answer | ProviderError] = {}
    for each in chunk:
        hit = by_key.find(str(each.key))
        if hit is not None:
            position, row = hit
            fault = broken.get(position)
            answered[each.ask] = fault or replies.answer_of(api, collection, each.key, row, found.at)
        elif not collection.one:
            # Otherwise it is asked for by itself: the API may give less at once than was asked for.
            answered[each.ask] = lost or Answer(None, found=False, fetched_at=found.at)
    return answered


def _broken_rows(api: Api, name: str, found: Reply, many: Many) -> Mapping[int, ProviderError]:
    """Errors about single elements, by position.

    Raises:
        ProviderError: an error is about the list as a whole.
    """
    broken: dict[int, ProviderError] = {}
    depth = len(many.at)
    for each in found.about(many.at):
        step = each.path[depth] if len(each.path) > depth else ""
        if not step.isdigit():
            raise wire.failure(api, name, [each])
        if not each.is_absence:
            broken[int(step)] = wire.failure(api, name, [each])
    return broken


class _Index:
    """Records by key: as written, else without regard to case where that is nobody else's."""

    __slots__ = ("_exact", "_folded")

    def __init__(self, found: Sequence[tuple[str, int, Raw]]) -> None:
        self._exact: dict[str, tuple[int, Raw]] = {}
        self._folded: dict[str, list[tuple[int, Raw]]] = {}
        for key, position, row in found:
            self._exact[key] = (position, row)
            self._folded.setdefault(fold(key), []).append((position, row))

    def find(self, key: str) -> tuple[int, Raw] | None:
        near = self._folded.get(fold(key), [])
        return self._exact.get(key) or (near[0] if len(near) == 1 else None)


def _picked(api: Api, collection: Collection, listed: Listed, keyed: Sequence[_Keyed]) -> Talk[Answered]:
    """From the whole list, where the API has nothing else."""
    shape = collection.shape
    try:
        found = yield from pages.read(api, collection, listed, {}, None)
        by_key = _Index([(str(replies.key_of(api, collection, row)), 0, row) for row in found.rows])
    except ProviderError as error:
        return dict.fromkeys((ask for ask, _ in keyed), error)
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask, key in keyed:
        hit = by_key.find(str(key))
        if hit is not None:
            answered[ask] = replies.answer_of(api, collection, key, hit[1], found.at)
        elif found.more:
            answered[ask] = ProviderError(
                f"the list of {shape.name} of `{api.identifier}` is too long to look for one in it",
                identifier=api.identifier,
                help=f"give the collection {shape.name} a query for one: `one` or `many`",
            )
        else:
            answered[ask] = Answer(None, found=False, fetched_at=found.at)
    return answered
