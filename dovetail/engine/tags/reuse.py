"""`{function}` and calls, `{block}` and `{extends}`, `{setfilter}`, `{nocache}`, `{config_load}`, `{eval}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.engine.tags.attributes import Attributes
from dovetail.engine.tags.delivery import deliver
from dovetail.engine.tags.registry import tag
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


def _mapping(values: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name!r}: {value}" for name, value in values.items()) + "}"


@tag("function")
def compile_function(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {function name=… parameter=default …}; the attribute `name` is a variable of the body too."""
    offset, start = code.at(node), code.base - node.inside
    attributes = Attributes(code, node)
    name = str(attributes.constant("name", ""))
    python = f"function_{len(code.functions) + 1}"
    known = name in code.functions
    code.functions.setdefault(name, python)
    with code.definition(f"def {python}(rt, f, o):", offset):
        code.prologue()
        for parameter, value in attributes.others("name").items():
            code.writer.line(f"if {parameter!r} not in f.given: v[{parameter!r}] = {value}", offset)
        outer, code.base = code.base, start
        code.eats(line_end=False)
        code.body(node.sections[0].body)
        code.base = outer
    if not known:
        code.registrations.append((f"rt.functions.setdefault({name!r}, {python})", offset))


def compile_call(code: Statements, node: nodes.Tag) -> None:
    """A call under the function's own name, {menu level=1}."""
    _call(code, node, repr(node.name), Attributes(code, node))


@tag("call")
def compile_named_call(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {call name=… parameter=value … assign=…}."""
    attributes = Attributes(code, node)
    _call(code, node, attributes.text("name"), attributes)


def _call(code: Statements, node: nodes.Tag, name: str, attributes: Attributes) -> None:
    offset = code.at(node)
    given = _mapping(attributes.others("name", "assign"))
    deliver(code, attributes, offset, lambda output: f"call_function(rt, {name}, f, {given}, {output})")
    code.eats(line_end=False)


@tag("block")
def compile_block(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {block name=… append prepend hide}."""
    offset, start = code.at(node), code.base - node.inside
    attributes = Attributes(code, node)
    name = attributes.text("name")
    python = code.expressions.temporary("block")
    outer_child, code.uses_child = code.uses_child, False
    with code.definition(f"def {python}(rt, f, o, b):", offset):
        code.prologue()
        outer, code.base = code.base, start
        code.eats(line_end=False)
        code.body(node.sections[0].body)
        code.base = outer
    switches = ("append", "prepend", "hide")
    on = [word for word in switches if word in attributes.flags or attributes.constant(word) in {True, "true"}]
    options = "".join(f", {word}=True" for word in on)
    if "assign" in attributes:
        options += f", assign={attributes.text('assign')}"
    if code.uses_child:
        options += ", calls_child=True"
    code.uses_child = outer_child
    code.flush()
    with code.guarded(offset):
        inside = "b" if code.in_block else "None"
        code.writer.line(f"block(rt, {name}, {python}, f, {code.output}, {inside}{options})", offset)
    code.newline("block", close=True)


@tag("extends")
def compile_extends(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {extends file=…}; the parent runs when this template is through."""
    code.flush()
    code.writer.line(f"parents.append({Attributes(code, node).value('file')})", code.at(node))
    code.newline("extends")


@tag("setfilter")
def compile_setfilter(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {setfilter modifier|modifier}."""
    head, start = node.head, code.base - node.inside
    assert isinstance(head, nodes.Head)
    assert isinstance(head.value, nodes.Modified)
    outer_filters, code.filters = code.filters, (*code.filters, *head.value.uses)
    outer, code.base = code.base, start
    code.body(node.sections[0].body, flush=False)
    code.base, code.filters = outer, outer_filters


@tag("nocache")
def compile_nocache(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {nocache}; nothing is cached here, so it only groups."""
    outer, code.base = code.base, code.base - node.inside
    code.body(node.sections[0].body, flush=False)
    code.base = outer


@tag("config_load")
def compile_config_load(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {config_load file=… section=… scope=…}, from the template store."""
    offset = code.at(node)
    attributes = Attributes(code, node)
    scope = attributes.constant("scope", "local")
    code.flush()
    with code.guarded(offset):
        file, section = attributes.value("file"), attributes.value("section")
        code.writer.line(f"load_config(rt, f, {file}, {section}, {scope!r})", offset)
    code.newline("config_load")


@tag("eval")
def compile_eval(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {eval var=… assign=…}; only where the embedder switched it on."""
    offset = code.at(node)
    attributes = Attributes(code, node)
    text = attributes.text("var")
    deliver(code, attributes, offset, lambda output: f"evaluate(rt, {text}, f, {output})")
    code.newline("eval")
