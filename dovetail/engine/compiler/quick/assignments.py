"""Assignments of the quick form: to locals, and through to the mapping where a tag may look into it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from dovetail.engine.compiler.assignments import Assignments
from dovetail.engine.compiler.quick.survey import NotQuick

if TYPE_CHECKING:
    from dovetail.engine.compiler.quick.statements import QuickStatements


class QuickAssignments(Assignments):
    """Writes the assignments of one quick form."""

    def __init__(self, code: QuickStatements) -> None:
        super().__init__(code)
        self._quick = code

    def assign_named(self, name: str, keys: list[str], code: str, offset: int, scope: object) -> None:
        """Set the variable whose name a Python expression gives, or an element below it."""
        quick = self._quick
        plain = ast.literal_eval(name) if name[:1] in "'\"" else None
        if not isinstance(plain, str):
            raise NotQuick("the name of a variable is made at run time")
        if quick.nested:
            raise NotQuick("a value inside a text sets variables")
        quick.flush()
        local = quick.local(plain)
        if scope not in {None, "local"} or quick.doubted((plain,)):
            if keys:
                code = f"rt.put(v.get({name}), ({', '.join(keys)},), {code})"
            quick.through = True
            quick.writer.line(
                f"rt.assign(f, {name}, {code}, {scope!r})" if scope not in {None, "local"} else f"v[{name}] = {code}",
                offset,
            )
            quick.forget({plain})
            quick.load([plain])
            return
        if keys:
            present = (
                f"None if {local} is ABSENT else {local}" if quick.expressions is quick.quick else f"v.get({name})"
            )
            code = f"rt.put({present}, ({', '.join(keys)},), {code})"
        through = f"v[{name}] = " if quick.through else ""
        quick.writer.line(f"{local} = {through}{code}", offset)
        quick.forget({plain})
        quick.known.add(name)
