"""What expressions read and set, noted in the order in which they run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from dovetail.engine.compiler.special import path
from dovetail.engine.specialise.facts import (
    ANY,
    CONFIG,
    TEMPLATE,
    WHOLE_MAILING,
    Facts,
    capture_name,
    loop_name,
)
from dovetail.engine.specialise.written import variable
from dovetail.engine.values import to_text
from dovetail.grammar import nodes
from dovetail.grammar.walk import children

if TYPE_CHECKING:
    from dovetail.engine.specialise.survey import Survey

_REMEMBERING = frozenset({"counter", "cycle"})
_ASKING = frozenset({"loadprofile", "loadsubprofile"})
_READING = {"mailonly": "mailing", "webonly": "mailing", "webversion": "webversion", "unsubscribe": "unsubscribe"}
"""Function tags that look at a variable without an attribute that says so."""

_LOCAL = frozenset({None, "local"})


class Readings(ABC):
    """The facts about expressions; `Collector` adds the tags."""

    def __init__(self, survey: Survey, *, made: bool = False, direct: bool = False) -> None:
        self._survey = survey
        self._made = made
        self._direct = direct
        self.calls: set[str] = set()
        self.reads: set[str] = set()
        self.sets: set[str] = set()
        self.outward: set[str] = set()
        self._assigned: set[str] = set()
        self._left: set[str] = set()
        self._fixed = True
        self._jumps = 0

    def facts_of(self, collect: Callable[[set[str]], None]) -> Facts:
        """The facts, after `collect` went through the part."""
        bound: set[str] = set()
        collect(bound)
        return self.facts(bound)

    def facts(self, bound: set[str]) -> Facts:
        """What was collected. `bound` are the names that were surely set."""
        left = self._left - self._assigned
        # A variable that is both set and left is neither restored nor surely changed.
        fixed = self._fixed and left == self._left
        return Facts(
            frozenset(self.reads),
            frozenset(self.sets),
            frozenset(left),
            frozenset(bound & self.sets),
            frozenset(self.outward),
            fixed,
            self._jumps,
        )

    # --- notes

    def _read(self, name: str, bound: Iterable[str]) -> None:
        if name not in bound:
            self.reads.add(name)

    def _set(self, name: str | None, bound: set[str], *, surely: bool = True) -> None:
        if name is None:
            self.sets.add(ANY)
            self._fixed = False
            return
        self.sets.add(name)
        self._assigned.add(name)
        if surely:
            bound.add(name)
            if name == "mailing":
                bound.add(WHOLE_MAILING)

    def _set_in(self, scope: str | None, name: str | None, bound: set[str]) -> None:
        self._set(name, bound)
        if scope not in _LOCAL:
            self.outward.add(name or ANY)

    def _add(self, facts: Facts, bound: set[str]) -> None:
        """Take over the facts of a part."""
        self.reads |= facts.reads - bound
        self.sets |= facts.sets
        self.outward |= facts.outward
        self._left |= facts.left
        self._assigned |= facts.sets - facts.left
        self._fixed = self._fixed and facts.fixed
        self._jumps = max(self._jumps, facts.jumps)
        bound |= facts.defines
        if "mailing" in facts.defines:
            bound.add(WHOLE_MAILING)

    # --- expressions

    def _whole(self, node: nodes.Expression | nodes.Assignment, bound: set[str]) -> None:
        """Note what a whole expression of a tag does."""
        if self._made:
            self.expression(node, bound)
        else:
            self._add(self._survey.expression(node), bound)

    def expression(self, node: nodes.Expression | nodes.Assignment, bound: set[str]) -> None:
        """Note what an expression reads and sets."""
        match node:
            case nodes.Variable(name="smarty"):
                pass
            case nodes.Variable(name=name):
                self._read(name, bound)
                if name == "mailing":
                    self._read(WHOLE_MAILING, bound)
            case nodes.Index():
                self._index(node, bound)
            case nodes.SectionIndex(name=name):
                self._read(f"@section.{name}", bound)
            case nodes.LoopProperty(name=name):
                self._read(loop_name(name), bound)
            case nodes.VariableVariable():
                self.reads.add(ANY)
            case nodes.ConfigVariable(name=name):
                self.reads.add(CONFIG)
                self.expression(name, bound)
            case nodes.Step(target=target):
                stepped, keyed = variable(target)
                self.expression(target, bound)
                if stepped is None:
                    self.reads.add(ANY)
                if not keyed:
                    self._set(stepped, bound, surely=False)
            case nodes.Assignment():
                self._assignment(node, bound, surely=False)
            case nodes.Interpolated(parts=parts):
                self.body(parts, set(bound))
            case nodes.TagValue(tag=tag):
                self.body((tag,), set(bound))
            case _:
                for child in children(node):
                    self.expression(child, bound)

    def _index(self, node: nodes.Index, bound: set[str]) -> None:
        keys, name = path(node)
        first = keys[0] if keys else None
        if name == "smarty" and keys:
            self._special(keys, bound)
        elif name == "mailing" and isinstance(first, nodes.Constant) and first.value != "trigger":
            self._read("mailing", bound)
        else:
            for child in children(node):
                self.expression(child, bound)
            return
        for key in keys:
            self.expression(key, bound)

    def _special(self, keys: list[nodes.Expression], bound: set[str]) -> None:
        values = [key.value if isinstance(key, nodes.Constant) else None for key in keys]
        first = values[0]
        match first.lower() if isinstance(first, str) else first:
            case "now" | "block" | None:
                self._fixed = False
            case "template":
                self._read(TEMPLATE, bound)
            case "config":
                self.reads.add(CONFIG)
            case "capture":
                known = len(values) > 1 and values[1] is not None
                self._read(capture_name(to_text(values[1])) if known else ANY, bound)
            case "foreach" | "for" | "section" if len(values) == 3:
                self._read(f"@{first}.{to_text(values[1])}" if values[1] is not None else ANY, bound)
            case _:
                pass

    def _assignment(
        self, node: nodes.Assignment, bound: set[str], scope: str | None = None, *, surely: bool = True
    ) -> None:
        self.expression(node.value, bound)
        self._target(node.target, bound)
        name, _ = variable(node.target)
        self._set(name, bound, surely=surely)
        if scope not in _LOCAL:
            self.outward.add(name or ANY)

    def _target(self, target: nodes.Expression, bound: set[str]) -> None:
        if isinstance(target, nodes.Index):
            self.expression(target, bound)
        elif not isinstance(target, nodes.Variable):
            self.reads.add(ANY)

    # --- nodes

    @abstractmethod
    def body(self, body: Sequence[nodes.Node], bound: set[str]) -> None:
        """Go through nodes in the order in which they run."""
