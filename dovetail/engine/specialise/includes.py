"""Included templates: put in the place of their tag where nothing but text, outputs and conditions is left of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dovetail.engine.specialise.evaluate import OPEN
from dovetail.engine.specialise.facts import ANY, TEMPLATE, captured, in_loop_state
from dovetail.engine.specialise.items import Block, Capture, Item, Kept, Store, Unrolled, reads_of, stores_of, text_of
from dovetail.engine.specialise.state import Known, Unsure, forget, learn
from dovetail.engine.specialise.survey import Survey
from dovetail.engine.specialise.written import attributes, constant
from dovetail.engine.values import to_text
from dovetail.grammar import nodes
from dovetail.grammar.vocabulary import TAGS

if TYPE_CHECKING:
    from dovetail.engine.specialise.walk import Walk

_DEEPEST = 8


class Includes:
    """The {include} tags of one template."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def include(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        """Specialise an {include}."""
        given = attributes(node)
        inner = self._specialised(node, given, known)
        if inner is not None:
            if "assign" not in given:
                out.extend(_in_place(inner))
                return
            assigned, text = constant(given, "assign"), text_of(inner)
            if assigned is not None and text is not None:
                out.extend(item for item in _in_place(inner) if not isinstance(item, nodes.Text))
                self._walk.store(assigned, text, node.span, known, out)
                return
        self._walk.keep(node, known, out, self._walk.with_values(node, known))

    def _specialised(self, node: nodes.Tag, given: dict[str, nodes.Expression], known: Known) -> list[Item] | None:
        """What is left of the included template, or None where it has to stay on its own."""
        from dovetail.engine.specialise.walk import Walk

        walk = self._walk
        survey = self._survey(node, given, known)
        if survey is None or walk.depth >= _DEEPEST:
            return None
        if survey.library.whole(survey.file).outward or survey.functions:
            return None
        inside = dict(known)
        spec = TAGS["include"]
        own = [name for name in given if name not in (*spec.required, *spec.optional)]
        for name in own:
            value = walk.reducer.value(given[name], known, walk.raw)
            if value is OPEN or name in walk.run.forced:
                # It is worked out where the tag stands, and there may be something to report of it.
                return None
            learn(inside, name, value, ())
        inside[TEMPLATE] = survey.label
        inner: list[Item] = []
        walk.run.budget.spend(0, 1)
        try:
            Walk(walk.run, survey, shift=walk.run.shift(survey), depth=walk.depth + 1).body(survey.body, inside, inner)
        except Unsure:
            return None
        reads = reads_of(inner)
        if not (reads.isdisjoint({ANY, TEMPLATE, *stores_of(inner), *own}) and _simple(inner)):
            return None
        if any(map(in_loop_state, reads)):
            # Which properties a loop has hangs on the text of the template that it stands in.
            return None
        if walk.raw and text_of(inner) is None:
            # The template's outputs are escaped whatever is around it.
            return None
        # Captures belong to the whole render.
        forget(known, [name for name in known if captured(name) is not None])
        known.update({name: value for name, value in inside.items() if captured(name) is not None})
        return inner

    def _survey(self, node: nodes.Tag, given: dict[str, nodes.Expression], known: Known) -> Survey | None:
        walk = self._walk
        file = walk.reducer.expression(given["file"], known, walk.raw)
        if not isinstance(file, nodes.Constant | nodes.Known | nodes.Word):
            return None
        if constant(given, "scope", "local") != "local" or (isinstance(node.head, nodes.Head) and node.head.uses):
            return None
        name = file.name if isinstance(file, nodes.Word) else to_text(file.value)
        survey = walk.survey.library.included(walk.survey.named(name))
        return None if survey is None or survey.inherits else survey


def _simple(items: Sequence[Item]) -> bool:
    """Whether items are nothing but text, outputs and conditions (and stores, which are not read)."""
    for item in items:
        match item:
            case nodes.Text() | Store() | Capture():
                pass
            case Kept(tag=tag):
                value = tag.head.value if isinstance(tag.head, nodes.Head) else None
                if tag.name != "" or isinstance(value, nodes.Assignment) or _has_assign(tag):
                    return False
            case Block(tag=tag, parts=parts):
                if tag.name != "if" or not all(_simple(body) for _, body in parts):
                    return False
                if any(isinstance(_condition(section), nodes.Assignment) for section, _ in parts):
                    return False
            case Unrolled(body=body):
                if not _simple(body):
                    return False
    return True


def _condition(section: nodes.Section) -> object:
    return section.head.value if isinstance(section.head, nodes.Head) else None


def _has_assign(tag: nodes.Tag) -> bool:
    head = tag.head
    return isinstance(head, nodes.Head) and any(attribute.name == "assign" for attribute in head.attributes)


def _in_place(items: Sequence[Item]) -> list[Item]:
    """The items without what they store, which ends with the included template."""
    found: list[Item] = []
    for item in items:
        match item:
            case Store():
                pass
            case Unrolled(body=body):
                found.extend(_in_place(body))
            case Block(parts=parts):
                found.append(Block(item.tag, [(section, _in_place(body)) for section, body in parts], item.reads))
            case _:
                found.append(item)
    return found
