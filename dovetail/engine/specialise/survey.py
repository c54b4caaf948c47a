"""Finds the facts of a template's parts; the included templates are looked into as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from dovetail.engine.compiler.pieces import INHERITING, tags_in
from dovetail.engine.compiler.program import Program
from dovetail.engine.loaders import relative_name
from dovetail.engine.specialise.collector import Collector
from dovetail.engine.specialise.evaluate import Parts
from dovetail.engine.specialise.facts import ANY, NOTHING, TEMPLATE, Facts
from dovetail.engine.specialise.paths import Path, shown_path
from dovetail.engine.specialise.settle import settled
from dovetail.engine.specialise.written import attributes, constant
from dovetail.errors import DovetailError
from dovetail.grammar import nodes

Load = Callable[[str], Program]

_CHANGING_OUTPUTS = frozenset({"setfilter", "rawcapture"})

_STICKING = re.compile(r"assign|include|eval|extends")
"""Words without which no counter sets a variable."""

_OPEN = Facts(frozenset({ANY}), frozenset({ANY}), outward=frozenset({ANY}), fixed=False)
"""What is said of a template that cannot be looked into."""


@dataclass(slots=True, eq=False, repr=False)
class Library:
    """The templates of one specialisation, each looked at once. `load` finds them by name."""

    load: Load
    _root: Survey | None = None
    _surveys: dict[str, Survey] = field(default_factory=dict[str, "Survey"])
    _parents: dict[str, Survey] = field(default_factory=dict[str, "Survey"])
    _programs: dict[str, Program | None] = field(default_factory=dict[str, "Program | None"])
    _open: set[str] = field(default_factory=set[str])

    def program(self, name: str) -> Program | None:
        """A template, or None where there is none that can be used."""
        if name not in self._programs:
            try:
                self._programs[name] = None if name.startswith(("string:", "eval:")) else self.load(name)
            except DovetailError:
                self._programs[name] = None
        return self._programs[name]

    def root(self, program: Program) -> Survey:
        """The survey of the template that is specialised."""
        if self._root is None:
            self._root = Survey(self, program, "", program.source.name)
        return self._root

    def included(self, file: str) -> Survey | None:
        """The survey of an included template."""
        found = self._surveys.get(file)
        program = self.program(file)
        if found is None and program is not None:
            label = program.source.name
            found = self._surveys[file] = Survey(self, program, file, label if ":" in label else f"file:{label}")
        return found

    def parent(self, file: str) -> Survey | None:
        """The survey of a template that another extends."""
        program = self.program(file)
        found = self._parents.get(file)
        if found is None and program is not None:
            found = self._parents[file] = Survey(self, program, file, program.source.name)
        return found

    def whole(self, name: str) -> Facts:
        """The facts of an included template as a whole."""
        survey = self.included(name)
        if survey is None or survey.inherits or name in self._open:
            return _OPEN
        self._open.add(name)
        facts = survey.whole()
        self._open.discard(name)
        return facts

    def unknown_modifiers(self) -> frozenset[str]:
        """The modifiers that the templates use and nobody knows."""
        surveys = [*self._surveys.values(), *self._parents.values(), *([self._root] if self._root is not None else [])]
        return frozenset[str]().union(*(survey.program.unknown_modifiers for survey in surveys))

    def current(self, load: Load) -> bool:
        """Whether the same templates are still there."""
        return all(_loaded(load, name) is program for name, program in self._programs.items())


def _loaded(load: Load, name: str) -> Program | None:
    try:
        return load(name)
    except DovetailError:
        return None


class Survey:
    """One template and the facts of its parts.

    `file`: the name by which it is included, '' for the template that is specialised; `label`: its name as a
    running template.
    """

    def __init__(self, library: Library, program: Program, file: str, label: str) -> None:
        self.library = library
        self.program = program
        self.label = label
        self.file = file
        self.root = not file
        self.counts_plainly = not _STICKING.search(program.source.text)
        written = program.source.text.count(f"{program.options.delimiters.left}function")
        self.inherits = not tags_in(program.tree.nodes).isdisjoint(INHERITING)
        self.body = settled(program)
        self.definitions = tuple(_definitions(self.body))
        """The template functions, in order: wherever they stand, they are made known before anything else."""
        self.movable = written == len(self.definitions)
        """Whether functions mean the same outside the tags around them: none stands in a text or a filter."""
        self.functions = frozenset(filter(None, (constant(attributes(node), "name") for node in self.definitions)))
        self._functions: dict[str, Facts] = {}
        self._collected: dict[str, Collector] | None = None
        self._tags: dict[int, tuple[nodes.Tag, Facts]] = {}
        self._expressions: dict[int, tuple[nodes.Expression | nodes.Assignment, Facts]] = {}
        self._shown: dict[int, tuple[Path, bool]] = {}
        self._reading: dict[str, Facts] = {}
        self._sequences: dict[tuple[int, int], tuple[Sequence[nodes.Node], Facts]] = {}
        self._beginnings: dict[tuple[int, int], tuple[nodes.Modified, nodes.Modified]] = {}
        self._whole: Facts | None = None
        self.parts = Parts(self)

    def tag(self, node: nodes.Tag) -> Facts:
        """The facts of a tag with all that stands in it."""
        found = self._tags.get(id(node))
        if found is None:
            shown = shown_path(node, self.program.options)
            if shown is not None and (shown[0].name != "mailing" or shown[0].keys[:1] not in {(), ("trigger",)}):
                self._shown[id(node)] = shown
                facts = self._reading.setdefault(shown[0].name, Facts(frozenset({shown[0].name})))
                self._tags[id(node)] = (node, facts)
                return facts
            collector = Collector(self)
            found = self._tags[id(node)] = (node, collector.facts_of(lambda bound: collector.tag(node, bound)))
        return found[1]

    def shown(self, node: nodes.Tag) -> tuple[Path, bool] | None:
        """The path that a tag shows, and whether without escaping; None where it has to be compiled."""
        return self._shown.get(id(node))

    def expression(self, node: nodes.Expression | nodes.Assignment) -> Facts:
        """The facts of an expression of this template."""
        found = self._expressions.get(id(node))
        if found is None:
            collector = Collector(self)
            found = self._expressions[id(node)] = (
                node,
                collector.facts_of(lambda bound: collector.expression(node, bound)),
            )
        return found[1]

    def sequence(self, body: Sequence[nodes.Node]) -> Facts:
        """The facts of neighbouring nodes."""
        key = (id(body[0]) if body else 0, len(body))
        found = self._sequences.get(key)
        if found is None:
            collector = Collector(self)
            found = self._sequences[key] = (body, collector.facts_of(lambda bound: collector.body(body, bound)))
        return found[1]

    def fresh(self, node: nodes.Tag) -> Facts:
        """The facts of a tag that was made anew, and is not remembered."""
        collector = Collector(self, made=True)
        return collector.facts_of(lambda bound: collector.tag(node, bound))

    def fresh_expression(self, node: nodes.Expression | nodes.Assignment) -> Facts:
        """The facts of an expression that was made anew, and is not remembered."""
        collector = Collector(self, made=True)
        return collector.facts_of(lambda bound: collector.expression(node, bound))

    def beginning(self, node: nodes.Modified, count: int) -> nodes.Modified:
        """A value with the first of its modifiers."""
        key = (id(node), count)
        found = self._beginnings.get(key)
        if found is None:
            found = self._beginnings[key] = (node, nodes.Modified(node.span, node.base, node.uses[:count]))
        return found[1]

    def whole(self) -> Facts:
        """The facts of the template as a whole; its own name is no question to the outside."""
        if self._whole is None:
            collector = Collector(self)
            self._whole = collector.facts_of(lambda bound: collector.body(self.body, bound | {TEMPLATE}))
        return self._whole

    def named(self, file: str) -> str:
        """The name under which an included template is loaded."""
        return relative_name(file, self.label)

    def function(self, name: str) -> Facts:
        """What a call of one of the template's own functions does, together with those that it calls in turn."""
        found = self._functions.get(name)
        if found is None:
            direct = self._direct()
            reached, waiting = set[str](), [name]
            while waiting:
                called = waiting.pop()
                if called not in reached:
                    reached.add(called)
                    waiting.extend(direct[called].calls)
            all_facts = [direct[each].facts(set()) for each in reached]
            found = self._functions[name] = Facts(
                reads=NOTHING.union(*(facts.reads for facts in all_facts)),
                sets=NOTHING.union(*(facts.sets for facts in all_facts)),
                outward=NOTHING.union(*(facts.outward for facts in all_facts)),
                fixed=all(facts.fixed for facts in all_facts),
            )
        return found

    def _direct(self) -> dict[str, Collector]:
        if self._collected is None:
            self._collected = {}
            for node in self.definitions:
                # The first of several with one name counts.
                name = constant(attributes(node), "name") or ""
                self._collected.setdefault(name, Collector(self).function(node))
        return self._collected


def _definitions(body: Sequence[nodes.Node]) -> Iterator[nodes.Tag]:
    for node in body:
        if isinstance(node, nodes.Tag):
            if node.name == "function":
                yield node
            elif node.name not in _CHANGING_OUTPUTS:
                for section in node.sections:
                    yield from _definitions(section.body)
