"""Entities by key: many in one request where the API has an address for that, else each by its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dovetail.engine.ports import Answer, Ask, Key, Query, Request, Response, Talk
from dovetail.errors import OddAnswerError, ProviderError
from dovetail.providers.described.shapes import Raw
from dovetail.providers.rest import addresses, pages, replies
from dovetail.providers.rest.spec import Api, Batch, Collection

Answered = Mapping[Ask, Answer | ProviderError]


def by_keys(api: Api, collection: Collection, asks: Sequence[Ask], now: float) -> Talk[Answered]:
    """Answer asks for entities of one collection; each fault is the answer to its ask."""
    answered: dict[Ask, Answer | ProviderError] = {}
    wanted: list[Ask] = []
    for ask in asks:
        if isinstance(ask.key, Query) or not addresses.usable(ask.key):
            answered[ask] = Answer(None, found=False, fetched_at=now)
        else:
            wanted.append(ask)
    if collection.batch and (len(wanted) > 1 or not collection.one):
        answered.update((yield from _batched(api, collection, collection.batch, wanted)))
    elif not collection.one and collection.list:
        answered.update((yield from _picked(api, collection, wanted)))
    left = [ask for ask in wanted if ask not in answered]
    if left and collection.one:
        requests = [addresses.one(api, collection.one, key(ask), collection.parameters) for ask in left]
        for ask, reply in zip(left, (yield requests), strict=True):
            answered[ask] = _read_one(api, collection, ask, reply)
    return answered


def key(ask: Ask) -> Key:
    """The key of an entity's ask."""
    return "" if isinstance(ask.key, Query) else ask.key


def _read_one(api: Api, collection: Collection, ask: Ask, reply: Response | ProviderError) -> Answer | ProviderError:
    shape = collection.shape
    try:
        found = replies.document(api, shape.name, reply)
        raw = None if found is None else replies.entity(api, collection, found)
    except ProviderError as error:
        return error
    at = reply.at if isinstance(reply, Response) else 0.0
    if raw is None:
        return Answer(None, found=False, fetched_at=at)
    own = shape.key_of(raw)
    if own is not None and collection.verify_key and not _alike(own, key(ask)):
        return OddAnswerError(
            f"`{api.identifier}` was asked for one {shape.name} and answered with another",
            identifier=api.identifier,
            help=f"check `one` and `key` of the collection {shape.name}; where it is asked by something else than "
            "its key, set verify_key = false",
        )
    return Answer(shape.record(raw, key(ask) if own is None else own), fetched_at=at)


def _batched(api: Api, collection: Collection, batch: Batch, asks: Sequence[Ask]) -> Talk[Answered]:
    chunks = list(_chunks(api, collection, batch, asks))
    answered: dict[Ask, Answer | ProviderError] = {}
    got = yield [request for _, request in chunks]
    for (members, _), reply in zip(chunks, got, strict=True):
        answered.update(_read_batch(api, collection, batch, members, reply))
    return answered


def _read_batch(
    api: Api, collection: Collection, batch: Batch, asks: Sequence[Ask], reply: Response | ProviderError
) -> Answered:
    shape = collection.shape
    try:
        found = replies.document(api, shape.name, reply)
        rows = [] if found is None else replies.items(api, collection, found, batch.items)
        by_key = {str(replies.key_of(api, collection, row)): row for row in rows}
    except ProviderError as error:
        return dict.fromkeys(asks, error)
    at = reply.at if isinstance(reply, Response) else 0.0
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask in asks:
        row = by_key.get(str(key(ask)))
        if row is not None:
            answered[ask] = _answer(api, collection, row, at)
        elif not collection.one:
            # Otherwise it is asked for by itself: the API may give less at once than was asked for.
            answered[ask] = Answer(None, found=False, fetched_at=at)
    return answered


def _chunks(
    api: Api, collection: Collection, batch: Batch, asks: Sequence[Ask]
) -> Iterator[tuple[Sequence[Ask], Request]]:
    """Asks by request: no more than the API takes at once, and no longer than an address may be."""
    members: list[Ask] = []
    for ask in asks:
        if batch.style == "comma" and "," in str(key(ask)):
            if not collection.one:
                yield [ask], _request(api, collection, batch, [ask])
            continue
        fits = addresses.fits(_request(api, collection, batch, [*members, ask]).url)
        if members and (len(members) >= batch.most or not fits):
            yield members, _request(api, collection, batch, members)
            members = []
        members.append(ask)
    if members:
        yield members, _request(api, collection, batch, members)


def _request(api: Api, collection: Collection, batch: Batch, asks: Sequence[Ask]) -> Request:
    keys = [str(key(ask)) for ask in asks]
    named = tuple((batch.parameter, each) for each in ([",".join(keys)] if batch.style == "comma" else keys))
    size = collection.paging.size
    sized = ((size, str(len(keys))),) if size and batch.path == collection.list else ()
    return addresses.get(api, batch.path, (*collection.parameters, *named, *sized))


def _picked(api: Api, collection: Collection, asks: Sequence[Ask]) -> Talk[Answered]:
    """From the whole list, where the API has nothing else."""
    shape = collection.shape
    try:
        found = yield from pages.read(api, collection, (), None)
        by_key = {str(replies.key_of(api, collection, row)): row for row in found.rows}
    except ProviderError as error:
        return dict.fromkeys(asks, error)
    answered: dict[Ask, Answer | ProviderError] = {}
    for ask in asks:
        row = by_key.get(str(key(ask)))
        if row is not None:
            answered[ask] = _answer(api, collection, row, found.at)
        elif found.more:
            answered[ask] = ProviderError(
                f"the list of {shape.name} of `{api.identifier}` is too long to look for one in it",
                identifier=api.identifier,
                help=f'give the collection {shape.name} an address for one: one = "{collection.list}/{{key}}"',
            )
        else:
            answered[ask] = Answer(None, found=False, fetched_at=found.at)
    return answered


def _answer(api: Api, collection: Collection, row: Raw, at: float) -> Answer:
    return Answer(collection.shape.record(row, replies.key_of(api, collection, row)), fetched_at=at)


def _alike(found: Key, asked: Key) -> bool:
    """Whether an entity is the one that was asked for: some APIs take `A1` for `a1`."""
    return str(found).strip().casefold() == str(asked).strip().casefold()
