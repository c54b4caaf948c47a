"""What stands in tags, wherever they stand: their heads, expressions, plain names and the templates they include."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dovetail.grammar import nodes
from dovetail.grammar.walk import expressions_of
from dovetail.source import Span


def plain_name(value: nodes.Expression) -> str | None:
    """The name that a word or a plain string says; None for anything else."""
    if isinstance(value, nodes.Word):
        return value.name
    if isinstance(value, nodes.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, nodes.Interpolated):
        if not value.parts:
            return ""
        if len(value.parts) == 1 and isinstance(value.parts[0], nodes.Text):
            return value.parts[0].text
    return None


def unquoted(value: nodes.Expression, inside: int) -> Span:
    """Where a name stands, without its quotes."""
    quoted = isinstance(value, nodes.Interpolated) or (isinstance(value, nodes.Constant) and value.quoted)
    edge = 1 if quoted else 0
    return Span(inside + value.span.start + edge, inside + value.span.end - edge)


def included(tag: nodes.Tag) -> tuple[str, nodes.Expression] | None:
    """The template that an {include} or {extends} names, when it names one plainly, with where it stands."""
    if tag.name not in ("include", "extends") or not isinstance(tag.head, nodes.Head):
        return None
    given = next((each for each in tag.head.attributes if each.name in ("file", "")), None)
    name = plain_name(given.value) if given is not None else None
    return None if given is None or name is None else (name.removeprefix("file:"), given.value)


def all_tags(body: Sequence[nodes.Node], base: int = 0) -> Iterator[tuple[nodes.Tag, int]]:
    """Every tag of a body with its base, nested ones too, in the order of the text; not those within strings."""
    for node in body:
        if isinstance(node, nodes.Tag):
            yield node, base
            for section in node.sections:
                yield from all_tags(section.body, base)


def heads_of(tag: nodes.Tag) -> Iterator[tuple[nodes.AnyHead, int]]:
    """The heads of a tag and of its branches, each with the offset from which its spans count."""
    yield tag.head, tag.inside
    for section in tag.sections[1:]:
        yield section.head, section.inside


def expressions(body: Sequence[nodes.Node]) -> Iterator[tuple[nodes.Expression | nodes.Assignment, int]]:
    """Every expression that stands right in a tag, with the offset from which its spans count."""
    for tag, base in all_tags(body):
        for head, inside in heads_of(tag):
            for expression in expressions_of(head):
                yield expression, base + inside


def all_comments(body: Sequence[nodes.Node]) -> Iterator[nodes.Comment]:
    """Every comment of a body, in the order of the text."""
    for node in body:
        if isinstance(node, nodes.Comment):
            yield node
        elif isinstance(node, nodes.Tag):
            for section in node.sections:
                yield from all_comments(section.body)
