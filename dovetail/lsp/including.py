"""Requests about the tree of includes, which the protocol calls a call hierarchy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lsprotocol import types

from dovetail.lsp.connection import Connection
from dovetail.lsp.convert import Places
from dovetail.lsp.features import results
from dovetail.lsp.features.calls import callees, callers
from dovetail.lsp.features.definition import definition
from dovetail.lsp.features.view import View
from dovetail.lsp.looking import at_place
from dovetail.lsp.session import Opened


async def on_prepare_calls(
    connection: Connection, params: types.CallHierarchyPrepareParams
) -> list[types.CallHierarchyItem] | None:
    """The template as a node of the tree of includes; on an include, the one that it names."""
    opened = connection.opened(params.text_document.uri)
    found = await at_place(connection, params, definition)
    if opened is None or found is None:
        return None
    names = [place.name for place in found[0] if place.name != opened.reading.name]
    item = _template(connection, opened, names[0] if names else opened.reading.name)
    return None if item is None else [item]


def _template(connection: Connection, opened: Opened, name: str) -> types.CallHierarchyItem | None:
    found = connection.document_of(opened.folder, name)
    if found is None:
        return None
    uri, document = found
    top = types.Position(0, 0)
    whole = types.Range(top, Places(document).position(len(document.text)))
    return types.CallHierarchyItem(name, types.SymbolKind.File, uri, whole, types.Range(top, top), data=opened.uri)


async def on_incoming(
    connection: Connection, params: types.CallHierarchyIncomingCallsParams
) -> list[types.CallHierarchyIncomingCall] | None:
    """The templates that include one."""
    found = _neighbours(connection, params.item, callers)
    if found is None:
        return None
    opened, neighbours = found
    made = list[types.CallHierarchyIncomingCall]()
    for each in neighbours:
        item = _template(connection, opened, each.name)
        document = connection.document_of(opened.folder, each.name)
        if item is not None and document is not None:
            ranges = [Places(document[1]).range(span) for span in each.places]
            made.append(types.CallHierarchyIncomingCall(item, ranges))
    return made


async def on_outgoing(
    connection: Connection, params: types.CallHierarchyOutgoingCallsParams
) -> list[types.CallHierarchyOutgoingCall] | None:
    """The templates that one includes."""
    found = _neighbours(connection, params.item, callees)
    document = None if found is None else connection.document_of(found[0].folder, params.item.name)
    if found is None or document is None:
        return None
    opened, neighbours = found
    made = list[types.CallHierarchyOutgoingCall]()
    for each in neighbours:
        item = _template(connection, opened, each.name)
        if item is not None:
            ranges = [Places(document[1]).range(span) for span in each.places]
            made.append(types.CallHierarchyOutgoingCall(item, ranges))
    return made


def _neighbours(
    connection: Connection, item: types.CallHierarchyItem, feature: Callable[[View, str], Sequence[results.Caller]]
) -> tuple[Opened, Sequence[results.Caller]] | None:
    opened = connection.opened(item.uri)
    found = connection.look(item.uri, lambda view, _: feature(view, item.name))
    return None if opened is None or found is None else (opened, found[0])
