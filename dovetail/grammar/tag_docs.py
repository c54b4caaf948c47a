"""What is said of every tag beyond its declaration in the vocabulary, by its name."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.grammar.documentation import Described
from dovetail.grammar.tag_docs_copernica import COPERNICA
from dovetail.grammar.tag_docs_forms import FORMS
from dovetail.grammar.tag_docs_functions import PLAIN_FUNCTIONS
from dovetail.grammar.tag_docs_language import LANGUAGE

TAG_DOCS: Mapping[str, Described] = {**LANGUAGE, **PLAIN_FUNCTIONS, **FORMS, **COPERNICA}

TAG_GROUPS: Mapping[str, tuple[str, ...]] = {
    "The language": tuple(LANGUAGE),
    "Functions": tuple(PLAIN_FUNCTIONS),
    "Form fields": tuple(FORMS),
    "Copernica": tuple(COPERNICA),
}
"""The tags as the documentation groups them."""

BRANCH_SUMMARIES: Mapping[str, str] = {
    "else": "What is shown when no condition before it held, or when the loop has no round.",
    "elseif": "What is shown when this condition is the first that holds.",
    "foreachelse": "What is shown when the list has no elements.",
    "forelse": "What is shown when the loop has no round.",
    "sectionelse": "What is shown when the list has no elements.",
}
