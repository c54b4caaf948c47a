"""The formatter: the same template, tidier. Idempotent; same tree; same output up to white space that does not show.

Inside tags: one blank between attributes and around operators, none around `|` and `:`, ` = ` in assignments
and `=` in attributes, lower-case names, single quotes around plain strings. Between tags: blanks at line ends,
and branches and closing tags under their opening tag, where HTML does not show the difference. Never touched:
{literal}, comments (conditional ones too), <pre>, <textarea>, <script>, <style>, plain text.
"""

from __future__ import annotations

from functools import lru_cache

from dovetail.grammar import nodes
from dovetail.grammar.format_space import Edit, space_edits
from dovetail.grammar.format_tag import canonical_inside
from dovetail.grammar.parse import parse, parse_tolerant
from dovetail.grammar.printer import Piece, pieces
from dovetail.grammar.scanner import Delimiters
from dovetail.grammar.shape import head_shape, tree_shape
from dovetail.source import Source, Span

_TAGS = frozenset({"tag", "open", "branch", "close"})


def format_source(source: Source, delimiters: Delimiters = Delimiters()) -> str:
    """The template's text, formatted. Line ends stay as they are (`\\r\\n`, a missing last one).

    Raises:
        TemplateSyntaxError: it is no template; what is broken is left to its author.
    """
    return _edited(source.text, format_edits(parse(source, delimiters), delimiters))


def format_edits(tree: nodes.Tree, delimiters: Delimiters = Delimiters(), within: Span | None = None) -> list[Edit]:
    """What formatting changes in a template without errors, in the order of its text; `within`: only in this span."""
    source, text = tree.source, tree.source.text
    found = list(pieces(tree))
    edits = list(space_edits(text, found))
    for piece in found:
        if piece.kind in _TAGS:
            start, end = piece.span.start + len(delimiters.left), piece.span.end - len(delimiters.right)
            inside = text[start:end]
            edits.append(Edit(start, end, _tag(inside, piece, delimiters)))
    area = within or Span(0, len(text))
    changing = [
        edit
        for edit in sorted(edits)
        if area.start <= edit.start and edit.end <= area.end and text[edit.start : edit.end] != edit.text
    ]
    # A rule that would change what a template means is our mistake, never the template's loss.
    again, findings = parse_tolerant(Source(source.name, _edited(text, changing)), delimiters)
    return changing if not findings and tree_shape(again) == tree_shape(tree) else []


def _edited(text: str, edits: list[Edit]) -> str:
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def _tag(inside: str, piece: Piece, delimiters: Delimiters) -> str:
    written = canonical_inside(inside, piece)
    if written == inside or piece.kind == "close":
        return written
    # What the parser reads over is not in the tree: the tag is left as it is then.
    complete = _bare(written) == _bare(inside)
    return written if complete and _means(written, piece.name, delimiters) == head_shape(piece.head) else inside


def _bare(inside: str) -> str:
    """A tag's text without what formatting may change: blanks, case and the kind of quotes."""
    return "".join(inside.split()).lower().replace('"', "'")


@lru_cache(maxsize=4096)
def _means(inside: str, name: str, delimiters: Delimiters) -> object:
    """The shape of the head that a tag's text has, parsed as a template of its own."""
    left, right = delimiters.left, delimiters.right
    before = f"{left}if 1{right}" if name == "elseif" else ""
    tree, _ = parse_tolerant(Source("", f"{before}{left}{inside}{right}"), delimiters)
    found = tree.nodes[0] if tree.nodes else None
    if isinstance(found, nodes.Tag):
        if name == "elseif":
            return head_shape(found.sections[1].head) if len(found.sections) > 1 else None
        return head_shape(found.head)
    # {else} and its kin stand in no tree of their own, and say nothing but their name.
    return head_shape(nodes.Head())
