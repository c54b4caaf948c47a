"""`{assign}`, `{append}`, `{capture}`, `{ldelim}`, `{rdelim}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.engine.tags.attributes import Attributes
from dovetail.engine.tags.registry import tag
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


@tag("assign")
def compile_assign(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {assign var=… value=…}; Copernica: {assign value to $x}."""
    offset = code.at(node)
    head = node.head
    if isinstance(head, nodes.AssignToHead):
        code.assignments.assign(head.target, code.expressions.value(head.value), offset, None)
    else:
        attributes = Attributes(code, node)
        scope = attributes.constant("scope")
        code.assignments.assign_named(attributes.text("var"), [], attributes.value("value"), offset, scope)
    code.newline("assign")


@tag("append")
def compile_append(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {append var=… value=… index=…}."""
    attributes = Attributes(code, node)
    key = attributes.value("index", "APPEND")
    code.assignments.assign_named(
        attributes.text("var"), [key], attributes.value("value"), code.at(node), attributes.constant("scope")
    )
    code.newline("append")


@tag("capture")
def compile_capture(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {capture name=… assign=… append=…}."""
    offset, start = code.at(node), code.base - node.inside
    attributes = Attributes(code, node)
    name = attributes.text("name", "'default'")
    assign, append = attributes.text("assign", ""), attributes.text("append", "")
    code.flush()
    held = code.expressions.temporary("held")
    code.newline("capture")
    code.begin_capture(held, offset)
    outer, code.base = code.base, start
    code.body(node.sections[0].body)
    code.base = outer
    value = code.end_capture(held, offset)
    code.writer.line(f"rt.captures[{name}] = {value}", offset)
    if assign:
        code.writer.line(f"v[{assign}] = {value}", offset)
    if append:
        code.assignments.assign_named(append, ["APPEND"], value, offset, None)
    code.newline("capture", close=True)


@tag("ldelim")
def compile_ldelim(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {ldelim}."""
    code.emit(repr(code.options.delimiters.left), code.at(node))
    code.newline("ldelim")


@tag("rdelim")
def compile_rdelim(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {rdelim}."""
    code.emit(repr(code.options.delimiters.right), code.at(node))
    code.newline("rdelim")
