"""What each rule of smarty.lark makes: the actions for the heads of tags here, those for values beside it."""

from __future__ import annotations

from typing import Final

from dovetail.grammar import nodes
from dovetail.grammar.conversion import Conversion, Parts, recorder
from dovetail.grammar.convert_values import VALUES
from dovetail.grammar.convert_variables import VARIABLES
from dovetail.grammar.lalr import Action
from dovetail.source import Span

ACTIONS: Final[dict[str, Action]] = {**VALUES, **VARIABLES}
"""All actions by name. A rule that has none passes its only value on."""

_makes = recorder(ACTIONS)


@_makes("output", "condition")
def _value_head(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Head:
    value, attributes = parts
    return nodes.Head(attributes, value)


@_makes("tag")
def _tag_head(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Head:
    attributes = tuple(part for part in parts if isinstance(part, nodes.Attribute))
    return nodes.Head(attributes, None, tuple(part for part in parts if isinstance(part, nodes.ModifierUse)))


@_makes("plain_attributes", "foreach_attributes")
def _plain_head(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Head:
    return nodes.Head(parts[0])


@_makes("assign_to")
def _assign_to(_: Conversion, parts: Parts, start: int, end: int) -> nodes.AssignToHead:
    value, target = parts
    return nodes.AssignToHead(value, target)


@_makes("modifiers")
def _filters(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Head:
    """`upper|replace:'a':'b'` of {setfilter}: modifiers without a value."""
    name, span = parts[0], Span(start, end)
    uses = tuple(part for part in parts[1:] if isinstance(part, nodes.ModifierUse))
    arguments = tuple(parts[1 : len(parts) - len(uses)])
    first = nodes.ModifierUse(span, name, Span(start, start + len(name)), arguments)
    return nodes.Head((), nodes.Modified(span, nodes.Constant(Span(0, 0), "", quoted=True), (first, *uses)))


@_makes("foreach_as")
def _foreach(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ForeachHead:
    subject, item, attributes = parts
    return nodes.ForeachHead(subject, item, None, attributes)


@_makes("foreach_as_key")
def _foreach_key(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ForeachHead:
    subject, key, item, attributes = parts
    return nodes.ForeachHead(subject, item, key, attributes)


@_makes("foreach_in")
def _foreach_in(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ForeachHead:
    name, subject, attributes = parts
    return nodes.ForeachHead(subject, nodes.Variable(Span(start, start + len(name)), name[1:]), None, attributes)


@_makes("for_to", "for_to_step")
def _for(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ForHead:
    starts, to, *step, attributes = parts
    return nodes.ForHead(starts, to, step[0] if step else None, None, None, attributes)


@_makes("for_c")
def _for_c(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ForHead:
    starts, condition, following, attributes = parts
    return nodes.ForHead(starts, None, None, condition, following, attributes)


@_makes("assigns", "attributes")
def _several(_: Conversion, parts: Parts, start: int, end: int) -> tuple[object, ...]:
    return tuple(parts)


@_makes("assignment")
def _assignment(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Assignment:
    target, value = parts
    return nodes.Assignment(Span(start, end), target, value)


@_makes("named")
def _named(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Attribute:
    name, value = parts
    return nodes.Attribute(Span(start, end), name.rstrip("=").rstrip(), value)


@_makes("positional")
def _positional(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Attribute:
    return nodes.Attribute(Span(start, end), "", parts[0])
