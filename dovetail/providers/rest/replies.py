"""Replies of a JSON API read by the pointers of its description: what is not where it should be is said. Pure."""

from __future__ import annotations

import re
from typing import cast

from dovetail.engine.ports import Key, Response
from dovetail.errors import OddAnswerError, ProviderError
from dovetail.providers.described import pointer
from dovetail.providers.described.shapes import Raw
from dovetail.providers.reading import read_json
from dovetail.providers.rest.spec import Api, Collection, Names

_TITLE = re.compile(rb"<title[^>]*>\s*([^<]{1,80})", re.IGNORECASE)


def document(api: Api, name: str, reply: Response | ProviderError) -> object:
    """The JSON of a reply about the collection `name`; None for 404 and 410.

    Raises:
        ProviderError: there is none; the sentence names the collection.
    """
    try:
        return read_json(reply, api.identifier)
    except ProviderError as error:
        error.message = f"{error.message}, asked for {name}" if name not in error.message else error.message
        if isinstance(error, OddAnswerError) and isinstance(reply, Response):
            error.help = _advice(name, reply) or error.help
        raise


def entity(api: Api, collection: Collection, found: object) -> Raw | None:
    """The single entity in the document of its own address; None where the API has none.

    Raises:
        OddAnswerError: it is not where `entity` says.
    """
    name = collection.shape.name
    try:
        value = pointer.find(found, collection.entity)
    except pointer.Missing as missing:
        # `customers?email=…` with the entity "/0": an empty list is nobody.
        if isinstance(missing.value, list) and not missing.value:
            return None
        raise _not_there(api, name, "entity", collection.entity, missing) from None
    if value is None:
        return None
    if not isinstance(value, dict):
        raise OddAnswerError(
            f"`{api.identifier}` has {pointer.describe(value)} where one {name} should be",
            identifier=api.identifier,
            help=f"check `entity` of the collection {name}: a JSON pointer to the object, such as /data",
        )
    return cast("Raw", value)


def items(api: Api, collection: Collection, found: object, place: Names) -> list[Raw]:
    """The records in the document of a list.

    Raises:
        OddAnswerError: they are not where `items` says, or are no objects.
    """
    name = collection.shape.name
    try:
        value = pointer.find(found, place)
    except pointer.Missing as missing:
        raise _not_there(api, name, "items", place, missing) from None
    if value is None:
        return []
    if not isinstance(value, list):
        raise OddAnswerError(
            f"`{api.identifier}` has {pointer.describe(value)} where the list of {name} should be",
            identifier=api.identifier,
            help=f"check `items` of the collection {name}: a JSON pointer to the array, such as /data",
        )
    elements = cast("list[object]", value)
    for each in elements:
        if not isinstance(each, dict):
            raise OddAnswerError(
                f"`{api.identifier}` lists {pointer.describe(each)} where a {name} should be",
                identifier=api.identifier,
                help=f"check `items` of the collection {name}: the elements of that array are objects",
            )
    return cast("list[Raw]", elements)


def key_of(api: Api, collection: Collection, raw: Raw) -> Key:
    """The key of a record.

    Raises:
        OddAnswerError: it has none.
    """
    key = collection.shape.key_of(raw)
    if key is None:
        shape = collection.shape
        raise OddAnswerError(
            f"a {shape.name} of `{api.identifier}` has no {shape.key}: it is {pointer.describe(raw)}",
            identifier=api.identifier,
            help=f"check `key` of the collection {shape.name}: the field whose value tells records apart",
        )
    return key


def _not_there(api: Api, name: str, setting: str, place: Names, missing: pointer.Missing) -> OddAnswerError:
    where = f"below {missing.at}" if missing.at else "at the top"
    return OddAnswerError(
        f"`{api.identifier}` has nothing at {pointer.spell(place)} in its answer for {name}; {where} there is "
        f"{pointer.describe(missing.value)}",
        identifier=api.identifier,
        help=f"check `{setting}` of the collection {name}",
    )


def _advice(name: str, reply: Response) -> str:
    title = _TITLE.search(reply.body[:20_000])
    if title:
        shown = " ".join(title[1].decode("utf-8", "replace").split())
        return f"it is the page “{shown}”: check `url`, and the paths of the collection {name}"
    if reply.status in {400, 422}:
        return f"check the parameters of the collection {name}: paging, filters, order"
    return ""
