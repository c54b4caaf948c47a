"""The children of nodes: whoever looks through a tree needs no list of node types."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.grammar import nodes
from dovetail.grammar.nodes import Expression


def expressions_of(head: nodes.AnyHead) -> Sequence[Expression | nodes.Assignment]:
    """What stands in a tag, in order of the source."""
    match head:
        case nodes.Head(attributes=(), value=value):
            return () if value is None else (value,)
        case nodes.Head(attributes=attributes, value=value):
            own: list[Expression | nodes.Assignment] = [] if value is None else [value]
        case nodes.ForeachHead(attributes=attributes):
            own = [head.subject, head.item] if head.key is None else [head.subject, head.item, head.key]
        case nodes.ForHead(attributes=attributes):
            parts = (*head.starts, head.to, head.step, head.condition, head.next)
            own = [part for part in parts if part is not None]
        case nodes.AssignToHead(value=value, target=target):
            return value, target
    return [*own, *(attribute.value for attribute in attributes)]


def children(node: Expression | nodes.Assignment) -> Sequence[Expression]:
    """The expressions right below an expression (not the tags within strings)."""
    match node:
        case nodes.Index(base=base, key=key):
            return (base,) if key is None else (base, key)
        case nodes.Modified(base=base, uses=uses):
            return base, *(argument for use in uses for argument in use.arguments)
        case nodes.Binary(left=left, right=right):
            return left, right
        case nodes.Assignment(target=target, value=value):
            return target, value
        case nodes.VariableVariable(parts=parts):
            return parts
        case nodes.ConfigVariable(name=name):
            return (name,)
        case nodes.Call(arguments=items) | nodes.ArrayLiteral(items=items):
            return [part for item in items for part in (item.key, item.value) if part is not None]
        case nodes.Group(inner=inner):
            return (inner,)
        case nodes.Unary(operand=operand):
            return (operand,)
        case nodes.Step(target=target):
            return (target,)
        case nodes.Test(subject=subject, by=by):
            return (subject,) if by is None else (subject, by)
        case nodes.Ternary(condition=condition, then=then, otherwise=otherwise):
            return (condition, otherwise) if then is None else (condition, then, otherwise)
        case _:
            return ()
