"""Between features and the protocol: places, texts and answers as lsprotocol's types, fit for the client at hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from lsprotocol import types

from dovetail.errors import Diagnostic
from dovetail.lsp.client import Client
from dovetail.lsp.document import Document, Position
from dovetail.lsp.features import results
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.results import Prose
from dovetail.lsp.features.words import DOCS
from dovetail.source import Span

KINDS: Mapping[results.CompletionKind, types.CompletionItemKind] = {
    "tag": types.CompletionItemKind.Keyword,
    "block": types.CompletionItemKind.Keyword,
    "modifier": types.CompletionItemKind.Function,
    "attribute": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.Value,
    "variable": types.CompletionItemKind.Variable,
    "integration": types.CompletionItemKind.Module,
    "member": types.CompletionItemKind.Class,
    "record": types.CompletionItemKind.Reference,
    "field": types.CompletionItemKind.Field,
    "template": types.CompletionItemKind.File,
    "function": types.CompletionItemKind.Function,
    "snippet": types.CompletionItemKind.Snippet,
    "html-tag": types.CompletionItemKind.Property,
    "html-attribute": types.CompletionItemKind.Value,
    "css-property": types.CompletionItemKind.Property,
    "css-value": types.CompletionItemKind.Value,
    "colour": types.CompletionItemKind.Color,
    "notice": types.CompletionItemKind.Text,
}

SEVERITIES: Mapping[str, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}

SYMBOLS: Mapping[results.SymbolKind, types.SymbolKind] = {
    "block": types.SymbolKind.Class,
    "function": types.SymbolKind.Function,
    "variable": types.SymbolKind.Variable,
    "loop": types.SymbolKind.Array,
    "condition": types.SymbolKind.Boolean,
    "include": types.SymbolKind.File,
    "heading": types.SymbolKind.String,
    "image": types.SymbolKind.Object,
    "link": types.SymbolKind.Interface,
    "template": types.SymbolKind.Module,
}

HIGHLIGHTS: Mapping[results.HighlightKind, types.DocumentHighlightKind] = {
    "text": types.DocumentHighlightKind.Text,
    "read": types.DocumentHighlightKind.Read,
    "write": types.DocumentHighlightKind.Write,
}

FOLDS = {"block": None, "comment": types.FoldingRangeKind.Comment, "region": types.FoldingRangeKind.Region}

TOKEN_TYPES: tuple[results.TokenType, ...] = (
    "tag", "variable", "property", "modifier", "function", "parameter", "string", "number", "operator", "comment",
    "keyword",
)  # fmt: skip
TOKEN_MARKS: tuple[results.TokenMark, ...] = ("declaration", "readonly", "deprecated", "live", "unknown")

LEGEND = types.SemanticTokensLegend(
    # The protocol has no name for a tag: its keywords are the nearest that every theme colours.
    token_types=["macro" if each == "tag" else "method" if each == "modifier" else each for each in TOKEN_TYPES],
    token_modifiers=list(TOKEN_MARKS),
)

FADED = frozenset({"unused-assign", "unused-capture", "unused-function", "dead-branch", "unused-suppression"})
"""Findings about text that has no effect: editors show it faded."""

_WORDS = re.compile(r"\w")


class Places:
    """Spans of one document as ranges, and positions as offsets."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def position(self, offset: int) -> types.Position:
        """An offset as a position."""
        found = self.document.position(offset)
        return types.Position(found.line, found.character)

    def range(self, span: Span) -> types.Range:
        """A span as a range."""
        return types.Range(self.position(span.start), self.position(span.end))

    def offset(self, position: types.Position) -> int:
        """A position as an offset."""
        return self.document.offset(Position(position.line, position.character))

    def span(self, given: types.Range) -> Span:
        """A range as a span."""
        start = self.offset(given.start)
        return Span(start, max(start, self.offset(given.end)))

    def edits(self, edits: Sequence[results.Edit]) -> list[types.TextEdit]:
        """Edits of this document."""
        return [types.TextEdit(self.range(edit.span), edit.text) for edit in edits]


def markup(prose: Prose, *, markdown: bool) -> types.MarkupContent:
    """A text in the form that the client shows."""
    if markdown:
        return types.MarkupContent(types.MarkupKind.Markdown, prose.markdown)
    return types.MarkupContent(types.MarkupKind.PlainText, prose.plain)


