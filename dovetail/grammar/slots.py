"""Frozen dataclasses that are made by the thousand."""

from __future__ import annotations

from dataclasses import fields
from types import FunctionType


def set_directly(*kinds: type) -> None:
    """Let new nodes of these kinds fill their slots: frozen ones would do it by name, which takes twice the time.

    A long text has thousands, all of which behind an edit are made anew.
    """
    lines: list[str] = []
    slots: dict[str, object] = {}
    for kind in kinds:
        names = [field.name for field in fields(kind)]
        slots |= {f"{kind.__name__}_{name}": vars(kind)[name].__set__ for name in names}
        lines.append(f"def {kind.__name__}(self, {', '.join(names)}):")
        lines += (f"    {kind.__name__}_{name}(self, {name})" for name in names)
    made: dict[str, FunctionType] = {}
    exec("\n".join(lines), slots, made)  # noqa: S102  # of the names above
    for kind in kinds:
        written, usual = made[kind.__name__], kind.__init__  # type: ignore[misc]  # of the kind itself
        written.__name__, written.__qualname__ = "__init__", f"{kind.__name__}.__init__"
        written.__defaults__, written.__annotations__ = usual.__defaults__, usual.__annotations__
        setattr(kind, "__init__", written)  # noqa: B010  # type checkers take it for a mistake otherwise
