"""`{include}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.engine.tags.attributes import Attributes
from dovetail.engine.tags.delivery import deliver
from dovetail.engine.tags.registry import tag
from dovetail.grammar import nodes
from dovetail.grammar.vocabulary import TAGS

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


@tag("include")
def compile_include(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {include file=… assign=… scope=… name=value …}; variables are local unless a scope is named."""
    offset = code.at(node)
    attributes = Attributes(code, node)
    spec = TAGS["include"]
    given = ", ".join(f"{name!r}: {value}" for name, value in attributes.others(*spec.required, *spec.optional).items())
    shared = attributes.constant("scope", "local") not in {"local", None}
    file = attributes.value("file")
    share = ", shared=True" if shared else ""
    deliver(code, attributes, offset, lambda output: f"rt.include({file}, f, {{{given}}}, {output}{share})")
    code.newline("include")