# Completion -------------------------------------------------------------------------------------------------


def completions(
    found: results.Completions, offset: int, uri: str, places: Places, client: Client
) -> types.CompletionList:
    """A ranked list: the editor keeps our order, and does not filter away what was found by another name."""
    items = [_completion(item, rank, offset, uri, places, client) for rank, item in enumerate(found.items[:100])]
    # What we matched passes the editor's filter by what is typed now: at the next key it has to ask again.
    partial = not found.complete or len(found.items) > 100 or any(item.matched for item in found.items)
    return types.CompletionList(is_incomplete=partial, items=items)


def _completion(
    item: results.Completion, rank: int, offset: int, uri: str, places: Places, client: Client
) -> types.CompletionItem:
    typed = places.document.text[item.span.start : offset]
    span, also = item.span, item.also
    blank = typed.rfind(" ") + 1
    if client.last_word and blank:
        # The words before the last are taken away by an edit of their own.
        also = (*also, results.Edit(Span(span.start, span.start + blank), ""))
        span = Span(span.start + blank, span.end)
    snippet = item.snippet and client.snippets
    made = types.CompletionItem(
        label=item.label,
        kind=KINDS[item.kind],
        sort_text=f"{rank:03d}",
        filter_text=_filter(item, typed, client),
        text_edit=types.TextEdit(
            places.range(span), item.insert if snippet or not item.snippet else plain(item.insert)
        ),
        insert_text_format=types.InsertTextFormat.Snippet if snippet else None,
        additional_text_edits=places.edits(also) or None,
        deprecated=True if item.deprecated else None,
    )
    if client.label_details and (item.description or item.detail):
        made.label_details = types.CompletionItemLabelDetails(description=item.description or item.detail)
        made.detail = item.detail or None
    elif item.description or item.detail:
        made.detail = " · ".join(part for part in (item.detail, item.description) if part)
    if item.documentation is not None:
        made.documentation = markup(item.documentation, markdown=client.markdown_documentation)
    if item.key:
        made.data = {"uri": uri, "key": item.key}
    if item.again:
        made.command = types.Command("Go on", command="editor.action.triggerSuggest")
    return made


def _filter(item: results.Completion, typed: str, client: Client) -> str | None:
    if client.name == "@codemirror/lsp-client":
        # It shows the text by which it filters in place of the label (editors.md 0.8).
        return None
    if item.matched:
        return typed or None
    match = _WORDS.search(typed)
    signs = typed[: match.start()] if match else typed
    return signs + item.label.removeprefix(signs) if signs else None


_STOP = re.compile(r"\$\{\d+:((?:[^}\\]|\\.)*)\}|\$\{\d+\|([^,|]*)[^|]*\|\}|\$\d+|\$\{\d+\}|\\(.)", re.DOTALL)


def plain(snippet: str) -> str:
    """A snippet's text without its stops, for clients that know none."""
    return _STOP.sub(lambda match: plain(match[1]) if match[1] else match[2] or match[3] or "", snippet)


# Findings and changes ---------------------------------------------------------------------------------------


def diagnostic(item: Diagnostic, places: Places, client: Client) -> types.Diagnostic:
    """A finding."""
    tags = [types.DiagnosticTag.Unnecessary] if item.code in FADED else []
    made = types.Diagnostic(
        range=places.range(item.span),
        message=item.message + (f"\n{item.help}" if item.help else ""),
        severity=SEVERITIES[item.severity],
        code=item.code,
        source="dovetail",
    )
    if client.diagnostic_links:
        page = "lints.md" if item.code in LINTS else "errors.md"
        made.code_description = types.CodeDescription(f"{DOCS}{page}#{item.code}")
    if client.diagnostic_tags.issuperset(tags) and tags:
        made.tags = list(tags)
    return made


_NEW = Document("", -1)


