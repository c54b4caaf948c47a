"""Goes through a part of a template in the order in which it runs, and notes what it reads and sets."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.engine.compiler.pieces import scope_name
from dovetail.engine.specialise.facts import (
    ANY,
    CONFIG,
    WHOLE_MAILING,
    capture_name,
    captured,
    loop_name,
)
from dovetail.engine.specialise.readings import Readings
from dovetail.engine.specialise.written import attributes, constant, variable
from dovetail.engine.tags.functions import functions
from dovetail.grammar import nodes
from dovetail.grammar.vocabulary import TAGS
from dovetail.grammar.walk import expressions_of

_REMEMBERING = frozenset({"counter", "cycle"})
_ASKING = frozenset({"loadprofile", "loadsubprofile"})
_READING = {"mailonly": "mailing", "webonly": "mailing", "webversion": "webversion", "unsubscribe": "unsubscribe"}
"""Function tags that look at a variable without an attribute that says so."""

_LOCAL = frozenset({None, "local"})


class Collector(Readings):
    """Collects the facts of one part. `bound` are names that were surely set before, within the part.

    `made`: the part was made anew, so that nothing is remembered of its own parts. `direct`: of the template's
    own functions that are called, only the names are noted, as `calls`.
    """

    def body(self, body: Sequence[nodes.Node], bound: set[str]) -> None:
        """Note what nodes read and set, one after the other."""
        for node in body:
            if isinstance(node, nodes.Tag):
                if self._made:
                    self.tag(node, bound)
                else:
                    self._add(self._survey.tag(node), bound)

    def tag(self, node: nodes.Tag, bound: set[str]) -> None:
        """Note what a tag reads and sets, with all that stands in it."""
        match node.name:
            case "":
                self._output(node, bound)
            case "if":
                self._if(node, bound)
            case "foreach" | "for" | "while" | "section":
                self._loop(node, bound)
            case "capture" | "rawcapture":
                self._capture(node, bound)
            case "assign" | "append":
                self._assign(node, bound)
            case "include":
                self._include(node, bound)
            case "break" | "continue":
                levels = constant(attributes(node), "levels", "1")
                self._jumps = max(self._jumps, int(levels or "1"))
            case "nocache" | "setfilter":
                self._expressions(node, bound)
                self._sections(node, bound)
            case "ldelim" | "rdelim":
                pass
            case "config_load":
                self._fixed = False
                self._expressions(node, bound)
                self.sets.add(CONFIG)
                self.outward.add(CONFIG)
            case "function":
                self._fixed = False
                self.reads |= self.function(node).reads
            case name if name in functions():
                self._function_tag(node, bound)
            case "eval" | "extends" | "block":
                self._anything()
            case _:
                self._call(node, bound)

    def function(self, node: nodes.Tag) -> Collector:
        """What the body of a template function does when it is called, without what others do that it calls."""
        given = attributes(node)
        inner = Collector(self._survey, made=True, direct=True)
        for name, value in given.items():
            if name != "name":
                inner.expression(value, set())
        inner.body(node.sections[0].body, {"name", *given})
        return inner

    def _anything(self) -> None:
        self._fixed = False
        self.reads.add(ANY)
        self.sets.add(ANY)
        self.outward.add(ANY)

    def _expressions(self, node: nodes.Tag, bound: set[str]) -> None:
        for expression in expressions_of(node.head):
            self._whole(expression, bound)
        if isinstance(node.head, nodes.Head):
            for use in node.head.uses:
                for argument in use.arguments:
                    self.expression(argument, bound)

    def _sections(self, node: nodes.Tag, bound: set[str]) -> None:
        for section in node.sections:
            self.body(section.body, bound)

    def _output(self, node: nodes.Tag, bound: set[str]) -> None:
        head = node.head
        assert isinstance(head, nodes.Head)
        given = {attribute.name: attribute.value for attribute in head.attributes if attribute.name}
        if isinstance(head.value, nodes.Assignment):
            self._assignment(head.value, bound, scope_name(given.get("scope")))
            return
        self._expressions(node, bound)
        if "assign" in given:
            self._set(constant(given, "assign"), bound)

    def _if(self, node: nodes.Tag, bound: set[str]) -> None:
        for section in node.sections:
            for condition in expressions_of(section.head):
                self._whole(condition, bound)
            self.body(section.body, set(bound))

    def _loop(self, node: nodes.Tag, bound: set[str]) -> None:
        head, given = node.head, attributes(node)
        inside: set[str] = set()
        if isinstance(head, nodes.ForeachHead):
            self._whole(head.subject, bound)
            key = variable(head.key)[0] if head.key is not None else None
            inside = self._foreach(variable(head.item)[0], key, head.key is not None, constant(given, "name", ""))
        elif node.name == "foreach":
            self.expression(given["from"], bound)
            key = constant(given, "key", "")
            inside = self._foreach(constant(given, "item"), key, key != "", constant(given, "name", ""))
        elif isinstance(head, nodes.ForHead):
            for start in head.starts:
                self._assignment(start, bound)
                inside.add(loop_name(variable(start.target)[0] or ANY))
            for part in (head.to, head.step, head.condition, head.next):
                if part is not None:
                    self.expression(part, bound)
            for value in given.values():
                self.expression(value, bound)
            self.sets |= inside
        else:
            self._expressions(node, bound)
            if node.name == "section":
                name = constant(given, "name")
                self._set(None if name is None else f"@section.{name}", bound)
        outer, self._jumps = self._jumps, 0
        self.body(node.sections[0].body, bound | inside)
        self._jumps = max(outer, self._jumps - 1)
        for section in node.sections[1:]:
            # Jumps in the part for no rounds belong to a loop further out.
            self.body(section.body, set(bound))

    def _foreach(self, item: str | None, key: str | None, keyed: bool, loop: str | None) -> set[str]:
        if item is None or (keyed and key is None) or loop is None:
            self._anything()
            return set()
        names = {item, key} if keyed and key is not None else {item}
        self._left |= names
        states = {loop_name(item), *([f"@foreach.{loop}"] if loop else [])}
        self.sets |= names | states
        return names | states | ({WHOLE_MAILING} if "mailing" in names else set())

    def _capture(self, node: nodes.Tag, bound: set[str]) -> None:
        given = attributes(node)
        self._sections(node, bound)
        name = constant(given, "name", "default")
        self._set(None if name is None else capture_name(name), bound)
        if "assign" in given:
            self._set(constant(given, "assign"), bound)
        if "append" in given:
            appended = constant(given, "append")
            self._read(appended or ANY, bound)
            self._set(appended, bound)

    def _assign(self, node: nodes.Tag, bound: set[str]) -> None:
        head = node.head
        if isinstance(head, nodes.AssignToHead):
            self._assignment(nodes.Assignment(node.span, head.target, head.value), bound, None)
            return
        given = attributes(node)
        self._expressions(node, bound)
        name = constant(given, "var")
        if node.name == "append":
            self._read(name or ANY, bound)
        self._set_in(constant(given, "scope", "local"), name, bound)

    def _include(self, node: nodes.Tag, bound: set[str]) -> None:
        given = attributes(node)
        self._expressions(node, bound)
        file = constant(given, "file")
        if file is None:
            self._anything()
        else:
            spec = TAGS["include"]
            own = {name for name in given if name not in (*spec.required, *spec.optional)}
            found = self._survey.library.whole(self._survey.named(file))
            for name in found.reads:
                self._read(name, bound | own)
            captures = {name for name in found.sets if captured(name) is not None}
            self.sets |= captures | found.outward
            self._assigned |= captures
            self.outward |= found.outward
            self._fixed = self._fixed and found.fixed and not found.outward
            if constant(given, "scope", "local") != "local":
                self._fixed = False
                self.sets |= found.sets | own
                self.outward |= found.sets | own
        if "assign" in given:
            self._set(constant(given, "assign"), bound)

    def _function_tag(self, node: nodes.Tag, bound: set[str]) -> None:
        name = node.name
        self._expressions(node, bound)
        self._sections(node, bound)
        if name in _READING:
            self._read(_READING[name], bound)
        if name in _REMEMBERING or name in _ASKING:
            self._fixed = False
        given = attributes(node)
        if "assign" in given:
            self._set(constant(given, "assign"), bound, surely=False)
        if name == "counter" and not (self._survey.root and self._survey.counts_plainly):
            # A counter keeps the variable that it was once told to set, wherever that was.
            self.sets.add(ANY)

    def _call(self, node: nodes.Tag, bound: set[str]) -> None:
        given = attributes(node)
        self._expressions(node, bound)
        name = constant(given, "name") if node.name == "call" else node.name
        if name is None or not self._survey.root or name not in self._survey.functions:
            self._anything()
        elif self._direct:
            self.calls.add(name)
        else:
            facts = self._survey.function(name)
            captures = {each for each in facts.sets if captured(each) is not None}
            self.reads |= facts.reads - bound - (given.keys() - {"assign"})
            self.sets |= captures | facts.outward
            self._assigned |= captures
            self.outward |= facts.outward
            self._fixed = self._fixed and facts.fixed and not facts.outward
        if "assign" in given:
            self._set(constant(given, "assign"), bound)
