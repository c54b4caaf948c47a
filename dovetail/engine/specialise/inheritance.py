"""Inheritance, resolved: a child's blocks stand in the place of its parent's, and the chain becomes one template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dovetail.engine.compiler.pieces import INHERITING, tags_in
from dovetail.engine.specialise.facts import TEMPLATE
from dovetail.engine.specialise.items import Item, silenced
from dovetail.engine.specialise.state import Known, Unsure
from dovetail.engine.specialise.survey import Survey
from dovetail.engine.specialise.written import attributes, constant
from dovetail.engine.values import to_text
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.specialise.walk import Walk

_LONGEST = 10

_SEES_THE_CHAIN = re.compile(r"smarty\.block|[\"']\.\.?/")
"""What hangs on the place in the chain: blocks that are shown by name, and files named from where a template is."""


def chain(walk: Walk, known: Known, out: list[Item]) -> None:
    """Specialise a template that extends another, or has blocks.

    Raises:
        Unsure: something hangs on the chain as it runs: conditional blocks, joined ones, `$smarty.block`.
    """
    walk.run.in_chain = True
    for _ in range(_LONGEST):
        survey = walk.survey
        if "smarty.block" in survey.program.source.text or not (
            survey.movable and (survey.root or not survey.definitions)
        ):
            raise Unsure
        if "extends" not in tags_in(survey.body):
            walk.template(known, out)
            return
        file = _child(walk, known, out)
        parent = survey.library.parent(survey.named(file))
        if parent is None:
            raise Unsure
        known[TEMPLATE] = parent.label
        walk = walk.into(parent)
    raise Unsure


def _child(walk: Walk, known: Known, out: list[Item]) -> str:
    """Note the blocks of a child, and keep what else it does; gives the name of its parent."""
    file: object = None
    own: set[str] = set()
    dropped: list[Item] = []
    if walk.survey.root:
        walk.functions(out)
    for node in walk.survey.body:
        match node:
            case nodes.Tag(name="extends"):
                left = walk.reducer.expression(attributes(node)["file"], known, raw=False)
                if not isinstance(left, nodes.Known | nodes.Constant):
                    raise Unsure
                file = left.value
            case nodes.Tag(name="block"):
                name = block_name(node)
                if name in own:
                    raise Unsure
                own.add(name)
                walk.run.children.setdefault(name, (walk.survey, node))
            case nodes.Tag() if not tags_in((node,)).isdisjoint(INHERITING):
                raise Unsure
            case _:
                walk.body((node,), known, dropped)
    silent = silenced(dropped)
    if silent is None:
        # What a child prints outside its blocks is not shown, but it may have something to report.
        raise Unsure
    out.extend(silent)
    return to_text(file)


def block_name(node: nodes.Tag) -> str:
    """The name of a block that simply replaces another.

    Raises:
        Unsure: it does more than that.
    """
    given = attributes(node)
    name = constant(given, "name")
    assert isinstance(node.head, nodes.Head)
    more = [attribute for attribute in node.head.attributes if _word(attribute) != "nocache"]
    if name is None or len(more) != 1:
        raise Unsure
    return name


def block(walk: Walk, node: nodes.Tag, known: Known, out: list[Item]) -> None:
    """Specialise a block: what a child made of it, or its own content."""
    found: tuple[Survey, nodes.Tag] | None = walk.run.children.get(block_name(node))
    if found is None:
        walk.body(node.sections[0].body, known, out)
        return
    survey, replacement = found
    if survey is walk.survey:
        raise Unsure
    # Errors in a child's block name the block that it replaces.
    inner = walk.into(survey, at=walk.place(node.span))
    inner.body(replacement.sections[0].body, known, out)


def _word(attribute: nodes.Attribute) -> str | None:
    return attribute.value.name if isinstance(attribute.value, nodes.Word) and not attribute.name else None
