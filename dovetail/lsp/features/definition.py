"""Where something is set: variables, functions, blocks, included templates."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.names import Name, blocks_of, family, name_at, parent_of, readings
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.results import Place
from dovetail.lsp.features.types import given_to_includes
from dovetail.lsp.features.view import View
from dovetail.source import Span


def definition(view: View, offset: int) -> Sequence[Place]:
    """The places that set what stands at an offset, the nearest first."""
    name = name_at(view, offset)
    if name is None:
        return []
    match name.kind:
        case "variable":
            return _variable(view, name, offset)
        case "function":
            return _function(view, name)
        case "block":
            return _block(view, name)
        case "template":
            return [Place(name.name, Span(0, 0))] if view.folder.reading(name.name) is not None else []
        case "config":
            return _config(view, name)
        case _:
            return []


def type_definition(view: View, offset: int) -> Sequence[Place]:
    """Of a block, the templates that replace it; of a variable, what gives it its value."""
    name = name_at(view, offset)
    if name is None:
        return []
    if name.kind == "block":
        return [
            Place(reading.name, block.span)
            for reading in family(view)
            for block in blocks_of(reading)
            if block.name == name.name and reading.name != view.reading.name
        ]
    return definition(view, offset)


def _variable(view: View, name: Name, offset: int) -> Sequence[Place]:
    bindings = view.reading.once(bindings_of)
    own = [each for each in bindings.of(name.name) if each.scope.start <= offset <= each.scope.end]
    if own:
        nearest = bindings.nearest(name.name, offset)
        ordered = sorted(own, key=lambda each: each is not nearest)
        return [Place(view.reading.name, each.span) for each in ordered]
    return list(_given(view, name.name))


def _given(view: View, name: str) -> Sequence[Place]:
    """Where those that include this template give it a value of this name."""
    found = list[Place]()
    for reading in readings(view.folder):
        for target, given in reading.once(given_to_includes):
            value = given.get(name)
            if target == view.reading.name and value is not None:
                start = value[1] + value[0].span.start - len(name) - 1
                if reading.text.startswith(name, start):
                    found.append(Place(reading.name, Span(start, start + len(name))))
    return found


def _function(view: View, name: Name) -> Sequence[Place]:
    def defined(reading: Reading) -> list[Place]:
        calls = reading.once(bindings_of).calls
        return [Place(reading.name, call.span) for call in calls if call.definition and call.name == name.name]

    own = defined(view.reading)
    return own or [place for reading in readings(view.folder) for place in defined(reading)]


def _block(view: View, name: Name) -> Sequence[Place]:
    """The block of the same name that this one replaces; at the top, itself."""
    reading: Reading | None = view.reading
    seen = set[str]()
    last = list[Place]()
    while reading is not None and reading.name not in seen:
        seen.add(reading.name)
        found = [Place(reading.name, block.span) for block in blocks_of(reading) if block.name == name.name]
        if found and reading is not view.reading:
            return found
        last = found or last
        parent = parent_of(reading)
        reading = view.folder.reading(parent) if parent is not None else None
    return last


def _config(view: View, name: Name) -> Sequence[Place]:
    found = list[Place]()
    for other in view.folder.names():
        reading = view.folder.reading(other) if other.endswith(".conf") else None
        at = 0
        for line in reading.text.splitlines(keepends=True) if reading is not None else ():
            if line.partition("=")[0].strip() == name.name:
                start = at + line.index(name.name)
                found.append(Place(other, Span(start, start + len(name.name))))
            at += len(line)
    return found
