"""What a name at an offset stands for: a variable, a function, a block, an included template, a live path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dovetail.grammar import nodes
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.heads import all_tags, included, plain_name, unquoted
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.standing import standing
from dovetail.lsp.features.view import Folder, View
from dovetail.source import Span

NameKind = Literal["variable", "function", "block", "template", "live", "config"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the text. `room` is the scope of a variable (see `bindings.Use`)."""

    kind: NameKind
    name: str
    span: Span
    room: int = -1


def name_at(view: View, offset: int) -> Name | None:
    """The name that stands at an offset."""
    bindings = view.reading.once(bindings_of)
    for call in bindings.calls:
        if call.span.start <= offset <= call.span.end:
            return Name("function", call.name, call.span)
    use = bindings.use_at(offset)
    if use is not None:
        live = use.name in view.live.schemas and not bindings.of(use.name)
        return Name("live" if live else "variable", use.name, use.span, use.room)
    for block in blocks_of(view.reading):
        if block.span.start <= offset <= block.span.end:
            return block
    for target in includes_of(view.reading):
        if target.span.start <= offset <= target.span.end:
            return target
    found = standing(view.reading, offset)
    for part in reversed(found.parts) if found is not None else ():
        if isinstance(part, nodes.ConfigVariable) and isinstance(part.name, nodes.Word) and found is not None:
            place = found.place(part)
            return Name("config", part.name.name, Span(place.start + 1, place.end - 1))
    return None


def blocks_of(reading: Reading) -> Sequence[Name]:
    """The {block}s of a template, by their names."""
    return reading.once(_blocks)


def _blocks(reading: Reading) -> Sequence[Name]:
    found = list[Name]()
    for tag, base in all_tags(reading.tree.nodes):
        if tag.name == "block" and isinstance(tag.head, nodes.Head):
            given = next((each for each in tag.head.attributes if each.name in ("name", "")), None)
            name = plain_name(given.value) if given is not None else None
            if given is not None and name:
                found.append(Name("block", name, unquoted(given.value, base + tag.inside)))
    return found


def includes_of(reading: Reading) -> Sequence[Name]:
    """The templates that one includes or extends, with where their names stand."""
    return reading.once(_includes)


def _includes(reading: Reading) -> Sequence[Name]:
    found = list[Name]()
    for tag, base in all_tags(reading.tree.nodes):
        target = included(tag)
        if target is not None:
            found.append(Name("template", target[0], unquoted(target[1], base + tag.inside)))
    return found


def parent_of(reading: Reading) -> str | None:
    """The template that one extends."""
    for tag, _ in all_tags(reading.tree.nodes):
        if tag.name == "extends":
            target = included(tag)
            return target[0] if target is not None else None
    return None


def readings(folder: Folder) -> Iterator[Reading]:
    """All templates of a folder that can be read."""
    for name in folder.names():
        reading = folder.reading(name)
        if reading is not None:
            yield reading


def family(view: View) -> Sequence[Reading]:
    """The templates that share blocks with this one: those it extends, and those that extend one of these."""
    parents = {reading.name: parent_of(reading) for reading in readings(view.folder)}
    top, seen = view.reading.name, set[str]()
    while top not in seen:
        seen.add(top)
        top = parents.get(top) or top
    below = {top}
    grew = True
    while grew:
        more = {name for name, parent in parents.items() if parent in below} - below
        below |= more
        grew = bool(more)
    found = [view.reading if name == view.reading.name else view.folder.reading(name) for name in sorted(below)]
    return [reading for reading in found if reading is not None]