def change(
    given: results.Change,
    document_of: Callable[[str], tuple[str, Document] | None],
    uri_of_new: Callable[[str], str],
    client: Client,
) -> types.WorkspaceEdit:
    """Edits of several templates; `document_of` gives the address and text of one by its name, if it is there."""
    texts = dict[str, tuple[Document, list[types.TextEdit]]]()
    made = list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile]()
    for name, changes in given.edits.items():
        found = document_of(name)
        if found is not None:
            uri, document = found
            texts[uri] = (document, Places(document).edits(changes))
        elif client.create_files:
            made.append(types.CreateFile(uri_of_new(name)))
            texts[uri_of_new(name)] = (_NEW, Places(_NEW).edits(changes))
    if not client.document_changes:
        return types.WorkspaceEdit(changes={uri: edits for uri, (_, edits) in texts.items()})
    annotate = given.confirm and client.change_annotations
    for uri, (document, edits) in texts.items():
        # A version below 0 is a file that no editor has open.
        version = document.version if document.version >= 0 else None
        identifier = types.OptionalVersionedTextDocumentIdentifier(uri, version)
        shown: list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit] = [
            types.AnnotatedTextEdit("change", edit.range, edit.new_text) if annotate else edit for edit in edits
        ]
        made.append(types.TextDocumentEdit(identifier, shown))
    result = types.WorkspaceEdit(document_changes=made)
    if annotate:
        result.change_annotations = {"change": types.ChangeAnnotation(given.title, needs_confirmation=True)}
    return result


# Looking ----------------------------------------------------------------------------------------------------


def symbol(item: results.Symbol, places: Places) -> types.DocumentSymbol:
    """A landmark with those within it."""
    return types.DocumentSymbol(
        name=item.name or "…",
        kind=SYMBOLS[item.kind],
        range=places.range(item.span),
        selection_range=places.range(item.selection),
        detail=item.detail or None,
        children=[symbol(child, places) for child in item.children],
    )


def flat_symbols(
    items: Sequence[results.Symbol], uri: str, places: Places, container: str = ""
) -> list[types.SymbolInformation]:
    """Landmarks for clients that show no tree."""
    found = list[types.SymbolInformation]()
    for item in items:
        location = types.Location(uri, places.range(item.selection))
        found.append(
            types.SymbolInformation(location, item.name or "…", SYMBOLS[item.kind], container_name=container or None)
        )
        found += flat_symbols(item.children, uri, places, item.name)
    return found


def signature(found: results.Signature, client: Client) -> types.SignatureHelp:
    """How something is written, with the active parameter."""
    active = found.active
    if active is None and not client.null_active_parameter:
        # Without a word for "none", a number beyond the last parameter marks none.
        active = len(found.parameters)
    parameters = [
        types.ParameterInformation(
            label=found.label[each.label_span.start : each.label_span.end],
            documentation=markup(each.documentation, markdown=client.markdown_signature)
            if each.documentation
            else None,
        )
        for each in found.parameters
    ]
    made = types.SignatureInformation(
        label=found.label,
        documentation=markup(found.documentation, markdown=client.markdown_signature) if found.documentation else None,
        parameters=parameters,
    )
    return types.SignatureHelp(signatures=[made], active_signature=0, active_parameter=active)


def inlay(item: results.Inlay, places: Places) -> types.InlayHint:
    """A text within a line."""
    return types.InlayHint(
        position=places.position(item.offset),
        label=item.label,
        tooltip=item.tooltip.plain if item.tooltip else None,
        padding_left=True,
    )


def tokens(found: Sequence[results.Token], places: Places) -> list[int]:
    """Coloured spans as the protocol packs them: each relative to the one before."""
    numbers = list[int]()
    line = column = 0
    for token in found:
        start, end = places.document.position(token.span.start), places.document.position(token.span.end)
        marks = sum(1 << TOKEN_MARKS.index(mark) for mark in token.marks)
        beside = column if start.line == line else 0
        kind = TOKEN_TYPES.index(token.type)
        numbers += (start.line - line, start.character - beside, end.character - start.character, kind, marks)
        line, column = start
    return numbers


def selection(found: results.Selection, places: Places) -> types.SelectionRange:
    """Growing ranges."""
    made: types.SelectionRange | None = None
    for span in reversed(found.spans):
        made = types.SelectionRange(places.range(span), made)
    return made or types.SelectionRange(types.Range(types.Position(0, 0), types.Position(0, 0)))
