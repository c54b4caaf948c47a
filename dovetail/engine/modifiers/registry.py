"""The one list of modifiers: what the engine runs is what the editor completes and the docs print.

A modifier is a pure function registered with `@modifier`; its parameters after the value are the
template's `:`-parameters, with their names, types and defaults taken from the signature.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal, Protocol, TypeVar

ModifierFunction = Callable[..., object]
F = TypeVar("F", bound=ModifierFunction)

Group = Literal["text", "escape", "numbers", "dates", "lists", "tests", "encoding"]


class Context(Protocol):
    """What a modifier may know beyond its arguments; the same for a whole render."""

    @property
    def now(self) -> float:
        """The moment of rendering, Unix seconds."""
        ...

    @property
    def timezone(self) -> tzinfo:
        """The zone in which dates are read and shown; UTC unless the environment says otherwise."""
        ...

    @property
    def language(self) -> str:
        """The language of day and month names, `nl` or `nl-NL`."""
        ...

    def settle(self, value: object) -> object:
        """A value that ordinary code can work with: a live list becomes its records."""
        ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `:`-parameter."""

    name: str
    required: bool
    default: object = None
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Modifier:
    """A modifier as data.

    `context`: the function takes a `Context` before the value. `safe`: the result counts as escaped under
    automatic HTML escaping (Smarty 5: escape with html, url, javascript …; raw). `extension`: Smarty 5 does not
    know the name; Copernica's users do.
    """

    name: str
    function: ModifierFunction
    parameters: tuple[Parameter, ...]
    summary: str
    group: Group
    context: bool = False
    extension: bool = False

    @property
    def least(self) -> int:
        """How many parameters must be given."""
        return sum(1 for item in self.parameters if item.required)

    @property
    def most(self) -> int | None:
        """How many may be given; None for any number."""
        return None if any(item.variadic for item in self.parameters) else len(self.parameters)


_REGISTRY: dict[str, Modifier] = {}


def modifier(*names: str, group: Group, context: bool = False, extension: bool = False) -> Callable[[F], F]:
    """Register a function under one or more modifier names; the docstring's first line is the summary."""

    def register(function: F) -> F:
        given = list(inspect.signature(function).parameters.values())[2 if context else 1 :]
        parameters = tuple(
            Parameter(
                name=item.name.rstrip("_"),
                required=item.default is inspect.Parameter.empty and item.kind is not item.VAR_POSITIONAL,
                default=None if item.default is inspect.Parameter.empty else item.default,
                variadic=item.kind is item.VAR_POSITIONAL,
            )
            for item in given
        )
        summary = (function.__doc__ or "").strip().split("\n", 1)[0]
        for name in names:
            if name in _REGISTRY:
                raise ValueError(f"two modifiers are called {name}")
            _REGISTRY[name] = Modifier(name, function, parameters, summary, group, context, extension)
        return function

    return register


def registered() -> Mapping[str, Modifier]:
    """The live registry; read it through `dovetail.engine.modifiers.MODIFIERS`, which loads every module."""
    return _REGISTRY
