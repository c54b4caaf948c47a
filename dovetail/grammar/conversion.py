"""What the actions that make nodes of a parsed tag have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeAlias

from dovetail.grammar import nodes
from dovetail.grammar.lalr import Action


class Fragment(Protocol):
    """Parses template text that stands inside a tag, `offset` code points behind the tag's start."""

    def __call__(self, content: str, offset: int, *, quoted: bool) -> tuple[nodes.Node, ...]:
        """The nodes of the text; `quoted`: it is the content of a double-quoted string."""
        ...


class Conversion(NamedTuple):
    """The tag at hand: its own text, of which the parser saw a masked copy, and who parses what stands within."""

    text: str
    fragment: Fragment


Parts: TypeAlias = list[Any]
"""The values of a rule's parts. Their kinds follow from the grammar, which the type checker cannot see: each action
names them by unpacking."""

Method: TypeAlias = Callable[[Conversion, Parts, int, int], object]


def recorder(actions: dict[str, Action]) -> Callable[..., Callable[[Method], Method]]:
    """A decorator that notes an action under the names that its rules have in smarty.lark."""

    def makes(*rules: str) -> Callable[[Method], Method]:
        def noted(action: Method) -> Method:
            actions.update(dict.fromkeys(rules, action))
            return action

        return noted

    return makes
