"""Paths and constants: what can be said of an expression before it runs."""

from __future__ import annotations

from dovetail.grammar import nodes

Path = tuple[str, ...]
"""A variable and constant keys below it: `("order", "ship", "city")`."""

Printed = tuple[Path, tuple[object, ...]]
"""A path and the constant modifiers behind it."""

Decision = tuple[Path, str, type, object]
"""A path, how it is compared, and with which constant (of one type: `1`, `1.0` and `true` are one to Python)."""


def gap(path: Path) -> Path:
    """The doubt that a field may be missing (a doubtful path is one whose value is of an odd type)."""
    return (*path, "") if len(path) > 1 else path


def path_of(node: nodes.Expression) -> Path | None:
    """The path that an expression is; None when it is anything else, or a key could be a number."""
    keys: tuple[str, ...] = ()
    while type(node) is nodes.Index:
        key = node.key
        if type(key) is not nodes.Constant or type(key.value) is not str:
            return None
        if not key.value or key.value.lstrip("-").isdigit():
            return None
        keys = (key.value, *keys)
        node = node.base
    return (node.name, *keys) if type(node) is nodes.Variable and node.name != "smarty" else None


def printed_of(node: nodes.Expression) -> Printed | None:
    """What an expression prints, when it is a path with or without modifiers whose parameters are constants."""
    uses: list[object] = []
    while type(node) is nodes.Group:
        node = node.inner
    if type(node) is nodes.Modified:
        for use in node.uses:
            uses.append(use.name)
            for argument in use.arguments:
                if not isinstance(argument, nodes.Constant):
                    return None
                uses.append((type(argument.value), argument.value))
        node = node.base
    path = path_of(node)
    return None if path is None or len(path) < 2 else (path, tuple(uses))


NOT_KNOWN = object()


def known_value(node: nodes.Expression) -> object:
    """The value that an expression surely has; `NOT_KNOWN` where it has to be looked at."""
    while isinstance(node, nodes.Group):
        node = node.inner
    if isinstance(node, nodes.Constant):
        return node.value
    if isinstance(node, nodes.Known):
        return node.value if isinstance(node.value, str | int | float) else NOT_KNOWN
    if isinstance(node, nodes.Unary) and node.operator == "-" and isinstance(node.operand, nodes.Constant):
        value = node.operand.value
        return -value if type(value) is int or type(value) is float else NOT_KNOWN
    return NOT_KNOWN


def decision_of(node: nodes.Binary) -> Decision | None:
    """The comparison of a path with a constant, on whatever side equality has it; None of any other."""
    left, right = node.left, node.right
    value = known_value(right)
    if value is NOT_KNOWN and node.operator in {"==", "!="}:
        left, value = right, known_value(left)
    path = path_of(left) if value is not NOT_KNOWN else None
    return None if path is None else (path, node.operator, type(value), value)
