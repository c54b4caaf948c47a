"""Coloured spans: what an editor's grammar cannot know, such as whether a name is live, ours, or nobody's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dovetail.engine.analysis.live import CUSTOMARY
from dovetail.engine.modifiers import MODIFIERS
from dovetail.grammar import nodes
from dovetail.grammar.vocabulary import BRANCHES, TAGS
from dovetail.grammar.walk import children, expressions_of
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.results import Token, TokenMark, TokenType
from dovetail.lsp.features.standing import closing_tag
from dovetail.lsp.features.types import Type, records_of, step, variable_type
from dovetail.lsp.features.view import View
from dovetail.source import Span


def tokens(view: View, span: Span | None) -> Sequence[Token]:
    """The tokens of a template, or of what touches a span, in order; none overlap, none cross a line."""
    found = list[Token]()
    walk = _Walk(view, found, span)
    walk.body(view.reading.tree.nodes, 0)
    return _in_order(view.reading.text, found)


def _in_order(text: str, found: Sequence[Token]) -> Sequence[Token]:
    end = 0
    made = list[Token]()
    for token in sorted(found, key=lambda each: (each.span.start, each.span.end)):
        for piece in _lines(text, token):
            if piece.span.start >= end and piece.span.end > piece.span.start:
                made.append(piece)
                end = piece.span.end
    return made


def _lines(text: str, token: Token) -> Iterator[Token]:
    start = token.span.start
    for at in range(token.span.start, token.span.end + 1):
        if at == token.span.end or text[at] in "\r\n":
            if at > start:
                yield Token(Span(start, at), token.type, token.marks)
            start = at + 1


class _Walk:
    def __init__(self, view: View, found: list[Token], wanted: Span | None) -> None:
        self.view = view
        self.text = view.reading.text
        self.found = found
        self.wanted = wanted
        self.bindings = view.reading.once(bindings_of)
        self.functions = {call.name for call in self.bindings.calls if call.definition}

    def add(self, start: int, end: int, kind: TokenType, *marks: TokenMark) -> None:
        self.found.append(Token(Span(start, end), kind, frozenset(marks)))

    def body(self, body: Sequence[nodes.Node], base: int) -> None:
        for node in body:
            if isinstance(node, nodes.Comment) and self.touched(node.span, base):
                self.add(base + node.span.start, base + node.span.end, "comment")
            elif isinstance(node, nodes.Tag) and self.touched(
                Span(node.span.start, max(node.end, node.span.end)), base
            ):
                self.tag(node, base)

    def touched(self, span: Span, base: int) -> bool:
        return self.wanted is None or (base + span.start <= self.wanted.end and base + span.end >= self.wanted.start)

    def tag(self, tag: nodes.Tag, base: int) -> None:
        self.head(tag.name, tag.head, base + tag.inside)
        for number, section in enumerate(tag.sections):
            if number:
                self.head(section.name, section.head, base + section.inside)
            self.body(section.body, base)
        closing = closing_tag(tag)
        if closing is not None and self.text.startswith("/", base + closing.start + 1):
            self.add(base + closing.start + 1, base + closing.end - 1, "tag")

    def head(self, name: str, head: nodes.AnyHead, inside: int) -> None:
        if name:
            known = name in TAGS or name in BRANCHES or name == "elseif"
            kind: TokenType = "tag" if known or name not in self.functions else "function"
            self.add(inside, inside + len(name), kind, *(() if known or name in self.functions else ("unknown",)))
        for attribute in () if isinstance(head, nodes.AssignToHead) else head.attributes:
            if attribute.name:
                start = inside + attribute.span.start
                self.add(start, start + len(attribute.name), "parameter")
        for expression in expressions_of(head):
            self.expression(expression, inside)
        if isinstance(head, nodes.Head):
            for use in head.uses:
                self.modifier(use, inside)

    def expression(self, node: nodes.Expression | nodes.Assignment, inside: int) -> None:
        start, end = inside + node.span.start, inside + node.span.end
        match node:
            case nodes.Constant(value=value, quoted=quoted):
                kind: TokenType = (
                    "string"
                    if quoted
                    else "number"
                    if isinstance(value, int | float) and not isinstance(value, bool)
                    else "keyword"
                )
                self.add(start, end, kind)
            case nodes.Interpolated(parts=parts):
                for part in parts:
                    if isinstance(part, nodes.Text):
                        self.add(inside + part.span.start, inside + part.span.end, "string")
                self.body(parts, inside)
            case nodes.Variable():
                self.variable(node, start)
            case nodes.LoopProperty(name=name):
                self.add(start, start + 1 + len(name), "variable")
                self.add(start + 1 + len(name), end, "property")
            case nodes.Index():
                self.path(node, inside)
            case nodes.ConfigVariable():
                self.add(start, end, "variable", "readonly")
            case nodes.Call(name=name):
                self.add(start, start + len(name), "function", *(() if name in MODIFIERS else ("unknown",)))
                for child in children(node):
                    self.expression(child, inside)
            case nodes.Modified(base=base, uses=uses):
                self.expression(base, inside)
                for use in uses:
                    self.modifier(use, inside)
            case nodes.TagValue(tag=tag):
                self.body((tag,), inside)
            case _:
                for child in children(node):
                    self.expression(child, inside)

    def modifier(self, use: nodes.ModifierUse, inside: int) -> None:
        known = use.name in MODIFIERS
        self.add(inside + use.name_span.start, inside + use.name_span.end, "modifier", *(() if known else ("unknown",)))
        for argument in use.arguments:
            self.expression(argument, inside)

    def variable(self, node: nodes.Variable, start: int) -> Type:
        found = variable_type(self.view, node.name, start)
        marks = list[TokenMark]()
        if found.form == "integration":
            marks.append("live")
        if any(binding.span.start == start + 1 for binding in self.bindings.bindings):
            marks.append("declaration")
        if node.name == "smarty" or node.name in CUSTOMARY:
            marks.append("readonly")
        self.add(start, start + 1 + len(node.name), "variable", *marks)
        return found

    def path(self, node: nodes.Index, inside: int) -> Type | None:
        """Colour a path segment by segment; what an integration certainly has not is marked."""
        base, key = node.base, node.key
        if isinstance(base, nodes.Index):
            below = self.path(base, inside)
        elif isinstance(base, nodes.Variable):
            below = self.variable(base, inside + base.span.start)
        else:
            self.expression(base, inside)
            below = None
        if key is None:
            return None
        if not isinstance(key, nodes.Constant) or key.quoted:
            self.expression(key, inside)
            return step(self.view, below, key.value) if below is not None and isinstance(key, nodes.Constant) else None
        start, end = inside + key.span.start, inside + key.span.end
        while start < end and not (self.text[start].isalnum() or self.text[start] == "_"):
            start += 1
        marks = list[TokenMark]()
        if below is not None and below.identifier:
            if not below.events:
                marks.append("live")
            schema = self.view.live.schemas.get(below.identifier)
            record = records_of(self.view, below.identifier).get(below.record)
            gone = below.form == "integration" and schema is not None and str(key.value) not in schema.members
            closed = (
                below.form == "record"
                and record is not None
                and not record.open
                and str(key.value) not in record.fields
            )
            if gone or closed:
                marks.append("unknown")
        self.add(start, end, "number" if isinstance(key.value, int) else "property", *marks)
        return step(self.view, below, key.value) if below is not None else None
