"""The shape of documentation: what an editor shows and the docs print of a tag, an operator or a modifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

ValueType = Literal["text", "number", "flag", "list", "date", "any", "name", "variable", "file", "condition"]
"""`name` is a word of the designer's own, `variable` one with its `$`, `file` a template of the store."""

TYPE_WORDS: Mapping[ValueType, str] = {
    "text": "a text",
    "number": "a number",
    "flag": "true or false",
    "list": "a list",
    "date": "a date, as text or timestamp",
    "any": "any value",
    "name": "a name without `$`",
    "variable": "a variable",
    "file": "the name of a template",
    "condition": "a condition",
}

Setting = Literal["evaluate", "copernica"]


@dataclass(frozen=True, slots=True)
class Example:
    """A template and the text it gives for `data`; tests render every one, at the moment `MOMENT`.

    `files` are further templates. `settings`: what the environment must switch on.
    `databases`: the profiles that can be loaded.
    """

    template: str
    output: str
    data: Mapping[str, object] = field(default_factory=dict[str, object])
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    settings: tuple[Setting, ...] = ()
    databases: Mapping[str, Sequence[Mapping[str, object]]] = field(
        default_factory=dict[str, Sequence[Mapping[str, object]]]
    )


MOMENT = 1709647629.0
"""When examples are rendered: 2024-03-05 14:07:09 UTC."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one attribute or parameter is: its type, and what it does."""

    type: ValueType
    summary: str


@dataclass(frozen=True, slots=True)
class Described:
    """What is said of a tag or modifier beyond its declaration.

    `given`: its attributes or parameters by name. `result`: the type of its value, where it has one that the
    function's signature does not tell.
    """

    examples: tuple[Example, ...]
    given: Mapping[str, Given] = field(default_factory=dict[str, Given])
    help: str = ""
    result: ValueType | None = None


@dataclass(frozen=True, slots=True)
class Construct:
    """Something of the language that is no tag and no modifier. `written`: how it looks in a template."""

    name: str
    written: str
    summary: str
    examples: tuple[Example, ...]
