"""Tags that are plain functions: attributes in, text out (`{counter}`, `{math}`, `{html_options}` …).

Their names and attributes are declared in the vocabulary; here they get their Python functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from dovetail.engine.tags.attributes import Attributes
from dovetail.engine.tags.registry import tag
from dovetail.grammar import nodes
from dovetail.grammar.vocabulary import TAGS

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime

TagFunction: TypeAlias = "Callable[[Runtime, Frame, Mapping[str, object]], str]"
"""Gets the render, the variables' frame and the attributes by name; gives text that is not escaped further."""

BlockFunction: TypeAlias = "Callable[[Runtime, Frame, Mapping[str, object], str], str]"
"""As `TagFunction`, with the block's content as fourth argument."""

_FUNCTIONS: dict[str, Callable[..., str]] = {}


def tag_function(name: str) -> Callable[[TagFunction], TagFunction]:
    """Register the function of a tag without content."""

    def register(function: TagFunction) -> TagFunction:
        _FUNCTIONS[name] = function
        tag(name)(_compile_function)
        return function

    return register


def block_function(name: str) -> Callable[[BlockFunction], BlockFunction]:
    """Register the function of a tag with content."""

    def register(function: BlockFunction) -> BlockFunction:
        _FUNCTIONS[name] = function
        tag(name)(_compile_block)
        return function

    return register


def functions() -> Mapping[str, Callable[..., str]]:
    """The live registry, for the namespace of generated code."""
    return _FUNCTIONS


def _given(attributes: Attributes) -> str:
    values = ", ".join(f"{name!r}: settle({attributes.value(name)})" for name in attributes.values)
    return f"{{{values}}}"


def _assigned(attributes: Attributes) -> tuple[str, ...]:
    """The variable that a tag sets: a gathering run that skips the tag does not know it yet."""
    return (f"v[{attributes.text('assign')}]",) if "assign" in attributes else ()


def _compile_function(code: Statements, node: nodes.Tag) -> None:
    offset = code.at(node)
    code.tags_used.add(node.name)
    attributes = Attributes(code, node)
    call = f"t_{node.name}(rt, f, {_given(attributes)})"
    if isinstance(node.head, nodes.Head) and node.head.uses:
        call = code.expressions.modified_text(call, node.head.uses)
    pending = _assigned(attributes)
    if pending or TAGS[node.name].newline == "swallow":
        code.flush()
        with code.guarded(offset, pending):
            code.writer.line(f"{code.output}.append({call})", offset)
    else:
        code.emit(call, offset)
    code.newline(node.name)


def _compile_block(code: Statements, node: nodes.Tag) -> None:
    offset, start = code.at(node), code.base - node.inside
    code.tags_used.add(node.name)
    attributes = Attributes(code, node)
    given = _given(attributes)
    held = code.expressions.temporary("held")
    code.newline(node.name)
    code.begin_capture(held, offset)
    outer, code.base = code.base, start
    code.body(node.sections[0].body)
    code.base = outer
    value = code.end_capture(held, offset)
    if code.gathering:
        value = f"rt.whole({value})"
    with code.guarded(offset, _assigned(attributes)):
        code.writer.line(f"{code.output}.append(t_{node.name}(rt, f, {given}, {value}))", offset)
    code.newline(node.name, close=True)
