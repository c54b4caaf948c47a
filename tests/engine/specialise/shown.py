"""A residual as text, in the notation of templates: tags that were made anew are written from their nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from dovetail.engine.compiler.program import Program
from dovetail.grammar import nodes


def shown(program: Program) -> str:
    """The nodes of a program."""
    return _body(program.tree.nodes)


def _body(body: Sequence[nodes.Node]) -> str:
    return "".join(_node(node) for node in body)


def _node(node: nodes.Node) -> str:
    match node:
        case nodes.Text(text=text):
            return text
        case nodes.Tag(name=name, head=head, sections=sections):
            if not sections:
                return f"{{{_joined(name, _head(head))}}}"
            opened = "".join(
                f"{{{_joined(section.name, _head(section.head))}}}{_body(section.body)}" for section in sections
            )
            return f"{opened}{{/{name}}}"
        case _:
            raise AssertionError(node)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _head(head: nodes.AnyHead) -> str:
    match head:
        case nodes.Head(value=value, attributes=attributes):
            return _joined("" if value is None else _expression(value), _attributes(attributes))
        case nodes.ForeachHead(subject=subject, item=item, key=key, attributes=attributes):
            keyed = "" if key is None else f"{_expression(key)} => "
            return _joined(f"{_expression(subject)} as {keyed}{_expression(item)}", _attributes(attributes))
        case nodes.ForHead(starts=starts, to=to):
            assert to is not None
            return f"{_expression(starts[0])} to {_expression(to)}"
        case nodes.AssignToHead(value=value, target=target):
            return f"{_expression(value)} to {_expression(target)}"


def _attributes(attributes: Sequence[nodes.Attribute]) -> str:
    return " ".join(f"{item.name}={_expression(item.value)}" for item in attributes)


def _expression(node: nodes.Expression | nodes.Assignment) -> str:
    match node:
        case nodes.Constant(value=value):
            return repr(value)
        case nodes.Known(value=value):
            return f"«{_value(value)}»"
        case nodes.Word(name=name):
            return name
        case nodes.Variable(name=name):
            return f"${name}"
        case nodes.Index(base=base, key=nodes.Constant(value=str(key))):
            return f"{_expression(base)}.{key}"
        case nodes.Index(base=base, key=key):
            return f"{_expression(base)}[{'' if key is None else _expression(key)}]"
        case nodes.LoopProperty(name=name, property=prop):
            return f"${name}@{prop}"
        case nodes.Assignment(target=target, value=value):
            return f"{_expression(target)} = {_expression(value)}"
        case nodes.Binary(operator=operator, left=left, right=right):
            return f"{_expression(left)} {operator} {_expression(right)}"
        case nodes.Unary(operator=operator, operand=operand):
            return f"{operator}{_expression(operand)}"
        case nodes.Ternary(condition=condition, then=then, otherwise=otherwise):
            return f"{_expression(condition)} ? {'' if then is None else _expression(then)} : {_expression(otherwise)}"
        case nodes.Modified(base=base, uses=uses):
            return _expression(base) + "".join(
                f"|{use.name}" + "".join(f":{_expression(argument)}" for argument in use.arguments) for use in uses
            )
        case nodes.Interpolated(parts=parts):
            return f'"{_body(parts)}"'
        case nodes.ArrayLiteral(items=items):
            return f"[{', '.join(_expression(item.value) for item in items)}]"
        case nodes.Group(inner=inner):
            return f"({_expression(inner)})"
        case nodes.Call(name=name, arguments=items):
            return f"{name}({', '.join(_expression(item.value) for item in items)})"
        case _:
            raise AssertionError(node)


def _value(value: object) -> str:
    # Containers are cut: what matters is that they are there.
    if isinstance(value, dict):
        return "{" + ", ".join(str(key) for key in cast("dict[object, object]", value)) + "}"
    return repr(value)
