"""Tags, one module a subject. Importing this package registers all of them."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.engine.tags import (
    control,
    copernica,
    counting,
    html_dates,
    html_forms,
    html_image,
    html_table,
    include,
    loops,
    mailto,
    math,
    registry,
    reuse,
    section,
    textformat,
    variables,
)
from dovetail.engine.tags.registry import TagCompiler

COMPILERS: Mapping[str, TagCompiler] = registry.compilers()

__all__ = [
    "COMPILERS",
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
]
