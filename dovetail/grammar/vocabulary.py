"""The tags of the language as data: name, form, branches, attributes, summary.

The parser nests by it, the compiler checks attributes by it, the editor completes from it, the docs are
printed from it. What a tag does stands in `dovetail/engine/tags/` under the same name.
"""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.grammar.tag_spec import Form, TagSpec
from dovetail.grammar.vocabulary_blocks import BLOCKS
from dovetail.grammar.vocabulary_copernica import COPERNICA
from dovetail.grammar.vocabulary_functions import FUNCTIONS

_SPECS = (
    TagSpec(
        "if", "Shows its content when a condition holds.", form="condition", block=True, branches=("elseif", "else")
    ),
    TagSpec(
        "foreach",
        "Repeats its content for each element of a list.",
        form="foreach",
        block=True,
        branches=("foreachelse", "else"),
        shorthand=("from", "item", "key", "name"),
        required=("from", "item"),
        optional=("key", "name", "properties"),
    ),
    TagSpec(
        "for",
        "Repeats its content for a running number.",
        form="for",
        block=True,
        branches=("forelse", "else"),
        optional=("max",),
    ),
    TagSpec(
        "while", "Repeats its content as long as a condition holds.", form="condition", block=True, close_newline="keep"
    ),
    TagSpec(
        "capture",
        "Keeps its content in a variable in place of showing it.",
        block=True,
        shorthand=("name",),
        optional=("name", "assign", "append"),
    ),
    TagSpec(
        "include",
        "Shows another template here.",
        shorthand=("file",),
        required=("file",),
        optional=("assign", "scope", "cache_lifetime", "cache_id", "compile_id"),
        flags=("nocache", "inline", "caching", "bubble_up"),
        open=True,
    ),
    TagSpec(
        "assign",
        "Sets a variable.",
        form="assign",
        shorthand=("var", "value"),
        required=("var", "value"),
        optional=("scope",),
        flags=("nocache", "noscope"),
    ),
    TagSpec(
        "append",
        "Adds an element to a list variable.",
        shorthand=("var", "value"),
        required=("var", "value"),
        optional=("scope", "index"),
        flags=("nocache", "noscope"),
    ),
    TagSpec("ldelim", "Shows the left delimiter, `{`.", newline="keep"),
    TagSpec("rdelim", "Shows the right delimiter, `}`.", newline="keep"),
    TagSpec("break", "Ends the loop around it; `{break 2}` ends two.", shorthand=("levels",), optional=("levels",)),
    TagSpec(
        "continue",
        "Goes on with the loop's next round; `{continue 2}` with the outer one's.",
        shorthand=("levels",),
        optional=("levels",),
    ),
    TagSpec(
        "strip",
        "Removes line ends and the blanks around them from the template's text.",
        newline="transparent",
        close_newline="transparent",
    ),
)

_ALL = (*_SPECS, *BLOCKS, *FUNCTIONS, *COPERNICA)

TAGS: Mapping[str, TagSpec] = {spec.name: spec for spec in _ALL}

BRANCHES: Mapping[str, tuple[str, ...]] = {
    branch: tuple(spec.name for spec in _ALL if branch in spec.branches) for spec in _ALL for branch in spec.branches
}
"""Branch tags (`else`, `foreachelse`) and the blocks they belong to."""

FORMS: Mapping[str, Form] = {
    **{spec.name: spec.form for spec in _ALL},
    **dict.fromkeys(BRANCHES, "none"),
    "elseif": "condition",
}

LOOPS = frozenset({"foreach", "for", "while", "section"})
"""Blocks that `{break}` and `{continue}` may leave."""
