"""The entities and records in a reply, by the pointers of the description; or why they are not to be used. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from dovetail.engine.ports import Answer, Key
from dovetail.errors import OddAnswerError, ProviderError
from dovetail.providers.described import pointer
from dovetail.providers.described.queries import fold
from dovetail.providers.described.shapes import Raw
from dovetail.providers.graphql.spec import Api, Collection, Names
from dovetail.providers.graphql.wire import Reply, failure


def entity(api: Api, collection: Collection, key: Key, reply: Reply, place: Names) -> Answer | ProviderError:
    """The answer for a key, whose entity stands at a place of the data."""
    shape = collection.shape
    complaints = reply.about(place)
    value = None
    try:
        value = pointer.find(reply.data, place)
    except pointer.Missing as missing:
        # Null around it, or an empty list: there is nobody.
        if not complaints and missing.value not in (None, []):
            return _not_there(api, shape.name, place, missing)
    if complaints:
        if value is None and all(each.is_absence for each in complaints):
            return Answer(None, found=False, fetched_at=reply.at)
        return failure(api, shape.name, complaints)
    if value is None:
        return Answer(None, found=False, fetched_at=reply.at)
    if not isinstance(value, dict):
        return _other(api, shape.name, f"{pointer.describe(value)} where one {shape.name} should be", "an object")
    return answer_of(api, collection, key, cast("Raw", value), reply.at)


def answer_of(api: Api, collection: Collection, key: Key, raw: Raw, at: float) -> Answer | ProviderError:
    """The answer for a key that is a record of the API, unless that is another's."""
    shape = collection.shape
    own = shape.key_of(raw)
    if own is None and collection.verify_key:
        return no_key(api, collection, raw)
    if own is not None and collection.verify_key and fold(own) != fold(key):
        return OddAnswerError(
            f"`{api.identifier}` was asked for one {shape.name} and answered with another",
            identifier=api.identifier,
            help=f"check `one` and `key` of the collection {shape.name}; where it is asked by something else than "
            "its key, set verify_key = false",
        )
    return Answer(shape.record(raw, key if own is None else own), fetched_at=at)


def elements(api: Api, name: str, reply: Reply, place: Names) -> list[object]:
    """The array at a place of the data; null is an empty one.

    Raises:
        OddAnswerError: there is something else.
    """
    try:
        value = pointer.find(reply.data, place)
    except pointer.Missing as missing:
        if missing.value is None:
            return []
        raise _not_there(api, name, place, missing) from None
    if value is None:
        return []
    if not isinstance(value, list):
        raise _other(api, name, f"{pointer.describe(value)} where the list of {name} should be", "an array")
    return cast("list[object]", value)


def rows(api: Api, name: str, found: list[object], node: Names) -> Iterator[tuple[int, Raw]]:
    """The records of an array with their positions; elements that are null are left out.

    Raises:
        OddAnswerError: an element has none.
    """
    for position, each in enumerate(found):
        try:
            value = pointer.find(each, node) if each is not None else None
        except pointer.Missing as missing:
            raise _not_there(api, name, node, missing) from None
        if value is None:
            continue
        if not isinstance(value, dict):
            raise _other(api, name, f"{pointer.describe(value)} where a {name} should be", "an object")
        yield position, cast("Raw", value)


def key_of(api: Api, collection: Collection, raw: Raw) -> Key:
    """The key of a record.

    Raises:
        OddAnswerError: it has none.
    """
    key = collection.shape.key_of(raw)
    if key is None:
        raise no_key(api, collection, raw)
    return key


def no_key(api: Api, collection: Collection, raw: Raw) -> OddAnswerError:
    """That a record has no key."""
    shape = collection.shape
    return OddAnswerError(
        f"a {shape.name} of `{api.identifier}` has no {shape.key}: it is {pointer.describe(raw)}",
        identifier=api.identifier,
        help=f"select {shape.key} in the queries of the collection {shape.name}, or set `key` to another field",
    )


def _not_there(api: Api, name: str, place: Names, missing: pointer.Missing) -> OddAnswerError:
    where = f"below {missing.at}" if missing.at else "at the top"
    return OddAnswerError(
        f"`{api.identifier}` has nothing at {pointer.spell(place)} in its data for {name}; {where} there is "
        f"{pointer.describe(missing.value)}",
        identifier=api.identifier,
        help=f"check `at` and `node` of the collection {name}",
    )


def _other(api: Api, name: str, what: str, wanted: str) -> OddAnswerError:
    return OddAnswerError(
        f"`{api.identifier}` has {what}",
        identifier=api.identifier,
        help=f"check `at` of the collection {name}: a JSON pointer below `data`, to {wanted}",
    )
