"""Assignments: to variables, to elements below them, as statements and as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


class Assignments:
    """Writes the assignments of one template."""

    def __init__(self, code: Statements) -> None:
        self._code = code

    def assign(self, target: nodes.Expression, code: str, offset: int, scope: str | None) -> None:
        """Set a variable or an element of one."""
        name, keys = self.target(target)
        self.assign_named(name, keys, code, offset, scope)

    def assign_named(self, name: str, keys: list[str], code: str, offset: int, scope: object) -> None:
        """Set the variable whose name a Python expression gives, or an element below it."""
        if keys:
            present = f"rt.quiet_variable(v, {name})" if self._code.gathering else f"v.get({name})"
            code = f"rt.put({present}, ({', '.join(keys)},), {code})"
        self._code.flush()
        with self._code.guarded(offset, (f"v[{name}]",)):
            if scope in {None, "local"}:
                self._code.writer.line(f"v[{name}] = {code}", offset)
                self._code.known.add(name)
            else:
                self._code.writer.line(f"rt.assign(f, {name}, {code}, {scope!r})", offset)

    def target(self, node: nodes.Expression) -> tuple[str, list[str]]:
        """Python expressions for the name of the variable and the keys below it."""
        keys: list[str] = []
        while isinstance(node, nodes.Index):
            keys.append(self._code.expressions.key(node))
            node = node.base
        keys.reverse()
        if isinstance(node, nodes.Variable):
            return repr(node.name), keys
        if isinstance(node, nodes.VariableVariable):
            return self._code.expressions.variable_name(node), keys
        return self._code.expressions.text(self._code.expressions.code(node)), keys

    def as_value(self, node: nodes.Assignment) -> str:
        """An assignment as a value (in a condition)."""
        name, keys = self.target(node.target)
        value = self._code.expressions.value(node.value)
        if keys:
            value = f"rt.put(v.get({name}), ({', '.join(keys)},), {value})"
        return f"rt.set(v, {name}, {value})"

    def step(self, node: nodes.Step) -> str:
        """`$i++` as a value: the old one behind a variable, the new one before it."""
        name, keys = self.target(node.target)
        if keys:
            return self._code.expressions.value(node.target)
        return f"rt.increment(v, {name}, {1 if node.operator == '++' else -1}, {node.prefix})"
