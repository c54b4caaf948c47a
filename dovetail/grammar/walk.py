"""The children of nodes: whoever looks through a tree needs no list of node types."""

from __future__ import annotations

from collections.abc import Iterator

from dovetail.grammar import nodes
from dovetail.grammar.nodes import Expression


def expressions_of(head: nodes.AnyHead) -> Iterator[Expression | nodes.Assignment]:
    """What stands in a tag, in order of the source."""
    match head:
        case nodes.Head(attributes=attributes, value=value):
            if value is not None:
                yield value
            yield from (attribute.value for attribute in attributes)
        case nodes.ForeachHead(subject=subject, item=item, key=key, attributes=attributes):
            yield subject
            yield item
            if key is not None:
                yield key
            yield from (attribute.value for attribute in attributes)
        case nodes.ForHead():
            yield from head.starts
            yield from (part for part in (head.to, head.step, head.condition, head.next) if part is not None)
            yield from (attribute.value for attribute in head.attributes)
        case nodes.AssignToHead(value=value, target=target):
            yield value
            yield target


def children(node: Expression | nodes.Assignment) -> Iterator[Expression]:
    """The expressions right below an expression (not the tags within strings)."""
    match node:
        case nodes.Assignment(target=target, value=value):
            yield target
            yield value
        case nodes.VariableVariable(parts=parts):
            yield from parts
        case nodes.Index(base=base, key=key):
            yield base
            if key is not None:
                yield key
        case nodes.ConfigVariable(name=name):
            yield name
        case nodes.Call(arguments=items) | nodes.ArrayLiteral(items=items):
            for item in items:
                if item.key is not None:
                    yield item.key
                yield item.value
        case nodes.Group(inner=inner):
            yield inner
        case nodes.Unary(operand=operand):
            yield operand
        case nodes.Step(target=target):
            yield target
        case nodes.Binary(left=left, right=right):
            yield left
            yield right
        case nodes.Test(subject=subject, by=by):
            yield subject
            if by is not None:
                yield by
        case nodes.Ternary(condition=condition, then=then, otherwise=otherwise):
            yield condition
            if then is not None:
                yield then
            yield otherwise
        case nodes.Modified(base=base, uses=uses):
            yield base
            for use in uses:
                yield from use.arguments
        case _:
            return
