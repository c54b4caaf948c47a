"""Completion: every source offers what may stand at the cursor, and the best of all come first."""

from __future__ import annotations

from dovetail.lsp.features.completion.attributes import attribute_offers, value_offers
from dovetail.lsp.features.completion.documentation import resolve
from dovetail.lsp.features.completion.modifiers import argument_offers, modifier_offers
from dovetail.lsp.features.completion.offers import ranked
from dovetail.lsp.features.completion.paths import bare_variable_offers, path_type, segment_offers, variable_offers
from dovetail.lsp.features.completion.tags import tag_offers
from dovetail.lsp.features.cursor import (
    Argument,
    AttributeName,
    AttributeValue,
    InText,
    ModifierName,
    Path,
    Silent,
    TagName,
    Value,
    here,
)
from dovetail.lsp.features.palette import palette_offers
from dovetail.lsp.features.results import Completions
from dovetail.lsp.features.view import View

__all__ = ["complete", "resolve"]


def complete(view: View, offset: int) -> Completions:
    """What may be written at an offset, the most wanted first."""
    found = here(view.reading, offset)
    if found.loose is not None and path_type(view, found.loose).form == "keyed":
        # `$shop.product.blue mug`: what is typed is what people call it, blanks included.
        offers, complete_list = segment_offers(view, found.loose)
        return ranked(offers, complete=complete_list)
    match found.cursor:
        case InText():
            return ranked(palette_offers(view, offset))
        case Silent():
            return Completions()
        case TagName() as cursor:
            tags = tag_offers(view, cursor)
            return ranked(tags if cursor.closing else [*tags, *bare_variable_offers(view, cursor.typed, cursor.span)])
        case Path(dot=-1) as cursor:
            return ranked(variable_offers(view, cursor))
        case Path() as cursor:
            offers, complete_list = segment_offers(view, cursor)
            return ranked(offers, complete=complete_list)
        case ModifierName() as cursor:
            return ranked(modifier_offers(view, cursor))
        case Argument() as cursor:
            values = argument_offers(view, cursor)
            return ranked(values if cursor.quote else [*values, *bare_variable_offers(view, cursor.typed, cursor.span)])
        case AttributeName() as cursor:
            return ranked(attribute_offers(view, cursor))
        case AttributeValue() as cursor:
            values = value_offers(view, cursor)
            return ranked(values if cursor.quote else [*values, *bare_variable_offers(view, cursor.typed, cursor.span)])
        case Value() as cursor:
            return ranked(bare_variable_offers(view, cursor.typed, cursor.span))
