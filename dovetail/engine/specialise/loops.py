"""Loops: unrolled where it is known what they go over, otherwise specialised as loops."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from dovetail.engine.compiler.mentions import mentioned_properties, mentions_loop
from dovetail.engine.loops import Loop, SectionLoop, counted_rounds
from dovetail.engine.specialise.evaluate import FAULTS, OPEN
from dovetail.engine.specialise.facts import NOTHING, in_loop_state, loop_name
from dovetail.engine.specialise.items import Item, Store, Unrolled, stores_of
from dovetail.engine.specialise.state import Known, Leaving, Stays, Unsure, forget, learn
from dovetail.engine.specialise.written import attributes, constant, variable
from dovetail.engine.values import add
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.program import Program
    from dovetail.engine.specialise.walk import Walk

_ROUND_SIZE = 20


class Loops:
    """The loops of one template."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def loop(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        """Specialise a loop."""
        facts = self._walk.survey.tag(node)
        forced = self._walk.run.forced
        states = {name for name in facts.sets if in_loop_state(name)}
        if id(node) not in self._walk.run.stay and states.isdisjoint(forced) and self._unrolled(node, known, out):
            return
        self._kept(node, known, out)

    def _unrolled(self, node: nodes.Tag, known: Known, out: list[Item]) -> bool:
        walk, budget = self._walk, self._walk.run.budget
        before, size, rounds = dict(known), budget.size, budget.rounds
        raw, ways, loops, unrolled = walk.raw, walk.open_ways, len(walk.loops), len(budget.loops)
        inner: list[Item] = []
        try:
            match node.name:
                case "foreach":
                    done = self._foreach(node, known, inner)
                case "for":
                    done = self._for(node, known, inner)
                case "section":
                    done = self._section(node, known, inner)
                case _:
                    done = False
        except Leaving:
            out.extend(inner)
            raise
        except (Stays, *FAULTS) as reason:
            known.clear()
            known.update(before)
            budget.size, budget.rounds = size, rounds
            walk.raw, walk.open_ways = raw, ways
            del walk.loops[loops:]
            del budget.loops[unrolled:]
            if isinstance(reason, Stays) and reason.node != id(node):
                walk.run.stay.add(reason.node)
                raise
            walk.run.stay.add(id(node))
            return False
        if done:
            out.extend(inner)
        return done

    # --- unrolled

    @contextmanager
    def _inside(self, node: nodes.Tag) -> Generator[None]:
        walk = self._walk
        walk.loops.append((id(node), walk.open_ways))
        walk.run.budget.loops.append(id(node))
        yield
        walk.run.budget.loops.pop()
        walk.loops.pop()

    def _rounds(
        self, node: nodes.Tag, count: int, begin: Callable[[int], None], known: Known, out: list[Item]
    ) -> Leaving | None:
        """Go through the rounds; gives the jump that ended them early, its levels counted from outside the loop."""
        walk, ended = self._walk, None
        with self._inside(node):
            walk.run.budget.spend(0, count)
            for number in range(count):
                walk.run.evaluator.runtime.step()
                walk.run.budget.spend(_ROUND_SIZE)
                begin(number)
                try:
                    walk.body(node.sections[0].body, known, out)
                except Leaving as jump:
                    if jump.levels == 1 and jump.again:
                        continue
                    ended = Leaving(jump.levels - 1, jump.again)
                    break
        return ended

    def _pin(self, name: str, state: Loop | SectionLoop, known: Known) -> None:
        """The state of a loop is known from here."""
        self._walk.run.pinned.add(name)
        learn(known, name, state, self._walk.run.forced)

    @staticmethod
    def _move(name: str, state: Loop | SectionLoop, now: Loop | SectionLoop, known: Known) -> None:
        """A loop goes on; its state is still another's where an inner loop of that name took its place."""
        if known.get(name) is state:
            known[name] = now

    def _otherwise(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        if len(node.sections) > 1:
            self._walk.body(node.sections[1].body, known, out)

    def _foreach(self, node: nodes.Tag, known: Known, out: list[Item]) -> bool:
        walk, head, given = self._walk, node.head, attributes(node)
        if isinstance(head, nodes.ForeachHead):
            subject, item = head.subject, variable(head.item)[0]
            key = variable(head.key)[0] if head.key is not None else ""
        else:
            subject, item, key = given["from"], constant(given, "item"), constant(given, "key", "")
        name = constant(given, "name", "")
        if item is None or key is None or name is None or item == key:
            return False
        names = (item, key) if key else (item,)
        assigned = walk.survey.sequence(node.sections[0].body).sets
        if not assigned.isdisjoint(names) or not walk.run.forced.isdisjoint(names):
            return False
        value = walk.reducer.value(subject, known, walk.raw)
        if value is OPEN:
            return False
        text = walk.survey.program.source.text
        tracked = mentions_loop(text, repr(item), name)
        kept = frozenset[str]()
        runtime = walk.run.evaluator.runtime
        if key or tracked:
            pairs = runtime.pairs(value)
        else:
            pairs = [(None, element) for element in runtime.elements(value)]
        if tracked:
            kept = _kept(mentioned_properties(text, repr(item), name))

        states = (loop_name(item), *([f"@foreach.{name}"] if name else []))
        state = Loop(len(pairs), kept=kept)
        if tracked:
            for each in states:
                self._pin(each, state, known)
        if not pairs:
            self._otherwise(node, known, out)
            return True
        old = {each: known[each] for each in names if each in known}
        span = walk.place(node.span)
        inner: list[Item] = []

        def move(now: Loop) -> None:
            nonlocal state
            for each in states:
                self._move(each, state, now, known)
            state = now

        def begin(number: int) -> None:
            at, element = pairs[number]
            for each, now in zip(names, (element, at), strict=False):
                learn(known, each, now, ())
                inner.append(Store(each, now, span))
            if tracked:
                move(Loop(len(pairs), number, at, kept))

        ended = self._rounds(node, len(pairs), begin, known, inner)
        forget(known, names)
        for each, before in old.items():
            learn(known, each, before, ())
        out.append(Unrolled(names, inner, span))
        _leave(ended)
        return True

    def _for(self, node: nodes.Tag, known: Known, out: list[Item]) -> bool:
        walk, head, given = self._walk, node.head, attributes(node)
        assert isinstance(head, nodes.ForHead)
        name, keyed = variable(head.starts[0].target)
        if head.to is None or name is None or keyed or name in walk.run.forced:
            return False
        one = nodes.Constant(node.span, 1)
        nothing = nodes.Constant(node.span, None)
        parts = (head.starts[0].value, head.to, head.step or one, given.get("max", nothing))
        values = [walk.reducer.value(part, known, walk.raw) for part in parts]
        if OPEN in values:
            return False
        start, end, step, most = values
        rounds = counted_rounds(start, end, step, most)
        tracked = mentions_loop(walk.survey.program.source.text, repr(name))

        state = Loop(rounds)
        if tracked:
            self._pin(loop_name(name), state, known)
        walk.store(name, start if rounds else [], node.span, known, out)
        if not rounds:
            self._otherwise(node, known, out)
            return True

        def forward() -> None:
            if name not in known:
                raise Stays(id(node))
            walk.store(name, add(known[name], step), node.span, known, out)

        def begin(number: int) -> None:
            nonlocal state
            if number:
                forward()
            now = Loop(rounds, number)
            self._move(loop_name(name), state, now, known)
            state = now

        ended = self._rounds(node, rounds, begin, known, out)
        if ended is None:
            forward()
        _leave(ended)
        return True

    def _section(self, node: nodes.Tag, known: Known, out: list[Item]) -> bool:
        walk, given = self._walk, attributes(node)
        name = constant(given, "name")
        if name is None:
            return False
        nothing = nodes.Constant(node.span, None)
        parts = [given.get(which, nothing) for which in ("loop", "start", "step", "max", "show")]
        loop, start, step, most, show = (walk.reducer.value(part, known, walk.raw) for part in parts)
        if OPEN in (loop, start, step, most, show):
            return False
        plan = walk.run.evaluator.runtime.plan_section(loop, start, step, most, show)
        self._pin(f"@section.{name}", plan, known)
        if plan.total <= 0:
            self._otherwise(node, known, out)
            return True

        def begin(number: int) -> None:
            nonlocal plan
            now = SectionLoop(plan.loop, plan.start, plan.step, plan.total, plan.max, number + 1)
            self._move(f"@section.{name}", plan, now, known)
            plan = now

        ended = self._rounds(node, plan.total, begin, known, out)
        if ended is None:
            begin(plan.total)
        _leave(ended)
        return True

    # --- kept

    def _kept(self, node: nodes.Tag, known: Known, out: list[Item]) -> None:
        walk = self._walk
        facts = walk.survey.tag(node)
        if not walk.survey.root and self._state(node, walk.survey.program) != self._state(node, walk.run.program):
            raise Unsure
        head = node.head
        if isinstance(head, nodes.ForeachHead):
            head = replace(head, subject=walk.reducer.expression(head.subject, known, walk.raw))
        forget(known, facts.sets)
        outer, walk.run.pinned = walk.run.pinned, set()
        try:
            bodies = [self._body(number, section, known) for number, section in enumerate(node.sections)]
            # What is set inside is read as well as what the loop itself sets.
            changed = {*walk.run.pinned, *(name for body in bodies for name in stores_of(body))}
        finally:
            walk.run.pinned |= outer
        sections = tuple(replace(section, body=()) for section in node.sections)
        first = replace(sections[0], head=head)
        empty = replace(node, head=head, sections=(first, *sections[1:]))
        reads = walk.survey.fresh(empty).reads
        if isinstance(head, nodes.ForHead):
            # Each round goes on from what its body left in the variable.
            reads |= {name for start in head.starts if (name := variable(start.target)[0]) is not None}
        bound = _bound(node) - changed if node.name == "foreach" else NOTHING
        walk.block(
            replace(node, head=head, sections=(replace(node.sections[0], head=head), *node.sections[1:])),
            bodies,
            reads,
            out,
            bound,
        )

    @staticmethod
    def _state(node: nodes.Tag, program: Program) -> tuple[bool, str]:
        """Which state a loop has: that hangs on the text of the template that it stands in."""
        head, given, text = node.head, attributes(node), program.source.text
        if isinstance(head, nodes.ForHead):
            return mentions_loop(text, repr(variable(head.starts[0].target)[0])), ""
        item = variable(head.item)[0] if isinstance(head, nodes.ForeachHead) else constant(given, "item")
        name = constant(given, "name", "") or ""
        return mentions_loop(text, repr(item), name), mentioned_properties(text, repr(item), name)

    def _body(self, number: int, section: nodes.Section, known: Known) -> list[Item]:
        walk, inner = self._walk, list[Item]()
        if number == 0:
            walk.loops.append(None)
        walk.open_ways += 1
        walk.body(section.body, dict(known), inner)
        walk.open_ways -= 1
        if number == 0:
            # Jumps in the part for no rounds belong to a loop further out.
            walk.loops.pop()
        return inner


def _leave(ended: Leaving | None) -> None:
    """Go on with a jump that leaves the loop around as well."""
    if ended is not None and ended.levels > 0:
        raise ended


def _bound(node: nodes.Tag) -> frozenset[str]:
    """The names that the rounds of a {foreach} get from itself."""
    head, given = node.head, attributes(node)
    if isinstance(head, nodes.ForeachHead):
        item, key = variable(head.item)[0], variable(head.key)[0] if head.key is not None else None
    else:
        item, key = constant(given, "item"), constant(given, "key")
    name = constant(given, "name")
    found = {name for name in (item, key) if name is not None}
    if item is not None:
        found.add(loop_name(item))
    if name is not None:
        found.add(f"@foreach.{name}")
    return frozenset(found)


def _kept(code: str) -> frozenset[str]:
    """The properties that `mentioned_properties` names."""
    inside = code.removeprefix("frozenset([").removesuffix("])")
    return frozenset(word.strip(" '") for word in inside.split(",") if word.strip(" '"))
