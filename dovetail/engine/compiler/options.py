"""What of an environment changes how a template is compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dovetail.grammar.delimiters import Delimiters

Dialect = Literal["smarty", "copernica"]


@dataclass(frozen=True, slots=True)
class Options:
    """Compile options. `extensions`: Copernica's and Smarty 4's further modifiers are known.

    `evaluate`: {eval} and `string:` may render text that is made at run time; off, since data could become code.
    `default_modifiers` are written as in a template, `escape:'html'`.
    """

    escape_html: bool = True
    dialect: Dialect = "smarty"
    extensions: bool = True
    delimiters: Delimiters = Delimiters()
    evaluate: bool = False
    default_modifiers: tuple[str, ...] = ()
