"""Renaming: variables, functions, blocks and included templates, in all templates that know them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dovetail.grammar.vocabulary import TAGS
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.names import includes_of, name_at, readings
from dovetail.lsp.features.references import parameters_given, references
from dovetail.lsp.features.results import Change, Edit, Place, Refusal
from dovetail.lsp.features.view import View
from dovetail.source import Span

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def rename_span(view: View, offset: int) -> Span | Refusal | None:
    """The name that would be renamed, or why it cannot be; None where no name stands."""
    name = name_at(view, offset)
    if name is None:
        return None
    if name.kind == "live":
        return Refusal(f"`${name.name}` is an integration: its name is set in dovetail.toml")
    if name.kind == "variable" and name.name == "smarty":
        return Refusal("`$smarty` belongs to the language")
    if name.kind == "config":
        return Refusal("a value of a configuration file is renamed there")
    if name.kind == "variable" and not _is_ours(view, name.name):
        return Refusal(f"`${name.name}` is given to this template from outside: its name is not set here")
    return name.span


def _is_ours(view: View, name: str) -> bool:
    return bool(view.reading.once(bindings_of).of(name)) or any(parameters_given(view, view.reading.name, name))


def rename(view: View, offset: int, new_name: str) -> Change | Refusal:
    """The edits that rename what stands at an offset, or why that cannot be."""
    span = rename_span(view, offset)
    name = name_at(view, offset)
    if isinstance(span, Refusal):
        return span
    if span is None or name is None:
        return Refusal("there is nothing to rename here")
    new = new_name.removeprefix("$") if name.kind == "variable" else new_name
    refusal = _unfit(view, name.kind, new)
    if refusal is not None:
        return refusal
    places = list(references(view, offset, declaration=True))
    if name.kind == "variable" and name.room == -1:
        # What this template gives to others under the same name stays theirs.
        places = [place for place in places if _names_it(view, place, name.name)]
    edits = _edits(places, new)
    return Change(f"Rename {name.name} to {new}", edits, confirm=len(edits) > 1)


def _names_it(view: View, place: Place, name: str) -> bool:
    reading = view.reading if place.name == view.reading.name else view.folder.reading(place.name)
    return reading is not None and reading.text[place.span.start : place.span.end] == name


def _unfit(view: View, kind: str, new: str) -> Refusal | None:
    if kind == "template":
        known = new in view.folder.names()
        return Refusal(f"there is a template `{new}` already") if known else None
    if kind == "block":
        return None if re.fullmatch(r"[\w\-. ]+", new) else Refusal("a block's name has letters, digits, _ and -")
    if not _NAME.fullmatch(new):
        return Refusal(f"`{new}` is no name: use letters, digits and underscores, and begin with a letter")
    if kind == "function" and new in TAGS:
        return Refusal(f"`{{{new}}}` is a tag of the language")
    if kind == "variable" and new == "smarty":
        return Refusal("`$smarty` belongs to the language")
    if kind == "variable" and new in view.live.schemas:
        return Refusal(f"`${new}` is an integration: the variable would hide it")
    if kind == "variable" and view.reading.once(bindings_of).of(new):
        return Refusal(f"there is a variable `${new}` already")
    return None


def _edits(places: Sequence[Place], text: str) -> Mapping[str, Sequence[Edit]]:
    edits = dict[str, list[Edit]]()
    for place in places:
        edits.setdefault(place.name, []).append(Edit(place.span, text))
    return edits


def renamed_files(view: View, old: str, new: str) -> Change | None:
    """The edits that keep includes right when a template is renamed."""
    edits = dict[str, list[Edit]]()
    for reading in readings(view.folder):
        for target in includes_of(reading):
            if target.name == old:
                prefix = "file:" if reading.text.startswith("file:", target.span.start) else ""
                edits.setdefault(reading.name, []).append(Edit(target.span, prefix + new))
    return Change(f"Rename {old} to {new} where it is included", edits, confirm=True) if edits else None
