"""The actions of the rules for variables and what stands behind them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from dovetail.grammar import nodes
from dovetail.grammar.conversion import Conversion, Parts, recorder
from dovetail.grammar.convert_values import dot_key
from dovetail.grammar.lalr import Action
from dovetail.grammar.nodes import Expression
from dovetail.source import Span

VARIABLES: dict[str, Action] = {}
_makes = recorder(VARIABLES)


class _Segment(NamedTuple):
    """A step behind a variable, before it is known behind what: the style of an index, or what else it is."""

    kind: Literal["dot", "bracket", "arrow", "method", "dynamic-member", "loop"]
    key: Expression | None
    name: str
    end: int


@_makes("var")
def _var(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Variable:
    return nodes.Variable(Span(start, end), parts[0][1:])


@_makes("varvar")
def _varvar(_: Conversion, parts: Parts, start: int, end: int) -> nodes.VariableVariable:
    first = parts[0]
    if isinstance(first, str):
        parts[0] = nodes.Constant(Span(start, start + len(first)), first[1:])
    return nodes.VariableVariable(Span(start, end), tuple(parts))


@_makes("part_text")
def _part_text(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Constant:
    return nodes.Constant(Span(start, end), parts[0])


@_makes("variable")
def _variable(tag: Conversion, parts: Parts, start: int, end: int) -> Expression:
    result: Expression = parts[0]
    for kind, key, name, behind in parts[1:]:
        span = Span(start, behind)
        if kind == "loop":
            result = nodes.LoopProperty(span, result.name if isinstance(result, nodes.Variable) else "", name)
        elif kind == "method" or kind == "dynamic-member":
            result = nodes.Refused(span, kind, tag.text[start:behind])
        else:
            result = nodes.Index(span, result, key, kind)
    return result


@_makes("dot_key")
def _dot_key(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    return _Segment("dot", nodes.Constant(Span(start, end), dot_key(parts[0][1:])), "", end)


@_makes("dot_var")
def _dot_var(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    return _Segment("dot", nodes.Variable(Span(start + 1, end), parts[0][2:]), "", end)


@_makes("dot_var_property")
def _dot_var_property(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    name, member = parts
    return _Segment("dot", nodes.LoopProperty(Span(start, end), name[2:], member[1:]), "", end)


@_makes("dot_expr")
def _dot_expr(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    return _Segment("dot", parts[0], "", end)


@_makes("section")
def _section(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    name, _dot, member = parts[0].partition(".")
    return _Segment("bracket", nodes.SectionIndex(Span(start, end), name, member), "", end)


@_makes("bracket")
def _bracket(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    return _Segment("bracket", parts[0], "", end)


@_makes("append")
def _append(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    return _Segment("bracket", None, "", end)


@_makes("arrow")
def _arrow(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    return _Segment("arrow", nodes.Constant(Span(start, end), parts[0][2:].strip()), "", end)


@_makes("arrow_var")
def _arrow_var(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    name = parts[0][2:].strip()[1:]
    return _Segment("arrow", nodes.Variable(Span(end - len(name) - 1, end), name), "", end)


@_makes("method")
def _method(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    return _Segment("method", None, "", end)


@_makes("arrow_dynamic")
def _arrow_dynamic(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    return _Segment("dynamic-member", None, "", end)


@_makes("loop_property")
def _loop_property(_: Conversion, parts: Parts, start: int, end: int) -> _Segment:
    return _Segment("loop", None, parts[0][1:], end)
