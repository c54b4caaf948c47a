"""Tags that are plain functions, declared: attributes in, text out. They know any attribute (Smarty checks none)."""

from __future__ import annotations

from dovetail.grammar.tag_spec import TagSpec

FUNCTIONS = (
    TagSpec(
        "counter",
        "Shows a running number.",
        optional=("name", "start", "skip", "direction", "print", "assign"),
        open=True,
        newline="keep",
    ),
    TagSpec(
        "cycle",
        "Shows the next of some values, round and round.",
        optional=("name", "values", "print", "advance", "delimiter", "assign", "reset"),
        open=True,
        newline="keep",
    ),
)
