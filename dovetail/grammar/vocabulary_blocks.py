"""Tags of reuse and of further loops, declared: functions, inheritance, sections, filters, configuration."""

from __future__ import annotations

from dovetail.grammar.tag_spec import TagSpec

BLOCKS = (
    TagSpec(
        "section",
        "Repeats its content for each index of a list or number.",
        block=True,
        branches=("sectionelse",),
        shorthand=("name", "loop"),
        required=("name", "loop"),
        optional=("start", "step", "max", "show", "properties"),
    ),
    TagSpec(
        "function",
        "Defines a piece of template that can be called by name.",
        block=True,
        shorthand=("name",),
        required=("name",),
        open=True,
        newline="keep",
        close_newline="transparent",
    ),
    TagSpec(
        "call",
        "Calls a template function.",
        shorthand=("name",),
        required=("name",),
        optional=("assign",),
        open=True,
        newline="keep",
    ),
    TagSpec(
        "block",
        "A named part that a child template may replace.",
        block=True,
        shorthand=("name",),
        required=("name",),
        optional=("assign", "append", "prepend", "hide"),
        flags=("append", "prepend", "hide", "nocache"),
        newline="keep",
        close_newline="keep",
    ),
    TagSpec(
        "extends", "Makes this template a child of another.", shorthand=("file",), required=("file",), newline="keep"
    ),
    TagSpec(
        "setfilter",
        "Applies modifiers to every output within.",
        form="modifiers",
        block=True,
        newline="transparent",
        close_newline="transparent",
    ),
    TagSpec(
        "nocache",
        "Has no effect: nothing is cached.",
        block=True,
        newline="transparent",
        close_newline="transparent",
    ),
    TagSpec(
        "config_load",
        "Reads settings from a .conf file of the template store.",
        shorthand=("file", "section"),
        required=("file",),
        optional=("section", "scope"),
        newline="keep",
    ),
    TagSpec(
        "eval",
        "Renders a text as template, where the embedder allows it.",
        shorthand=("var", "assign"),
        required=("var",),
        optional=("assign",),
    ),
)
