"""The one list of modifiers: what the engine runs is what the editor completes and the docs print.

A modifier is a pure function registered with `@modifier`; its parameters after the value are the
template's `:`-parameters, with their names and defaults taken from the signature. What people read of them
(types, summaries, examples) stands in `described_text.py` and `described_values.py` under the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from dovetail.grammar.documentation import Described, Example, Given, ValueType

if TYPE_CHECKING:
    import inspect

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
    """One `:`-parameter. `type` is what it is meant to be: as in PHP, other values are converted."""

    name: str
    required: bool
    default: object = None
    variadic: bool = False
    type: ValueType = "any"
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Modifier:
    """A modifier as data.

    `context`: the function takes a `Context` before the value. `safe`: the result counts as escaped under
    automatic HTML escaping (Smarty 5: escape with html, url, javascript …; raw). `extension`: Smarty 5 does not
    know the name; Copernica's users do. `result`: the type of the value it gives.
    """

    name: str
    function: ModifierFunction
    parameters: tuple[Parameter, ...]
    summary: str
    group: Group
    context: bool = False
    extension: bool = False
    result: ValueType = "any"
    help: str = ""
    examples: tuple[Example, ...] = ()

    @property
    def usage(self) -> str:
        """How it is written, optional parameters in brackets: `truncate:[length]:[etc]`."""
        shown = [item.name + ("…" if item.variadic else "") for item in self.parameters]
        pairs = zip(shown, self.parameters, strict=True)
        return ":".join([self.name, *(name if item.required else f"[{name}]" for name, item in pairs)])

    @property
    def least(self) -> int:
        """How many parameters must be given."""
        return sum(1 for item in self.parameters if item.required)

    @property
    def most(self) -> int | None:
        """How many may be given; None for any number."""
        return None if any(item.variadic for item in self.parameters) else len(self.parameters)


_NOTHING = Described(())
_RESULTS: Mapping[str, ValueType] = {
    "str": "text",
    "int": "number",
    "float": "number",
    "bool": "flag",
    "list[object]": "list",
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What the decorator was told."""

    group: Group
    context: bool
    extension: bool


_FUNCTIONS: dict[str, ModifierFunction] = {}
_SAID: dict[str, _Said] = {}
_REGISTRY: dict[str, Modifier] = {}


def modifier(*names: str, group: Group, context: bool = False, extension: bool = False) -> Callable[[F], F]:
    """Register a function under one or more modifier names; the docstring's first line is the summary."""
    said = _Said(group, context, extension)

    def register(function: F) -> F:
        for name in names:
            if name in _FUNCTIONS:
                raise ValueError(f"two modifiers are called {name}")
            _FUNCTIONS[name] = function
            _SAID[name] = said
        return function

    return register


def functions() -> Mapping[str, ModifierFunction]:
    """The functions of the modules that are loaded: all that a stored template needs."""
    return _FUNCTIONS


def registered() -> Mapping[str, Modifier]:
    """The modifiers of the modules that are loaded; `dovetail.engine.modifiers.MODIFIERS` loads every module."""
    new = [name for name in _FUNCTIONS if name not in _REGISTRY]
    if new:
        # Signatures and descriptions are for who reads templates; it takes longer to go through them than to render.
        from dovetail.engine.modifiers.described_text import TEXTS
        from dovetail.engine.modifiers.described_values import VALUES

        described = {**TEXTS, **VALUES}
        for name in new:
            _REGISTRY[name] = _modifier(name, _FUNCTIONS[name], _SAID[name], described.get(name, _NOTHING))
    return _REGISTRY


def _modifier(name: str, function: ModifierFunction, said: _Said, described: Described) -> Modifier:
    from inspect import signature

    found = signature(function)
    given = list(found.parameters.values())[2 if said.context else 1 :]
    return Modifier(
        name,
        function,
        tuple(_parameter(item, described) for item in given),
        (function.__doc__ or "").strip().split("\n", 1)[0],
        said.group,
        said.context,
        said.extension,
        described.result or _RESULTS.get(str(found.return_annotation), "any"),
        described.help,
        described.examples,
    )


def _parameter(item: inspect.Parameter, described: Described) -> Parameter:
    name = item.name.rstrip("_")
    said = described.given.get(name, Given("any", ""))
    variadic = item.kind is item.VAR_POSITIONAL
    absent = item.default is item.empty
    return Parameter(name, absent and not variadic, None if absent else item.default, variadic, said.type, said.summary)
