"""Text as it is printed: the rules for line ends, comments and {strip} applied once, so that tags may come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dovetail.engine.compiler.expressions import Code, Expressions
from dovetail.engine.compiler.program import Program
from dovetail.engine.compiler.statements import Statements
from dovetail.grammar import nodes
from dovetail.source import Span


class _Silent(Expressions):
    """Writes no expressions: none changes what becomes of text."""

    def code(self, node: nodes.Expression, *, quiet: bool = False) -> Code:
        return _NOTHING

    def modify(self, use: nodes.ModifierUse, code: Code) -> Code:
        return code


_NOTHING = Code("''", "str")


class _Reader(Statements):
    """Compiles a template only to see what becomes of its text."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.source, program.options, gathering=False, unknown_modifiers=program.unknown_modifiers)
        self.expressions = _Silent(self)
        self.settled: dict[int, str] = {}

    def flush(self) -> None:
        """Forget the output: only what becomes of text is asked for."""
        self._pending = []

    def _text(self, text: str, offset: int) -> None:
        before = len(self._pending)
        super()._text(text, offset)
        if not self._in_string:
            self.settled[offset] = self._pending[-1].text or "" if len(self._pending) > before else ""


def settled(program: Program) -> tuple[nodes.Node, ...]:
    """The nodes of a template without comments and {strip}; their text is what they print."""
    reader = _Reader(program)
    reader.template("body", program.tree)
    return _body(program.tree.nodes, reader.settled)


def _body(body: Sequence[nodes.Node], texts: Mapping[int, str]) -> tuple[nodes.Node, ...]:
    found: list[nodes.Node] = []
    for node in body:
        match node:
            case nodes.Text(span=span) | nodes.LiteralRegion(span=span):
                append_text(found, texts[span.start], span)
            case nodes.Tag(name="strip" | "/strip") | nodes.Comment():
                pass
            case nodes.Tag(sections=sections) if sections:
                parts = tuple(replace(section, body=_body(section.body, texts)) for section in sections)
                found.append(replace(node, sections=parts))
            case _:
                found.append(node)
    return tuple(found)


def append_text(body: list[nodes.Node], text: str, span: Span) -> None:
    """Add printed text to a body, joined to text that ends it already."""
    if not text:
        return
    last = body[-1] if body else None
    if isinstance(last, nodes.Text):
        body[-1] = nodes.Text(Span(last.span.start, span.end), last.text + text, settled=True)
    else:
        body.append(nodes.Text(span, text, settled=True))
