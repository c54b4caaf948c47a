"""`{foreach}` in the quick form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dovetail.engine.compiler.mentions import mentioned_properties, mentions_loop
from dovetail.engine.compiler.quick.survey import NotQuick, printed_in, written_in
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
    loop_name = str(attributes.constant("name", ""))
    tracked = mentions_loop(code.source.text, repr(item), loop_name)
    code.flush()
    names = [item] if key is None else [item, key]
    if any(code.doubted((name,)) for name in names):
        code.through = True
    with code.jumps.loop(offset) as jump:
        number = jump.removeprefix("jump")
        line = code.writer.line
        line(f"list{number} = {code.quick.raw(subject).text}", offset)
        keyed = key is not None or tracked
        line(f"if type(list{number}) is list:", offset)
        with code.writer.indented():
            line(f"rt.steps += len(list{number})", offset)
            line("if rt.steps >= rt.next_look: rt.look()", offset)
            if keyed:
                line(f"pairs{number} = enumerate(list{number})", offset)
        line("else:", offset)
        with code.writer.indented():
            if keyed:
                line(f"list{number} = pairs{number} = rt.pairs(settled(list{number}))", offset)
            else:
                line(f"list{number} = rt.elements(settled(list{number}))", offset)
        if tracked:
            kept = mentioned_properties(code.source.text, repr(item), loop_name)
            line(f"loop{number} = v[{'@' + item!r}] = Loop(len(list{number}), kept={kept})", offset)
            if loop_name:
                line(f"v[{'@foreach.' + loop_name!r}] = loop{number}", offset)
        line(f"if list{number}:", offset)
        body = node.sections[0].body
        with code.indented():
            _foresee(code, body, {*names, *written_in(body)})
            # What a round changes is not known in the next one.
            code.forget({*names, *written_in(body)})
            outer, code.base = code.base, start
            known, code.known = code.known, code.known | {repr(name) for name in names}
            run = None if keyed else code.run_over(item, body)
            if run is not None:
                local, through = code.local(item), f"v[{item!r}] = " if code.through else ""
                line(f"{code.output}.append({code.runs.over(run, f'list{number}', code.output)})", offset)
                line(f"if {local} is ABSENT: {local} = {through}list{number}[-1]", offset)
            else:
                _save(code, names, number, offset)
                # The rounds of short loops are looked at together, by what stands behind them or around them.
                line(f"many{number} = len(list{number}) > {_FEW}", offset)
                each = (
                    f"key{number}, {code.local(item)} in pairs{number}"
                    if keyed
                    else f"{code.local(item)} in list{number}"
                )
                line(f"for {each}:", offset)
                with code.indented():
                    line(f"if many{number} and len({code.output}) > mark: mark = rt.folded({code.output})", offset)
                    if code.through:
                        line(f"v[{item!r}] = {code.local(item)}", offset)
                    if key is not None:
                        line(f"{code.local(key)} = {f'v[{key!r}] = ' if code.through else ''}key{number}", offset)
                    if tracked:
                        line(f"loop{number}.index += 1; loop{number}.key = key{number}", offset)
                    code.newline("foreach")
                    loops = code.loop_locals
                    if tracked and item not in written_in(body):
                        code.loop_locals = {**loops, item: f"loop{number}"}
                    else:
                        # A loop inside over the same variable leaves its own state behind.
                        code.loop_locals = {name: loop for name, loop in loops.items() if name != item}
                    code.body(body)
                    code.loop_locals = loops
                code.check_output(offset)
                _restore(code, names, number, offset)
            code.base, code.known = outer, known
            code.forget({*names})
        compile_otherwise(code, node, start)
    code.newline("foreach", close=True)


def _foresee(code: QuickStatements, body: Sequence[nodes.Node], changing: set[str]) -> None:
    """What each round would print again is shown once, before the loop."""
    if not code.escapes or code.filters:
        return
    for printed, node in printed_in(body).items():
        name = printed[0][0]
        if name not in changing and name not in code.found.written and not code.doubted(printed[0]):
            code.printed_text(printed, node)


def _save(code: QuickStatements, names: list[str], number: str, offset: int) -> None:
    for at, name in enumerate(names):
        if code.through:
            code.writer.line(f"old{number}_{at} = v.get({name!r}, ABSENT)", offset)
        else:
            code.writer.line(f"old{number}_{at} = {code.local(name)}", offset)


def _restore(code: QuickStatements, names: list[str], number: str, offset: int) -> None:
    for at, name in enumerate(names):
        old, through = f"old{number}_{at}", f"v[{name!r}] = " if code.through else ""
        code.writer.line(f"if {old} is not ABSENT: {code.local(name)} = {through}{old}", offset)
