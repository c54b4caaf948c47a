"""What features answer, free of any protocol. Spans and offsets are code points in the reading's text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dovetail.source import Span


@dataclass(frozen=True, slots=True)
class Prose:
    """A text for people, for clients that show Markdown and for those that do not.

    Live values in `markdown` are escaped (`prose.py`): a product's title is somebody else's text.
    """

    markdown: str
    plain: str


@dataclass(frozen=True, slots=True)
class Edit:
    """The text of `span` becomes `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a template, by the template's name."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Change:
    """Edits by template name, under one title. `confirm`: people should look before it is applied.

    Edits of a template that is not there make it.
    """

    title: str
    edits: Mapping[str, Sequence[Edit]]
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be done, in a sentence that is shown to the user."""

    message: str


# Completion -------------------------------------------------------------------------------------------------

CompletionKind = Literal[
    "tag",
    "block",
    "modifier",
    "attribute",
    "value",
    "variable",
    "integration",
    "member",
    "record",
    "field",
    "template",
    "function",
    "snippet",
    "html-tag",
    "html-attribute",
    "css-property",
    "css-value",
    "colour",
    "notice",
]


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that may be written at the cursor.

    `span` is what it replaces, `insert` what then stands there; `snippet`: `insert` has tab stops of the LSP's
    snippet syntax (live text in it is escaped). `matched`: the server found it by something other than its label (a
    name for an id), so that the editor must not filter it away. `description` stands at the end of the line.
    `again`: the editor asks for the next segment at once. `key`: what `resolve` needs to know, never a live value.
    """

    label: str
    kind: CompletionKind
    span: Span
    insert: str
    detail: str = ""
    description: str = ""
    documentation: Prose | None = None
    snippet: bool = False
    matched: bool = False
    again: bool = False
    deprecated: bool = False
    also: tuple[Edit, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Completions:
    """The best first; at most 100. `complete`: typing on can only make the list shorter."""

    items: Sequence[Completion] = ()
    complete: bool = True


# Looking ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hover:
    """What is said about a span."""

    span: Span
    prose: Prose


@dataclass(frozen=True, slots=True)
class SignatureParameter:
    """One parameter. `label` is a part of the signature's label, from `label_span`."""

    label_span: Span
    documentation: Prose | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """How a modifier, function or tag is written; `active` is the parameter at the cursor, None: none of them."""

    label: str
    documentation: Prose | None
    parameters: Sequence[SignatureParameter]
    active: int | None


@dataclass(frozen=True, slots=True)
class Inlay:
    """A text shown within the line, which is not a part of it."""

    offset: int
    label: str
    tooltip: Prose | None = None
    kind: Literal["value", "closing", "count"] = "value"


@dataclass(frozen=True, slots=True)
class Lens:
    """A line above a line, with a command to run (`command` '' only says something)."""

    span: Span
    title: str
    command: str = ""
    arguments: Sequence[str] = ()


HighlightKind = Literal["text", "read", "write"]


@dataclass(frozen=True, slots=True)
class Highlight:
    """A place that belongs to what is at the cursor."""

    span: Span
    kind: HighlightKind = "text"


SymbolKind = Literal[
    "block", "function", "variable", "loop", "condition", "include", "heading", "image", "link", "template"
]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A landmark of a template. `span` is the whole, `selection` what is selected when it is chosen."""

    name: str
    kind: SymbolKind
    span: Span
    selection: Span
    detail: str = ""
    children: Sequence[Symbol] = ()


@dataclass(frozen=True, slots=True)
class FolderSymbol:
    """A landmark of one of many templates."""

    name: str
    kind: SymbolKind
    place: Place
    container: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """What can be folded away, from the line of `span.start` to the line of `span.end`."""

    span: Span
    kind: Literal["block", "comment", "region"] = "block"


@dataclass(frozen=True, slots=True)
class Link:
    """A span that leads somewhere: to a template (`name`) or an address (`url`)."""

    span: Span
    name: str = ""
    url: str = ""
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour in the text; the parts are from 0 to 1."""

    span: Span
    red: float
    green: float
    blue: float
    alpha: float = 1.0


TokenType = Literal[
    "tag",
    "variable",
    "property",
    "modifier",
    "function",
    "parameter",
    "string",
    "number",
    "operator",
    "comment",
    "keyword",
]
TokenMark = Literal["declaration", "readonly", "deprecated", "live", "unknown"]


@dataclass(frozen=True, slots=True)
class Token:
    """A coloured span; it does not cross a line end."""

    span: Span
    type: TokenType
    marks: frozenset[TokenMark] = frozenset()


@dataclass(frozen=True, slots=True)
class Caller:
    """A template that includes (or extends) another, or is included: with the places where that is written."""

    name: str
    places: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Linked:
    """Spans that are edited as one: a tag's name where it opens and where it closes."""

    spans: Sequence[Span]
    word: str


@dataclass(frozen=True, slots=True)
class Action:
    """A change that is offered at a place.

    `codes` are the findings that it mends. `preferred`: the one that most want.
    """

    change: Change
    kind: Literal["quickfix", "refactor.extract", "refactor.inline", "refactor.rewrite", "source.fixAll"] = "quickfix"
    codes: Sequence[str] = ()
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Growing spans around an offset, the smallest first."""

    spans: Sequence[Span] = field(default_factory=tuple)
