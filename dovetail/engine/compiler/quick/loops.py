"""`{foreach}` in the quick form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from dovetail.engine.compiler.mentions import mentioned_properties, mentions_loop
from dovetail.engine.compiler.quick.survey import NotQuick, printed_in, repeated_in, written_in
from dovetail.engine.tags.attributes import Attributes
from dovetail.engine.tags.loops import compile_otherwise
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.quick.statements import QuickStatements


_FEW = 100
"""Loops of more rounds look at the size of the output in each."""


def _target(node: nodes.Expression | None) -> str | None:
    if node is None:
        return None
    if isinstance(node, nodes.Variable | nodes.Word):
        return node.name
    if isinstance(node, nodes.Constant) and isinstance(node.value, str):
        return node.value
    raise NotQuick("a loop sets an element, or a variable whose name is made at run time")


class _Loop(NamedTuple):
    """A loop that is being written. `number` tells its locals apart; `tracked`: its properties are read."""

    item: str
    key: str | None
    number: str
    tracked: bool
    offset: int
    body: Sequence[nodes.Node]
    changing: frozenset[str]
    """The variables that its rounds set."""

    @property
    def keyed(self) -> bool:
        """Whether it goes over pairs."""
        return self.key is not None or self.tracked

    @property
    def names(self) -> list[str]:
        """The variables that it sets itself."""
        return [self.item] if self.key is None else [self.item, self.key]


def compile_quick_foreach(code: QuickStatements, node: nodes.Tag) -> None:
    """As `compile_foreach`, with item and key in locals."""
    head, offset, start = node.head, code.at(node), code.base - node.inside
    attributes = Attributes(code, node)
    if isinstance(head, nodes.ForeachHead):
        subject, item, key = head.subject, _target(head.item), _target(head.key)
    else:
        subject = attributes.node("from")
        item = _target(attributes.node("item"))
        key = _target(attributes.node("key")) if "key" in attributes else None
    if item is None or code.nested:
        raise NotQuick("a loop inside a value")
    name = str(attributes.constant("name", ""))
    tracked = mentions_loop(code.source.text, repr(item), name)
    body = node.sections[0].body
    code.flush()
    with code.jumps.loop(offset) as jump:
        loop = _Loop(item, key, jump.removeprefix("jump"), tracked, offset, body, frozenset(written_in(body)))
        if any(code.doubted((each,)) for each in loop.names):
            code.through = True
        _take(code, loop, subject, name)
        code.writer.line(f"if list{loop.number}:", offset)
        with code.indented():
            outer, code.base = code.base, start
            _all_rounds(code, loop)
            code.base = outer
        compile_otherwise(code, node, start)
    code.newline("foreach", close=True)


def _take(code: QuickStatements, loop: _Loop, subject: nodes.Expression, name: str) -> None:
    """Take the list, charge its rounds, and make the state that others may read."""
    line, number, offset = code.writer.line, loop.number, loop.offset
    line(f"list{number} = {code.quick.raw(subject).text}", offset)
    line(f"if type(list{number}) is list:", offset)
    with code.writer.indented():
        line(f"rt.steps += len(list{number})", offset)
        line("if rt.steps >= rt.next_look: rt.look()", offset)
        if loop.keyed:
            line(f"pairs{number} = enumerate(list{number})", offset)
    line("else:", offset)
    with code.writer.indented():
        if loop.keyed:
            line(f"list{number} = pairs{number} = rt.pairs(settled(list{number}))", offset)
        else:
            line(f"list{number} = rt.elements(settled(list{number}))", offset)
    if loop.tracked:
        kept = mentioned_properties(code.source.text, repr(loop.item), name)
        line(f"loop{number} = v[{'@' + loop.item!r}] = Loop(len(list{number}), kept={kept})", offset)
        if name:
            line(f"v[{'@foreach.' + name!r}] = loop{number}", offset)


def _all_rounds(code: QuickStatements, loop: _Loop) -> None:
    # What each round would print again is shown once.
    code.show_before(printed_in(loop.body))
    # What a round changes is not known in the next one.
    code.forget({*loop.names, *loop.changing})
    known, code.known = code.known, code.known | {repr(name) for name in loop.names}
    run = None if loop.keyed else code.run_over(loop.item, loop.body)
    if run is not None:
        local, through = code.local(loop.item), f"v[{loop.item!r}] = " if code.through else ""
        over = code.runs.over(run, f"list{loop.number}", code.output)
        code.writer.line(f"{code.output}.append({over})", loop.offset)
        code.writer.line(f"if {local} is ABSENT: {local} = {through}list{loop.number}[-1]", loop.offset)
    else:
        _save(code, loop)
        _each_round(code, loop)
        code.check_output(loop.offset)
        _restore(code, loop)
    code.known = known
    code.forget(set(loop.names))


def _each_round(code: QuickStatements, loop: _Loop) -> None:
    line, number, offset, item = code.writer.line, loop.number, loop.offset, code.local(loop.item)
    # The rounds of short loops are looked at together, by what stands behind them or around them.
    line(f"many{number} = len(list{number}) > {_FEW}", offset)
    each = f"key{number}, {item} in pairs{number}" if loop.keyed else f"{item} in list{number}"
    line(f"for {each}:", offset)
    with code.indented():
        line(f"if many{number} and len({code.output}) > mark: mark = rt.folded({code.output})", offset)
        if code.through:
            line(f"v[{loop.item!r}] = {item}", offset)
        if loop.key is not None:
            through = f"v[{loop.key!r}] = " if code.through else ""
            line(f"{code.local(loop.key)} = {through}key{number}", offset)
        if loop.tracked:
            line(f"loop{number}.index += 1; loop{number}.key = key{number}", offset)
        code.newline("foreach")
        loops = code.loop_locals
        # A loop inside over the same variable leaves its own state behind.
        code.loop_locals = {name: local for name, local in loops.items() if name != loop.item}
        if loop.tracked and loop.item not in loop.changing:
            code.loop_locals[loop.item] = f"loop{number}"
        repeated = code.repeated
        if loop.item not in loop.changing:
            code.repeated = repeated | repeated_in(loop.body, loop.item)
        code.body(loop.body)
        code.loop_locals, code.repeated = loops, repeated


def _save(code: QuickStatements, loop: _Loop) -> None:
    for at, name in enumerate(loop.names):
        present = f"v.get({name!r}, ABSENT)" if code.through else code.local(name)
        code.writer.line(f"old{loop.number}_{at} = {present}", loop.offset)


def _restore(code: QuickStatements, loop: _Loop) -> None:
    for at, name in enumerate(loop.names):
        old, through = f"old{loop.number}_{at}", f"v[{name!r}] = " if code.through else ""
        code.writer.line(f"if {old} is not ABSENT: {code.local(name)} = {through}{old}", loop.offset)
