"""Tags, one module a subject.

`COMPILERS` has all of them, and loads every module when it is first read; a stored template loads those it uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dovetail.engine.tags.registry import TagCompiler

    COMPILERS: Mapping[str, TagCompiler]

__all__ = ["COMPILERS"]

_SUBJECTS = (
    "control",
    "copernica",
    "counting",
    "html_dates",
    "html_forms",
    "html_image",
    "html_table",
    "include",
    "loops",
    "mailto",
    "math",
    "reuse",
    "section",
    "textformat",
    "variables",
)


def __getattr__(name: str) -> object:
    if name != "COMPILERS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for subject in _SUBJECTS:
        import_module(f"{__name__}.{subject}")
    from dovetail.engine.tags.registry import compilers

    globals()[name] = compilers()
    return compilers()
