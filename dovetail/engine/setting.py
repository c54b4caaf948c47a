"""What all renders of a template share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from dovetail.engine.limits import Limits
from dovetail.engine.live import Root

if TYPE_CHECKING:
    from dovetail.engine.compiler.program import Program


@dataclass(frozen=True, slots=True)
class Setting:
    """A template and the means of its engine.

    `load` looks an included template up, by its name and the names of the functions it may call;
    `evaluated` compiles text that is made at run time; `text` reads a file of the template store.
    """

    program: Program
    roots: Mapping[str, Root]
    limits: Limits
    load: Callable[[str, Collection[str]], Program]
    evaluated: Callable[[str], Program]
    text: Callable[[str], str]
    clock: Callable[[], float]
    strict: bool = False
    output_filters: Sequence[Callable[[str], str]] = ()
    timezone: tzinfo = UTC
    language: str = "en"
