"""Neighbouring nodes that do nothing but with what is known: they are run at once, and what they print is text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dovetail.engine.specialise.facts import ANY, capture_name, in_loop_state
from dovetail.engine.specialise.items import Capture, Item, Store
from dovetail.engine.specialise.state import Known, learn
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.specialise.walk import Walk

_LONG = 120
"""Text of this length is not compiled together with the tags around it."""


class Folding:
    """Runs nodes of one template."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def end(self, body: Sequence[nodes.Node], at: int, known: Known) -> int:
        """Where the nodes end that do nothing but with what is known."""
        defined: set[str] = set()
        assigned: set[str] = set()
        left: set[str] = set()
        end = at
        for number in range(at, len(body)):
            node = body[number]
            if isinstance(node, nodes.Tag):
                facts = self._walk.survey.tag(node)
                if (
                    not facts.fixed
                    or facts.jumps
                    or ANY in facts.sets
                    or (facts.outward and not self._walk.survey.root)
                ):
                    break
                if not facts.reads <= known.keys() and not facts.reads <= known.keys() | defined:
                    break
                if not facts.sets.isdisjoint(self._walk.run.forced):
                    break
                defined |= facts.defines
                assigned |= facts.sets - facts.left
                left |= facts.left
                if not left.isdisjoint(assigned):
                    # What a loop leaves behind, and what may be set for good, are stored in other ways.
                    break
                end = number + 1
            elif isinstance(node, nodes.Text) and len(node.text) > _LONG:
                # It would only be compiled to be printed.
                break
            elif end == number:
                end = number + 1
        return end

    def fold(self, body: Sequence[nodes.Node], known: Known, out: list[Item]) -> bool:
        """Print neighbouring nodes and store what they set; false where that has to be left to the render."""
        tags = [node for node in body if isinstance(node, nodes.Tag)]
        if not tags:
            return False
        if all(self._walk.survey.shown(node) for node in tags):
            return self._show(body, known, out)
        printed = self._walk.run.evaluator.printed(self._walk.survey, body, known, self._walk.raw)
        if printed is None:
            return False
        span = self._walk.place(body[0].span)
        self._walk.text(printed.text, body[0].span, out)
        assigned: set[str] = set()
        for node in body:
            if isinstance(node, nodes.Tag):
                facts = self._walk.survey.tag(node)
                assigned |= facts.sets - facts.left
        for name, value in printed.changed.items():
            if in_loop_state(name):
                self._walk.run.pinned.add(name)
                learn(known, name, value, self._walk.run.forced)
            elif name in assigned:
                self._walk.store(name, value, span, known, out)
            else:
                out.append(Store(name, value, span, left=True))
        for name, value in printed.captures.items():
            learn(known, capture_name(name), value, self._walk.run.forced)
            out.append(Capture(name, str(value), span))
        return True

    def _show(self, body: Sequence[nodes.Node], known: Known, out: list[Item]) -> bool:
        inner: list[str] = []
        for node in body:
            if isinstance(node, nodes.Text):
                inner.append(node.text)
            elif isinstance(node, nodes.Tag):
                shown = self._walk.survey.shown(node)
                assert shown is not None
                escaped = self._walk.survey.program.options.escape_html and not self._walk.raw and not shown[1]
                text = self._walk.run.evaluator.shown(shown[0], known, escaped=escaped)
                if text is None:
                    return False
                inner.append(text)
        self._walk.text("".join(inner), body[0].span, out)
        return True
