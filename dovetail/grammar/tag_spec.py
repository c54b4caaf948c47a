"""What is declared of a tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["attributes", "condition", "foreach", "for", "assign", "modifiers", "none"]
Newline = Literal["swallow", "keep", "transparent"]


@dataclass(frozen=True, slots=True)
class TagSpec:
    """One tag.

    `form`: which entry rule of smarty.lark reads what stands behind the name. `shorthand`: names of the
    attributes given without a name, in order. `required`/`optional`: attribute names; `flags` are words
    without a value; `open`: any further attribute is allowed. `newline`, `close_newline`: what happens to a
    line end directly behind the tag and behind its closing tag (facts: PHP eats one behind `?>`).
    """

    name: str
    summary: str
    form: Form = "attributes"
    block: bool = False
    branches: tuple[str, ...] = ()
    shorthand: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    open: bool = False
    newline: Newline = "swallow"
    close_newline: Newline = "swallow"
