"""Variables with constant keys below them: they need no compiler to be read."""

from __future__ import annotations

from dataclasses import dataclass

from dovetail.engine.compiler.options import Options
from dovetail.grammar import nodes


@dataclass(frozen=True, slots=True)
class Path:
    """`$name.key.key`."""

    name: str
    keys: tuple[str | int, ...]


def path(node: nodes.Expression | nodes.Assignment) -> Path | None:
    """The path that an expression is, or None."""
    keys: list[str | int] = []
    while isinstance(node, nodes.Index):
        key = node.key
        if node.style == "arrow" or not isinstance(key, nodes.Constant) or type(key.value) not in {str, int}:
            return None
        keys.append(key.value)  # type: ignore[arg-type]  # the check above
        node = node.base
    if not isinstance(node, nodes.Variable) or node.name == "smarty":
        return None
    return Path(node.name, tuple(reversed(keys)))


def shown_path(node: nodes.Tag, options: Options) -> tuple[Path, bool] | None:
    """The path that a tag shows, and whether it does so without escaping; None when it does anything else."""
    head = node.head
    if node.name or not isinstance(head, nodes.Head) or head.value is None or options.default_modifiers:
        return None
    flags = [attribute.value.name for attribute in head.attributes if isinstance(attribute.value, nodes.Word)]
    if len(flags) != len(head.attributes) or any(flag != "nofilter" for flag in flags):
        return None
    found = path(head.value)
    return None if found is None else (found, bool(flags))
