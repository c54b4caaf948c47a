"""Goes through a template with what is known, prints what it can, and leaves the rest as the residual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dovetail.engine.compiler.pieces import scope_name
from dovetail.engine.compiler.program import Program
from dovetail.engine.specialise.evaluate import Evaluator
from dovetail.engine.specialise.facts import (
    ANY,
    NOTHING,
    Facts,
    capture_name,
)
from dovetail.engine.specialise.fold import Folding
from dovetail.engine.specialise.includes import Includes
from dovetail.engine.specialise.inheritance import block
from dovetail.engine.specialise.items import Block, Capture, Item, Kept, Store, text_of, without_text
from dovetail.engine.specialise.loops import Loops
from dovetail.engine.specialise.reduce import Reducer, runs_tags
from dovetail.engine.specialise.residual import SHIFT
from dovetail.engine.specialise.state import Budget, Known, Leaving, Stays, Unsure, forget, learn, meet
from dovetail.engine.specialise.survey import Survey
from dovetail.engine.specialise.written import attributes, constant
from dovetail.engine.tags.functions import functions
from dovetail.grammar import nodes
from dovetail.grammar.walk import expressions_of
from dovetail.source import Source, Span

_NODE_SIZE = 60
"""What a kept node counts for, in characters."""

_LOCAL = frozenset({None, "local"})


@dataclass(slots=True, eq=False, repr=False)
class Run:
    """What the walks of one specialisation share.

    `forced` are names that are never known; `stay` the loops (by their tags) that stay loops; `pinned` the loop
    states that were known, which no residual can set; `sources` the texts of other templates in the residual;
    `children` the blocks that stand in the place of others in a chain of templates.
    """

    program: Program
    evaluator: Evaluator
    budget: Budget
    forced: frozenset[str]
    stay: set[int] = field(default_factory=set[int])
    pinned: set[str] = field(default_factory=set[str])
    sources: list[Source] = field(default_factory=list[Source])
    children: dict[str, tuple[Survey, nodes.Tag]] = field(default_factory=dict[str, tuple[Survey, nodes.Tag]])
    in_chain: bool = False

    def shift(self, survey: Survey) -> int:
        """What is added to the offsets of an included template."""
        source = survey.program.source
        if source not in self.sources:
            self.sources.append(source)
        return (self.sources.index(source) + 1) << SHIFT


class Walk:
    """The specialisation of one template.

    `shift` is added to its offsets, which are told apart by it. `at`: the one place that all its errors name.
    """

    def __init__(self, run: Run, survey: Survey, *, shift: int = 0, depth: int = 0, at: Span | None = None) -> None:
        self.run = run
        self.survey = survey
        self.shift = shift
        self.at = at
        self.depth = depth
        self.reducer = Reducer(survey, run.evaluator)
        self.raw = False
        self.open_ways = 0
        """How many parts around the present place may or may not run."""
        self.loops: list[tuple[int, int] | None] = []
        """The loops around the present place: the tag and the open ways of an unrolled one, None for others."""
        self._folding = Folding(self)
        self._loops = Loops(self)
        self._includes = Includes(self)

    # --- bodies

    def template(self, known: Known, out: list[Item]) -> None:
        """Specialise the whole template."""
        self.functions(out)
        self.body(self.survey.body, known, out)

    def functions(self, out: list[Item]) -> None:
        """The template's functions: they are known before anything else."""
        self.run.evaluator.define(self.survey)
        out.extend(Kept(node, self.survey.tag(node).reads) for node in self.survey.definitions)

    def into(self, survey: Survey, *, at: Span | None = None) -> Walk:
        """The walk of another template of the same chain, at the present place."""
        inner = Walk(self.run, survey, shift=0 if survey.root else self.run.shift(survey), depth=self.depth)
        inner.at = self.at if self.at is not None else at
        inner.raw, inner.open_ways, inner.loops = self.raw, self.open_ways, self.loops
        return inner

    def body(self, body: Sequence[nodes.Node], known: Known, out: list[Item]) -> None:
        """Specialise nodes, one after the other; `known` changes on the way."""
        at = singly = 0
        while at < len(body):
            end = self._folding.end(body, at, known)
            if end > at + 1 and at >= singly:
                if self._folding.fold(body[at:end], known, out):
                    at = end
                    continue
                singly = end
            node = body[at]
            at += 1
            if isinstance(node, nodes.Text):
                self.text(node.text, node.span, out)
            elif isinstance(node, nodes.Tag) and not (end >= at and self._folding.fold((node,), known, out)):
                self.tag(node, known, out)

    # --- what goes into the residual

    def place(self, span: Span) -> Span:
        """A span of this template as one of the residual."""
        if self.at is not None:
            return self.at
        return Span(span.start + self.shift, span.end + self.shift) if self.shift else span

    def text(self, text: str, span: Span, out: list[Item]) -> None:
        """Text that is printed as it is."""
        if not text:
            return
        self.run.budget.spend(len(text))
        last = out[-1] if out else None
        if isinstance(last, nodes.Text):
            out[-1] = nodes.Text(last.span, last.text + text, settled=True)
        else:
            out.append(nodes.Text(self.place(span), text, settled=True))

    def store(self, name: str, value: object, span: Span, known: Known, out: list[Item]) -> None:
        """A variable has a known value from here."""
        learn(known, name, value, self.run.forced)
        self.run.budget.spend(_NODE_SIZE)
        out.append(Store(name, value, span))

    def moved(self, node: nodes.Tag) -> nodes.Tag:
        """A tag at its place in the residual, with all that stands in it."""
        if not self.shift and self.at is None:
            return node
        place = self.place(node.span)
        inside = place.start if self.at is not None else node.inside + self.shift
        return replace(node, span=place, inside=inside, sections=tuple(map(self._moved_section, node.sections)))

    def _moved_section(self, section: nodes.Section) -> nodes.Section:
        if not self.shift and self.at is None:
            return section
        place = self.place(section.span)
        inside = place.start if self.at is not None else section.inside + self.shift
        body = tuple(self.moved(node) if isinstance(node, nodes.Tag) else node for node in section.body)
        return replace(section, span=place, inside=inside, body=body)

    def keep(self, node: nodes.Tag, known: Known, out: list[Item], changed: nodes.Tag | None = None) -> None:
        """Leave a tag in the residual, as it is or with parts of it worked out; what it may set is not known."""
        facts = self.survey.tag(node)
        self.certain(node, facts)
        forget(known, facts.sets)
        self.run.budget.spend(_NODE_SIZE)
        if changed is None:
            out.append(Kept(self.moved(node), facts.reads))
        else:
            out.append(Kept(self.moved(changed), self.reads(changed)))

    def certain(self, node: nodes.Tag, facts: Facts) -> None:
        """Make sure of a tag that stays in a chain of templates.

        Raises:
            Unsure: it may look at the chain, or its errors would name another place.
        """
        if self.run.in_chain and ANY in facts.reads:
            raise Unsure
        if self.at is not None and any(map(runs_tags, expressions_of(node.head))):
            raise Unsure

    def reads(self, node: nodes.Tag) -> frozenset[str]:
        """What a tag that was made here reads."""
        return self.survey.fresh(node).reads

    # --- tags

    def tag(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        """Specialise a tag that cannot be printed as a whole."""
        match node.name:
            case "":
                self._output(node, known, out)
            case "if":
                self._if(node, known, out)
            case "foreach" | "for" | "section" | "while":
                self._loops.loop(node, known, out)
            case "break" | "continue":
                self._jump(node, known, out)
            case "nocache":
                self.body(node.sections[0].body, known, out)
            case "capture" | "rawcapture":
                self._capture(node, known, out)
            case "block":
                block(self, node, known, out)
            case "function":
                pass  # it was put before everything else
            case "include":
                self._includes.include(node, known, out)
            case name if name in functions() and node.sections:
                self._function_block(node, known, out)
            case "setfilter" | "config_load":
                self.keep(node, known, out)
            case _:
                self.keep(node, known, out, self.with_values(node, known))

    def with_values(self, node: nodes.Tag, known: Known) -> nodes.Tag | None:
        """A tag with the known values of its attributes; None where none is known."""
        head = node.head
        if not isinstance(head, nodes.Head) or self.survey.tag(node).reads.isdisjoint(known):
            return None
        given = tuple(
            replace(attribute, value=self.reducer.expression(attribute.value, known, self.raw))
            for attribute in head.attributes
        )
        return replace(node, head=replace(head, attributes=given))

    def _output(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        head = node.head
        assert isinstance(head, nodes.Head)
        assert head.value is not None
        value = head.value
        if isinstance(value, nodes.Assignment):
            given = {attribute.name: attribute.value for attribute in head.attributes if attribute.name}
            if scope_name(given.get("scope")) not in _LOCAL:
                self.keep(node, known, out)
                return
            reduced = replace(value, value=self.reducer.expression(value.value, known, self.raw))
            self.keep(node, known, out, replace(node, head=replace(head, value=reduced)))
            return
        left = self.reducer.expression(value, known, self.raw)
        self.keep(node, known, out, None if left is value else replace(node, head=replace(head, value=left)))

    def _if(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        parts: list[tuple[nodes.Section, list[Item]]] = []
        ways: list[Known] = []
        reads: set[str] = set()
        certain = False
        for section in node.sections:
            held: bool | nodes.Expression | nodes.Assignment = True
            if section.name != "else":
                head = section.head
                assert isinstance(head, nodes.Head)
                assert head.value is not None
                facts = self.survey.expression(head.value)
                forget(known, facts.sets)
                held = self.reducer.condition(head.value, known, self.raw)
                if not isinstance(held, bool):
                    section = replace(section, head=replace(head, value=held))
                    reads |= facts.reads if held is head.value else self.survey.fresh_expression(held).reads
            if held is False:
                continue
            if held is True and not parts:
                self.body(section.body, known, out)
                return
            if held is True:
                section = replace(section, name="else", head=nodes.Head())
            way, inner = dict(known), list[Item]()
            self.open_ways += 1
            self.body(section.body, way, inner)
            self.open_ways -= 1
            parts.append((self._moved_section(section), inner))
            ways.append(way)
            if held is True:
                certain = True
                break
        if not parts:
            return
        self.run.budget.spend(_NODE_SIZE * len(parts))
        for section, _ in parts:
            if self.at is not None and any(map(runs_tags, expressions_of(section.head))):
                raise Unsure
        first, inner = parts[0]
        parts[0] = (replace(first, name="if"), inner)
        out.append(Block(replace(self.moved(node), head=first.head), parts, frozenset(reads)))
        met = meet(ways if certain else [*ways, known])
        known.clear()
        known.update(met)

    def block(
        self,
        node: nodes.Tag,
        bodies: Sequence[list[Item]],
        reads: frozenset[str],
        out: list[Item],
        bound: frozenset[str] = NOTHING,
    ) -> None:
        """Leave a block in the residual, with the bodies of its sections specialised."""
        self.certain(node, self.survey.tag(node))
        self.run.budget.spend(_NODE_SIZE * len(bodies))
        sections = [self._moved_section(section) for section in node.sections]
        out.append(Block(self.moved(node), list(zip(sections, bodies, strict=True)), reads, bound))

    def _jump(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        levels = int(constant(attributes(node), "levels", "1") or "1")
        crossed = self.loops[-levels:]
        if not any(crossed):
            self.keep(node, known, out)
            return
        if all(loop is not None and loop[1] == self.open_ways for loop in crossed):
            raise Leaving(levels, node.name == "continue")
        raise Stays(next(loop[0] for loop in reversed(crossed) if loop is not None))

    def _capture(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        given = attributes(node)
        facts = self.survey.tag(node)
        if ANY in facts.sets:
            self.keep(node, known, out)
            return
        inner: list[Item] = []
        outer_raw, self.raw = self.raw, self.raw or node.name == "rawcapture"
        self.open_ways += 1
        self.body(node.sections[0].body, known, inner)
        self.open_ways -= 1
        self.raw = outer_raw
        own = self._capture_facts(given)
        text = text_of(inner)
        span = self.place(node.span)
        if text is None or "append" in given:
            self.block(
                node, [inner], NOTHING if "append" not in given else frozenset({constant(given, "append") or ANY}), out
            )
            forget(known, own)
            return
        out.extend(without_text(inner))
        name = constant(given, "name", "default")
        assert name is not None
        learn(known, capture_name(name), text, self.run.forced)
        self.run.budget.spend(len(text))
        out.append(Capture(name, text, span))
        assigned = constant(given, "assign")
        if assigned is not None:
            self.store(assigned, text, span, known, out)

    @staticmethod
    def _capture_facts(given: dict[str, nodes.Expression]) -> set[str]:
        names = {capture_name(constant(given, "name", "default") or "")}
        return names | {name for which in ("assign", "append") if (name := constant(given, which)) is not None}

    def _function_block(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        facts = self.survey.tag(node)
        if ANY in facts.sets:
            self.keep(node, known, out)
            return
        inner: list[Item] = []
        self.open_ways += 1
        self.body(node.sections[0].body, known, inner)
        self.open_ways -= 1
        empty = replace(node, sections=tuple(replace(section, body=()) for section in node.sections))
        own = self.survey.fresh(empty)
        self.block(self.with_values(node, known) or node, [inner], own.reads, out)
        forget(known, own.sets)
