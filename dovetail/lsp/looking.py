"""Requests that read: completion, hover and all that is shown about a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from lsprotocol import types

from dovetail.lsp import convert
from dovetail.lsp.connection import Connection
from dovetail.lsp.convert import Places
from dovetail.lsp.document import Document
from dovetail.lsp.features import results
from dovetail.lsp.features.colours import colours, presentations
from dovetail.lsp.features.completion import complete, resolve
from dovetail.lsp.features.definition import definition, type_definition
from dovetail.lsp.features.folding import folds
from dovetail.lsp.features.highlights import highlights
from dovetail.lsp.features.hover import hover
from dovetail.lsp.features.html import html_completions, html_hover
from dovetail.lsp.features.inlay import inlays
from dovetail.lsp.features.lenses import lenses
from dovetail.lsp.features.linked import linked
from dovetail.lsp.features.links import links
from dovetail.lsp.features.references import references
from dovetail.lsp.features.selection import selection
from dovetail.lsp.features.signature import signature
from dovetail.lsp.features.symbols import folder_symbols, symbols
from dovetail.lsp.features.tokens import tokens
from dovetail.lsp.features.view import View
from dovetail.lsp.followups import serving
from dovetail.lsp.session import Opened

T = TypeVar("T")


class Placed(Protocol):
    """Parameters that name a position in a text."""

    @property
    def text_document(self) -> types.TextDocumentIdentifier:
        """The text."""
        ...

    @property
    def position(self) -> types.Position:
        """The place in it."""
        ...


# At a place -------------------------------------------------------------------------------------------------


async def at_place(
    connection: Connection, params: Placed, feature: Callable[[View, int], T]
) -> tuple[T, Places, int] | None:
    """What a feature says of a position, with live data within the deadline."""
    found = await connection.ask(
        params.text_document.uri, lambda view, places: feature(view, places.offset(params.position))
    )
    if found is None:
        return None
    result, places = found
    return result, places, places.offset(params.position)


async def on_completion(connection: Connection, params: types.CompletionParams) -> types.CompletionList:
    """What may be written here: of the template language, else of HTML and CSS."""
    followup = connection.session.followups.get(params.text_document.uri)
    if followup is not None:
        return serving.completion(followup, params.position, connection.client)

    def both(view: View, offset: int) -> results.Completions:
        ours, html = complete(view, offset), html_completions(view, offset)
        return results.Completions((*ours.items, *html.items), ours.complete and html.complete)

    found = await at_place(connection, params, both)
    if found is None:
        return types.CompletionList(is_incomplete=False, items=[])
    result, places, offset = found
    return convert.completions(result, offset, params.text_document.uri, places, connection.client)


async def on_completion_resolve(connection: Connection, item: types.CompletionItem) -> types.CompletionItem:
    """The documentation of one completion, with its picture."""
    data = item.data
    if not isinstance(data, dict) or not isinstance(data.get("uri"), str) or not isinstance(data.get("key"), str):
        return item
    key = str(data["key"])
    if str(data["uri"]) in connection.session.followups:
        return serving.resolved(item, key, connection.client)
    found = await connection.ask(str(data["uri"]), lambda view, places: resolve(view, key))
    if found is not None and found[0] is not None:
        item.documentation = convert.markup(found[0], markdown=connection.client.markdown_documentation)
    return item


async def on_hover(connection: Connection, params: types.HoverParams) -> types.Hover | None:
    """What stands here, and its value now."""
    followup = connection.session.followups.get(params.text_document.uri)
    if followup is not None:
        return serving.hover(followup, params.position, connection.client)
    found = await at_place(connection, params, lambda view, offset: hover(view, offset) or html_hover(view, offset))
    if found is None:
        return None
    result, places, _ = found
    if result is None:
        return None
    content = convert.markup(result.prose, markdown=connection.client.markdown_hover)
    return types.Hover(content, places.range(result.span))


async def on_signature(connection: Connection, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """How what is being written here is written."""
    found = await at_place(connection, params, signature)
    return None if found is None or found[0] is None else convert.signature(found[0], connection.client)


async def on_definition(connection: Connection, params: types.DefinitionParams) -> list[types.Location] | None:
    """Where what stands here is set."""
    return await _locations(connection, params, definition)


async def on_type_definition(connection: Connection, params: types.TypeDefinitionParams) -> list[types.Location] | None:
    """Where what stands here gets its type from."""
    return await _locations(connection, params, type_definition)


async def on_references(connection: Connection, params: types.ReferenceParams) -> list[types.Location] | None:
    """Where else what stands here is used."""
    declaration = params.context.include_declaration
    return await _locations(connection, params, lambda view, offset: references(view, offset, declaration=declaration))


async def _locations(
    connection: Connection,
    params: Placed,
    feature: Callable[[View, int], Sequence[results.Place]],
) -> list[types.Location] | None:
    opened = connection.opened(params.text_document.uri)
    found = await at_place(connection, params, feature)
    return None if opened is None or found is None else _placed(connection, opened, found[0])


def _placed(connection: Connection, opened: Opened, places: Sequence[results.Place]) -> list[types.Location]:
    documents = dict[str, tuple[str, Document] | None]()
    made = list[types.Location]()
    for place in places:
        if place.name not in documents:
            documents[place.name] = connection.document_of(opened.folder, place.name)
        found = documents[place.name]
        if found is not None:
            made.append(types.Location(found[0], Places(found[1]).range(place.span)))
    return made


async def on_highlights(
    connection: Connection, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """What belongs to what stands here."""
    found = await at_place(connection, params, highlights)
    if found is None:
        return None
    result, places, offset = found
    # Editors ask this when the cursor has moved; they have no other word for that.
    connection.previews.cursor(params.text_document.uri, offset)
    return [types.DocumentHighlight(places.range(each.span), convert.HIGHLIGHTS[each.kind]) for each in result]


async def on_linked(connection: Connection, params: types.LinkedEditingRangeParams) -> types.LinkedEditingRanges | None:
    """What is edited together with what stands here."""
    found = await at_place(connection, params, linked)
    if found is None:
        return None
    result, places, _ = found
    if result is None:
        return None
    return types.LinkedEditingRanges([places.range(span) for span in result.spans], result.word)


# Of a whole text --------------------------------------------------------------------------------------------


async def on_symbols(
    connection: Connection, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    """The landmarks of a template."""
    found = connection.look(params.text_document.uri, lambda view, _: symbols(view))
    if found is None:
        return None
    result, places = found
    if connection.client.symbol_tree:
        return [convert.symbol(each, places) for each in result]
    return convert.flat_symbols(result, params.text_document.uri, places)


async def on_folder_symbols(
    connection: Connection, params: types.WorkspaceSymbolParams
) -> list[types.SymbolInformation]:
    """Landmarks of all templates, by name."""
    made = list[types.SymbolInformation]()
    for root in connection.session.workspace or list(connection.session.folders):
        folder = connection.session.folder_of((root / "any").as_uri())
        for each in folder_symbols(folder, params.query):
            found = connection.document_of(folder, each.place.name)
            if found is not None:
                location = types.Location(found[0], Places(found[1]).range(each.place.span))
                kind = convert.SYMBOLS[each.kind]
                made.append(types.SymbolInformation(location, each.name, kind, container_name=each.container or None))
    return made


async def on_folds(connection: Connection, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    """What can be folded away."""
    found = connection.look(params.text_document.uri, lambda view, _: folds(view))
    if found is None:
        return None
    result, places = found
    made = list[types.FoldingRange]()
    for fold in result:
        start, end = places.position(fold.span.start), places.position(fold.span.end)
        if end.line > start.line:
            made.append(types.FoldingRange(start.line, end.line, kind=convert.FOLDS[fold.kind]))
    return made


async def on_selection(connection: Connection, params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
    """Growing ranges around positions."""
    found = connection.look(
        params.text_document.uri,
        lambda view, places: [selection(view, places.offset(position)) for position in params.positions],
    )
    if found is None:
        return None
    result, places = found
    return [
        convert.selection(each, places) if each.spans else types.SelectionRange(types.Range(position, position))
        for each, position in zip(result, params.positions, strict=True)
    ]


async def on_links(connection: Connection, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
    """What leads to another template or to an address."""
    opened = connection.opened(params.text_document.uri)
    found = connection.look(params.text_document.uri, lambda view, _: links(view))
    if found is None or opened is None:
        return None
    result, places = found
    return [
        types.DocumentLink(
            places.range(each.span),
            target=opened.folder.uri(each.name) if each.name else each.url or None,
            tooltip=(each.tooltip or None) if connection.client.link_tooltips else None,
        )
        for each in result
    ]


async def on_colours(connection: Connection, params: types.DocumentColorParams) -> list[types.ColorInformation] | None:
    """The colours of a text."""
    found = connection.look(params.text_document.uri, lambda view, _: colours(view))
    if found is None:
        return None
    result, places = found
    return [
        types.ColorInformation(places.range(each.span), types.Color(each.red, each.green, each.blue, each.alpha))
        for each in result
    ]


async def on_presentations(
    connection: Connection, params: types.ColorPresentationParams
) -> list[types.ColorPresentation]:
    """How a chosen colour may be written."""
    found = connection.look(
        params.text_document.uri,
        lambda _, places: presentations(
            results.Colour(
                places.span(params.range), params.color.red, params.color.green, params.color.blue, params.color.alpha
            )
        ),
    )
    return [
        types.ColorPresentation(label, text_edit=types.TextEdit(params.range, label))
        for label in (found[0] if found else ())
    ]


async def on_inlays(connection: Connection, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    """Values within the lines that are seen."""
    found = await connection.ask(params.text_document.uri, lambda view, places: inlays(view, places.span(params.range)))
    return None if found is None else [convert.inlay(each, found[1]) for each in found[0]]


async def on_lenses(connection: Connection, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    """Lines above lines."""
    uri = params.text_document.uri
    found = await connection.ask(uri, lambda view, _: lenses(view))
    if found is None:
        return None
    result, places = found
    return [
        # Protocol: a lens needs a command to be shown; one without a name does nothing when it is pressed.
        types.CodeLens(
            places.range(each.span), types.Command(each.title, each.command, arguments=[uri, *each.arguments[1:]])
        )
        for each in result
    ]


# Colouring --------------------------------------------------------------------------------------------------


async def on_tokens(connection: Connection, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    """The coloured spans of a text."""
    return _tokens(connection, params.text_document.uri)


def _tokens(connection: Connection, uri: str) -> types.SemanticTokens | None:
    found = connection.look(uri, lambda view, places: convert.tokens(tokens(view, None), places))
    if found is None:
        return None
    before = connection.token_sets.get(uri)
    name = str(int(before[0]) + 1) if before else "1"
    connection.token_sets[uri] = (name, found[0])
    return types.SemanticTokens(found[0], name)


async def on_tokens_delta(
    connection: Connection, params: types.SemanticTokensDeltaParams
) -> types.SemanticTokens | types.SemanticTokensDelta | None:
    """What changed since the coloured spans that the client has."""
    uri = params.text_document.uri
    before = connection.token_sets.get(uri)
    made = _tokens(connection, uri)
    if made is None or before is None or before[0] != params.previous_result_id:
        return made
    old, new = before[1], made.data
    start = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    most = min(len(old), len(new)) - start
    end = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    edits = [types.SemanticTokensEdit(start, len(old) - end - start, list(new[start : len(new) - end]))]
    return types.SemanticTokensDelta(edits if old != new else [], made.result_id)


async def on_tokens_range(
    connection: Connection, params: types.SemanticTokensRangeParams
) -> types.SemanticTokens | None:
    """The coloured spans of what is seen."""
    found = connection.look(
        params.text_document.uri,
        lambda view, places: convert.tokens(tokens(view, places.span(params.range)), places),
    )
    return None if found is None else types.SemanticTokens(found[0])
