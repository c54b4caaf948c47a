"""What a tag says where it is written out: attributes, their texts, the variables it names."""

from __future__ import annotations

from dovetail.engine.tags.attributes import named
from dovetail.engine.values import to_text
from dovetail.grammar import nodes
from dovetail.grammar.vocabulary import TAGS


def attributes(node: nodes.Tag) -> dict[str, nodes.Expression]:
    """The attributes of a tag by name, shorthands resolved."""
    head = node.head
    given = () if isinstance(head, nodes.AssignToHead) else head.attributes
    return named(TAGS.get(node.name), given)[0]


def constant(given: dict[str, nodes.Expression], name: str, default: str | None = None) -> str | None:
    """The text of an attribute, where it is written out; None where it is made at run time."""
    if name not in given:
        return default
    match given[name]:
        case nodes.Word(name=word):
            return word
        case nodes.Constant(value=value):
            return to_text(value)
        case _:
            return None


def variable(node: nodes.Expression) -> tuple[str | None, bool]:
    """The variable that a target names (None: at run time), and whether an element below it is meant."""
    keyed = False
    while isinstance(node, nodes.Index):
        node, keyed = node.base, True
    return (node.name if isinstance(node, nodes.Variable) else None), keyed
