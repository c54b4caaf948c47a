"""`{foreach}` and `{for}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.engine.compiler.mentions import mentioned_properties, mentions_loop
from dovetail.engine.tags.attributes import Attributes
from dovetail.engine.tags.registry import tag
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


@tag("foreach")
def compile_foreach(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {foreach}, in its four spellings.

    Item and key get their old values back afterwards, unless they had none. Loop properties are kept only
    when the template's text mentions them (Smarty's own rule).
    """
    head, offset, start = node.head, code.at(node), code.base - node.inside
    attributes = Attributes(code, node)
    key: str | None
    if isinstance(head, nodes.ForeachHead):
        subject, item = head.subject, code.assignments.target(head.item)[0]
        key = code.assignments.target(head.key)[0] if head.key is not None else None
    else:
        subject, item = attributes.node("from"), _name(code, attributes, "item")
        key = _name(code, attributes, "key") if "key" in attributes else None
    loop_name = str(attributes.constant("name", ""))
    tracked = mentions_loop(code.source.text, item, loop_name)
    keyed = key is not None or tracked
    code.flush()
    with code.guarded(offset), code.jumps.loop(offset) as jump:
        number = jump.removeprefix("jump")
        source = code.expressions.value(subject)
        code.writer.line(f"list{number} = rt.{'pairs' if keyed else 'elements'}({source})", offset)
        if tracked:
            kept = mentioned_properties(code.source.text, item, loop_name)
            code.writer.line(f"loop{number} = Loop(len(list{number}), kept={kept})", offset)
            code.writer.line(f"v['@' + {item}] = loop{number}", offset)
            if loop_name:
                code.writer.line(f"v[{'@foreach.' + loop_name!r}] = loop{number}", offset)
        code.writer.line(f"if list{number}:", offset)
        with code.indented():
            saved = [(item, f"old{number}")] + ([(key, f"oldkey{number}")] if key is not None else [])
            for name, old in saved:
                code.writer.line(f"{old} = v.get({name}, ABSENT)", offset)
            targets = f"key{number}, v[{item}]" if keyed else f"v[{item}]"
            code.writer.line(f"for {targets} in list{number}:", offset)
            with code.indented():
                # The rounds were counted at once; what they write is looked at now and then.
                code.check_output(offset)
                if key is not None:
                    code.writer.line(f"v[{key}] = key{number}", offset)
                if tracked:
                    code.writer.line(f"loop{number}.index += 1; loop{number}.key = key{number}", offset)
                code.newline("foreach")
                outer, code.base = code.base, start
                known, code.known = code.known, code.known | {item} | ({key} if key is not None else set())
                code.body(node.sections[0].body)
                code.base, code.known = outer, known
            for name, old in saved:
                code.writer.line(f"if {old} is not ABSENT: v[{name}] = {old}", offset)
        compile_otherwise(code, node, start)
    code.newline("foreach", close=True)


def compile_otherwise(code: Statements, node: nodes.Tag, start: int) -> None:
    """The part of a loop that shows when there was no round."""
    if len(node.sections) < 2:
        return
    section = node.sections[1]
    code.writer.line("else:", start + section.span.start)
    code.newline(node.name)
    outer, code.base = code.base, start
    # A {break} here would belong to a loop further out.
    inner = code.jumps.loops.pop()
    with code.indented():
        code.body(section.body)
    code.jumps.loops.append(inner)
    code.base = outer


def _name(code: Statements, attributes: Attributes, which: str) -> str:
    value = attributes.constant(which)
    return repr(value) if isinstance(value, str) else attributes.text(which)


@tag("for")
def compile_for(code: Statements, node: nodes.Tag) -> None:
    """Smarty: {for $i=1 to 10 step 2 max=3} and {for $i=0; $i<10; $i++}.

    The number of rounds is computed once; afterwards the variable holds the first value past the end.
    """
    head, offset, start = node.head, code.at(node), code.base - node.inside
    assert isinstance(head, nodes.ForHead)
    attributes = Attributes(code, node)
    code.flush()
    with code.guarded(offset), code.jumps.loop(offset) as jump:
        number = jump.removeprefix("jump")
        first = head.starts[0]
        name, _ = code.assignments.target(first.target)
        if head.to is None:
            for assignment in head.starts:
                code.assignments.assign(assignment.target, code.expressions.value(assignment.value), offset, None)
            _counted(code, node, head, number, offset, start)
        else:
            step = code.expressions.value(head.step) if head.step is not None else "1"
            begin, end = code.expressions.value(first.value), code.expressions.value(head.to)
            most = attributes.value("max")
            code.writer.line(f"from{number}, step{number} = {begin}, {step}", offset)
            code.writer.line(f"rounds{number} = counted_rounds(from{number}, {end}, step{number}, {most})", offset)
            if mentions_loop(code.source.text, name):
                code.writer.line(f"loop{number} = v['@' + {name}] = Loop(rounds{number})", offset)
            code.writer.line(f"v[{name}] = from{number} if rounds{number} else []", offset)
            code.writer.line(f"if rounds{number}:", offset)
            with code.indented():
                code.writer.line(f"for count{number} in range(rounds{number}):", offset)
                with code.indented():
                    # $i may be changed inside; the next round starts from what it is then.
                    code.writer.line(f"if count{number}: v[{name}] = add(v[{name}], step{number})", offset)
                    code.writer.line("rt.step()", offset)
                    code.check_output(offset)
                    if mentions_loop(code.source.text, name):
                        code.writer.line(f"loop{number}.index += 1", offset)
                    code.newline("for")
                    outer, code.base = code.base, start
                    code.body(node.sections[0].body)
                    code.base = outer
                code.writer.line("else:", offset)
                with code.indented():
                    code.writer.line(f"v[{name}] = add(v[{name}], step{number})", offset)
        compile_otherwise(code, node, start)
    code.newline("for", close=True)


def _counted(code: Statements, node: nodes.Tag, head: nodes.ForHead, number: str, offset: int, start: int) -> None:
    assert head.condition is not None
    assert head.next is not None
    # {continue} must not skip the step, so it stands at the loop's head, behind the first round.
    code.writer.line(f"again{number} = ran{number} = False", offset)
    code.writer.line("while True:", offset)
    with code.indented():
        code.writer.line(f"if again{number}:", offset)
        with code.indented():
            if isinstance(head.next, nodes.Step):
                code.line(code.expressions.value(head.next), offset)
            else:
                code.assignments.assign(head.next.target, code.expressions.value(head.next.value), offset, None)
        code.writer.line(f"again{number} = True", offset)
        code.line(f"if not {code.expressions.truth(head.condition)}: break", offset)
        code.writer.line(f"ran{number} = True; rt.step()", offset)
        code.check_output(offset)
        if code.gathering:
            code.writer.line(f"jump{number}_skips = rt.skips", offset)
        code.newline("for")
        outer, code.base = code.base, start
        code.body(node.sections[0].body)
        code.base = outer
        if code.gathering:
            code.line(f"if rt.skips != jump{number}_skips: break", offset)
    if len(node.sections) > 1:
        code.writer.line(f"if ran{number}: pass", offset)
