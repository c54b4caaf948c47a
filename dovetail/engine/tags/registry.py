"""How each tag is compiled: the functions behind the names of `dovetail/grammar/vocabulary.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements

TagCompiler = Callable[["Statements", nodes.Tag], None]

_COMPILERS: dict[str, TagCompiler] = {}


def tag(name: str) -> Callable[[TagCompiler], TagCompiler]:
    """Register the compile function of a tag."""

    def register(function: TagCompiler) -> TagCompiler:
        _COMPILERS[name] = function
        return function

    return register


def compilers() -> Mapping[str, TagCompiler]:
    """The live registry; read it through `dovetail.engine.tags.COMPILERS`, which loads every module."""
    return _COMPILERS
