"""`{section}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.engine.tags.attributes import Attributes
from dovetail.engine.tags.loops import compile_otherwise
from dovetail.engine.tags.registry import tag
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


@tag("section")
def compile_section(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {section name=… loop=… start=… step=… max=… show=…}."""
    offset, start = code.at(node), code.base - node.inside
    attributes = Attributes(code, node)
    name = attributes.text("name")
    plan = ", ".join(attributes.value(which) for which in ("loop", "start", "step", "max", "show"))
    code.flush()
    with code.guarded(offset), code.jumps.loop(offset) as jump:
        number = jump.removeprefix("jump")
        code.writer.line(f"loop{number} = v['@section.' + {name}] = rt.plan_section({plan})", offset)
        code.writer.line(f"if loop{number}.total:", offset)
        with code.indented():
            code.writer.line(f"for loop{number}.iteration in range(1, loop{number}.total + 1):", offset)
            with code.indented():
                code.writer.line("rt.step()", offset)
                code.check_output(offset)
                code.newline("section")
                outer, code.base = code.base, start
                code.body(node.sections[0].body)
                code.base = outer
            code.writer.line("else:", offset)
            with code.indented():
                code.writer.line(f"loop{number}.iteration += 1", offset)
        compile_otherwise(code, node, start)
    code.newline("section", close=True)
