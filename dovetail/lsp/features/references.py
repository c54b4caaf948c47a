"""Where else something is used: in this template, and in those that include it, extend it or ask the same shop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dovetail.grammar import nodes
from dovetail.lsp.features.bindings import bindings_of
from dovetail.lsp.features.definition import definition
from dovetail.lsp.features.heads import expressions
from dovetail.lsp.features.names import Name, blocks_of, family, includes_of, name_at, readings
from dovetail.lsp.features.reading import Reading
from dovetail.lsp.features.results import Place
from dovetail.lsp.features.standing import inner, standing
from dovetail.lsp.features.types import given_to_includes
from dovetail.lsp.features.view import View
from dovetail.source import Span


def references(view: View, offset: int, *, declaration: bool) -> Sequence[Place]:
    """All uses of what stands at an offset; `declaration`: with the places that set it."""
    name = name_at(view, offset)
    if name is None or name.kind == "live":
        return list(_live(view, offset))
    match name.kind:
        case "variable":
            found = list(_variable(view, name, declaration=declaration))
        case "function":
            found = [
                Place(reading.name, call.span)
                for reading in readings(view.folder)
                for call in reading.once(bindings_of).calls
                if call.name == name.name and (declaration or not call.definition)
            ]
        case "block":
            found = [
                Place(each.name, block.span)
                for each in family(view)
                for block in blocks_of(each)
                if block.name == name.name
            ]
        case "template":
            found = included_by(view, name.name)
        case _:
            found = [*(definition(view, offset) if declaration else ()), *_config(view, name)]
    return sorted(found, key=lambda place: (place.name != view.reading.name, place.name, place.span))


def included_by(view: View, name: str) -> list[Place]:
    """Where a template is included or extended."""
    return [
        Place(reading.name, target.span)
        for reading in readings(view.folder)
        for target in includes_of(reading)
        if target.name == name
    ]


def _variable(view: View, name: Name, *, declaration: bool) -> Iterator[Place]:
    bindings = view.reading.once(bindings_of)
    for use in bindings.uses:
        if use.name == name.name and use.room == name.room and (declaration or not use.write):
            yield Place(view.reading.name, use.span)
    if name.room != -1:
        return
    own = [each for each in bindings.of(name.name) if each.scope.start == 0]
    if not own:
        # It comes from those that include this template.
        yield from parameters_given(view, view.reading.name, name.name)


def parameters_given(view: View, template: str, name: str) -> Iterator[Place]:
    """Where includes of a template give it a value under a name: the attributes' names."""
    for reading in readings(view.folder):
        for target, given in reading.once(given_to_includes):
            value = given.get(name)
            if target == template and value is not None:
                start = value[1] + value[0].span.start - len(name) - 1
                if reading.text.startswith(f"{name}=", start):
                    yield Place(reading.name, Span(start, start + len(name)))


def _config(view: View, name: Name) -> Iterator[Place]:
    for reading in readings(view.folder):
        for expression, inside in expressions(reading.tree.nodes):
            for part in _all(expression):
                if (
                    isinstance(part, nodes.ConfigVariable)
                    and isinstance(part.name, nodes.Word)
                    and part.name.name == name.name
                ):
                    yield Place(reading.name, Span(inside + part.span.start + 1, inside + part.span.end - 1))


def _live(view: View, offset: int) -> Iterator[Place]:
    """Every mail that uses the same record, or the same field of one: `$shop.product.123456`."""
    found = standing(view.reading, offset)
    path = (
        next((part for part in reversed(found.parts) if isinstance(part, nodes.Index | nodes.Variable)), None)
        if found
        else None
    )
    if found is None or path is None:
        return
    place = found.place(path)
    wanted = _squeezed(view.reading.text[place.start : place.end])
    for reading in readings(view.folder):
        for span in reading.once(_paths).get(wanted, ()):
            yield Place(reading.name, span)


def _paths(reading: Reading) -> dict[str, list[Span]]:
    """Every path of a template and every beginning of one, as it is written, with where it stands."""
    found = dict[str, list[Span]]()
    for expression, inside in expressions(reading.tree.nodes):
        for part in _all(expression):
            if isinstance(part, nodes.Index | nodes.Variable):
                span = Span(inside + part.span.start, inside + part.span.end)
                found.setdefault(_squeezed(reading.text[span.start : span.end]), []).append(span)
    return found


def _squeezed(path: str) -> str:
    return path.replace(" ", "").replace("'", '"')


def _all(part: nodes.Expression | nodes.Assignment) -> Iterator[nodes.Expression | nodes.Assignment]:
    yield part
    for child in inner(part):
        if not isinstance(child, nodes.Attribute | nodes.ModifierUse):
            yield from _all(child)
        else:
            for each in inner(child):
                if not isinstance(each, nodes.Attribute | nodes.ModifierUse):
                    yield from _all(each)
