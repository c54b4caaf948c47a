"""`{if}`, `{while}`, `{break}`, `{continue}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.engine.tags.attributes import Attributes
from dovetail.engine.tags.registry import tag
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


@tag("if")
def compile_if(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {if} {elseif} {else}."""
    offset = code.at(node)
    start = code.base - node.inside
    code.flush()
    with code.guarded(offset):
        conditions: list[str | None] = []
        for section in node.sections:
            if section.name == "else":
                conditions.append(None)
                continue
            outer, code.base = code.base, start + section.inside
            head = section.head
            assert isinstance(head, nodes.Head)
            assert head.value is not None
            conditions.append(code.expressions.truth(head.value))
            code.base = outer
        for number, (section, condition) in enumerate(zip(node.sections, conditions, strict=True)):
            word = "else:" if condition is None else f"{'elif' if number else 'if'} {condition}:"
            code.writer.line(word, start + section.span.start)
            code.newline("if")
            outer, code.base = code.base, start
            with code.indented():
                code.body(section.body)
            code.base = outer
    code.newline("if", close=True)


@tag("while")
def compile_while(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {while}."""
    offset = code.at(node)
    start = code.base - node.inside
    head = node.head
    assert isinstance(head, nodes.Head)
    assert head.value is not None
    code.flush()
    with code.guarded(offset), code.jumps.loop(offset) as jump:
        condition = code.expressions.truth(head.value)
        code.writer.line(f"while {condition}:", offset)
        code.newline("while")
        outer, code.base = code.base, start
        with code.indented():
            code.writer.line("rt.step()", offset)
            code.check_output(offset)
            if code.gathering:
                code.writer.line(f"{jump}_skips = rt.skips", offset)
            code.body(node.sections[0].body)
            if code.gathering:
                # A skipped statement may be the one that ends the loop.
                code.line(f"if rt.skips != {jump}_skips: break", offset)
        code.base = outer
    code.newline("while", close=True)


@tag("break")
def compile_break(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {break} and {break n}."""
    _jump(code, node, again=False)


@tag("continue")
def compile_continue(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {continue} and {continue n}."""
    _jump(code, node, again=True)


def _jump(code: Statements, node: nodes.Tag, *, again: bool) -> None:
    attributes = Attributes(code, node)
    levels = attributes.constant("levels", 1)
    count = int(str(levels))
    offset = code.at(node)
    code.flush()
    code.jumps.jump(count, again=again, offset=offset)
    code.newline(node.name)
