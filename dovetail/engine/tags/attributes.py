"""A tag's attributes by name, shorthands resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.grammar import nodes
from dovetail.grammar.tag_spec import TagSpec
from dovetail.grammar.vocabulary import TAGS

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


def named(
    spec: TagSpec | None, attributes: tuple[nodes.Attribute, ...]
) -> tuple[dict[str, nodes.Expression], list[str], list[nodes.Attribute]]:
    """Values by name, flags, and the nameless values that have no place."""
    values: dict[str, nodes.Expression] = {}
    flags: list[str] = []
    extra: list[nodes.Attribute] = []
    shorthand = list(spec.shorthand) if spec else []
    known_flags = spec.flags if spec else ()
    for attribute in attributes:
        if attribute.name:
            values[attribute.name] = attribute.value
        elif isinstance(attribute.value, nodes.Word) and attribute.value.name in known_flags:
            flags.append(attribute.value.name)
        else:
            while shorthand and shorthand[0] in values:
                shorthand.pop(0)
            if shorthand:
                values[shorthand.pop(0)] = attribute.value
            elif isinstance(attribute.value, nodes.Word):
                flags.append(attribute.value.name)
            else:
                extra.append(attribute)
    return values, flags, extra


class Attributes:
    """The attributes of one tag, as Python expressions."""

    def __init__(self, code: Statements, node: nodes.Tag) -> None:
        head = node.head
        given = head.attributes if isinstance(head, nodes.Head | nodes.ForeachHead | nodes.ForHead) else ()
        self._code = code
        self.values, self.flags, _ = named(TAGS.get(node.name), given)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def node(self, name: str) -> nodes.Expression:
        """The expression of an attribute that is there."""
        return self.values[name]

    def value(self, name: str, default: str = "None") -> str:
        """A Python expression for the value."""
        return self._code.expressions.value(self.values[name]) if name in self.values else default

    def text(self, name: str, default: str = "''") -> str:
        """A Python expression for the value as text."""
        if name not in self.values:
            return default
        return self._code.expressions.text(self._code.expressions.code(self.values[name]))

    def constant(self, name: str, default: object = None) -> object:
        """The value itself, where it is written out; `default` otherwise."""
        node = self.values.get(name)
        if isinstance(node, nodes.Word):
            return node.name
        return node.value if isinstance(node, nodes.Constant) else default

    def others(self, *names: str) -> dict[str, str]:
        """Python expressions of all attributes but these."""
        return {name: self.value(name) for name in self.values if name not in names}
