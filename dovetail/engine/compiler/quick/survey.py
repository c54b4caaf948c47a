"""What a template does with its variables: which it reads and writes, and whether the quick form can follow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dovetail.engine import native
from dovetail.engine.compiler.quick.paths import Decision, Path, Printed, decision_of, path_of, printed_of
from dovetail.engine.tags.attributes import named
from dovetail.grammar import nodes
from dovetail.grammar.vocabulary import TAGS
from dovetail.grammar.walk import children, expressions_of

FOLLOWED = frozenset(
    {"", "if", "foreach", "strip", "/strip", "ldelim", "rdelim", "assign", "append", "capture", "break", "continue"}
)
"""Tags that change no variable behind the back of the quick form, or only as it says itself."""

COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})

_WRITING = ("assign", "var", "append", "item", "key", "values")
_SEVERAL = 4
"""Conditions within which the same is printed."""

_QUIET = frozenset({"default", "isset", "empty"})


class NotQuick(Exception):
    """The template does something that the quick form does not follow."""


@dataclass(slots=True)
class Survey:
    """The names in a template.

    `names`: all variables in order of appearance; `written`: those that it sets somewhere; `quiet`: those that
    may well be undefined, since the template asks whether they are; `opaque`: it has tags that may read and
    write any variable; `printed`: how often each value is printed, twice for each loop around it; `compared`: how
    often each path is compared, or written as a number; `decided`: how often
    each is compared with the same constant.
    """

    names: dict[str, None] = field(default_factory=dict[str, None])
    written: set[str] = field(default_factory=set[str])
    quiet: set[str] = field(default_factory=set[str])
    opaque: bool = False
    printed: dict[Printed, int] = field(default_factory=dict["Printed", int])
    compared: dict[Path, int] = field(default_factory=dict["Path", int])
    decided: dict[Decision, int] = field(default_factory=dict["Decision", int])
    shallow: bool = False
    """Only what is written is of interest."""


def printed_in(body: Sequence[nodes.Node]) -> dict[Printed, nodes.Expression]:
    """The values that a body prints."""
    found: dict[Printed, nodes.Expression] = {}
    for node in body:
        if isinstance(node, nodes.Tag):
            value = _printing(node)
            key = None if value is None else printed_of(value)
            if key is not None and value is not None:
                found[key] = value
            for section in node.sections:
                found.update(printed_in(section.body))
    return found


def shown_in_several(body: Sequence[nodes.Node]) -> set[Printed]:
    """What is printed within several of a body's conditions, so often that to show it before the first is worth it."""
    counts = Counter(
        printed for node in body if isinstance(node, nodes.Tag) and node.name == "if" for printed in printed_in((node,))
    )
    return {printed for printed, count in counts.items() if count >= _SEVERAL}


def repeated_in(body: Sequence[nodes.Node], name: str) -> set[Printed]:
    """What a body prints more than once of one variable."""
    counts: Counter[Printed] = Counter()
    _count(body, name, counts, 1)
    return {printed for printed, count in counts.items() if count > 1}


def _count(body: Sequence[nodes.Node], name: str, counts: Counter[Printed], weight: int) -> None:
    for node in body:
        if isinstance(node, nodes.Tag):
            value = _printing(node)
            key = None if value is None else printed_of(value)
            if key is not None and key[0][0] == name:
                counts[key] += weight
            for section in node.sections:
                _count(section.body, name, counts, weight * 2 if node.name == "foreach" else weight)


def _printing(node: nodes.Tag) -> nodes.Expression | None:
    head = node.head
    if node.name or not isinstance(head, nodes.Head) or head.attributes or head.value is None:
        return None
    return None if isinstance(head.value, nodes.Assignment) else head.value


def survey(body: Sequence[nodes.Node]) -> Survey:
    """Look through a whole template.

    Raises:
        NotQuick: names of variables are put together at run time, or expressions change variables.
    """
    found = Survey()
    _bodies(body, found)
    return found


def written_in(body: Sequence[nodes.Node]) -> set[str]:
    """The variables that a body sets."""
    found = Survey(shallow=True)
    _bodies(body, found)
    return found.written


def assigned_by(node: nodes.Tag) -> set[str]:
    """The variable that a tag's `assign` names, where it is written out."""
    head = node.head
    values = named(TAGS.get(node.name), head.attributes)[0] if isinstance(head, nodes.Head) else {}
    match values.get("assign"):
        case nodes.Word(name=name) | nodes.Constant(value=str() as name):
            return {name}
        case _:
            return set()


def _bodies(body: Sequence[nodes.Node], found: Survey, weight: int = 1) -> None:
    for node in body:
        if isinstance(node, nodes.Tag):
            _tag(node, found, weight)


def _tag(node: nodes.Tag, found: Survey, weight: int) -> None:
    if node.name not in FOLLOWED:
        found.opaque = True
    value = _printing(node)
    if value is not None:
        if not found.shallow:
            key = printed_of(value)
            if key is not None:
                found.printed[key] = found.printed.get(key, 0) + weight
            _expression(value, found)
        return
    _head(node.name, node.head, found, assigns=node.name == "")
    for number, section in enumerate(node.sections):
        if number:
            _head(section.name, section.head, found)
        _bodies(section.body, found, weight * 2 if node.name == "foreach" else weight)


def _head(name: str, head: nodes.AnyHead, found: Survey, *, assigns: bool = False) -> None:
    match head:
        case nodes.ForeachHead(item=item, key=key):
            _writes(item, found)
            if key is not None:
                _writes(key, found)
        case nodes.ForHead(starts=starts):
            for start in starts:
                _writes(start.target, found)
        case nodes.AssignToHead(target=target):
            _writes(target, found)
        case nodes.Head(value=nodes.Assignment(target=target)) if assigns:
            _writes(target, found)
        case _:
            pass
    if not isinstance(head, nodes.AssignToHead) and head.attributes:
        values, _, _ = named(TAGS.get(name), head.attributes)
        for which in _WRITING:
            value = values.get(which)
            if isinstance(value, nodes.Word):
                found.names[value.name] = None
                found.written.add(value.name)
            elif isinstance(value, nodes.Constant) and isinstance(value.value, str):
                found.names[value.value] = None
                found.written.add(value.value)
            elif value is not None and name in FOLLOWED:
                raise NotQuick("the name of a variable is made at run time")
    if found.shallow:
        return
    for expression in expressions_of(head):
        if isinstance(expression, nodes.Assignment):
            if not assigns and not isinstance(head, nodes.ForHead):
                raise NotQuick("a condition sets a variable")
            for part in children(expression):
                _expression(part, found)
        elif isinstance(expression, nodes.Step) and isinstance(head, nodes.ForHead):
            _expression(expression.target, found)
        else:
            _expression(expression, found)


def _writes(target: nodes.Expression, found: Survey) -> None:
    while isinstance(target, nodes.Index):
        target = target.base
    if not isinstance(target, nodes.Variable):
        raise NotQuick("the name of a variable is made at run time")
    found.names[target.name] = None
    found.written.add(target.name)


def _expression(node: nodes.Expression, found: Survey) -> None:
    while type(node) is nodes.Index and type(node.key) is nodes.Constant:
        node = node.base
    match node:
        case nodes.Constant():
            return
        case nodes.Variable(name=name):
            found.names[name] = None
            return
        case nodes.Step():
            raise NotQuick("an expression changes a variable")
        case nodes.VariableVariable():
            found.opaque = True
        case nodes.TagValue(tag=tag):
            _inner((tag,), found)
        case nodes.Interpolated(parts=parts):
            _inner(parts, found)
        case nodes.Modified(base=base, uses=uses):
            if uses[0].name in _QUIET:
                found.quiet.update(_roots(base))
            elif uses[0].name == "number_format" and not native.COMPILED:
                # The compiled filler looks at the type itself.
                _compares(base, found)
        case nodes.Call(name=name, arguments=arguments) if name.lower() in _QUIET:
            for argument in arguments:
                found.quiet.update(_roots(argument.value))
        case nodes.Binary(operator="??", left=left):
            found.quiet.update(_roots(left))
        case nodes.Binary(operator=operator, left=left, right=right) if operator in COMPARISONS:
            _compares(left, found)
            _compares(right, found)
            decision = decision_of(node)
            if decision is not None:
                found.decided[decision] = found.decided.get(decision, 0) + 1
        case _:
            pass
    for child in children(node):
        _expression(child, found)


def _compares(node: nodes.Expression, found: Survey) -> None:
    path = path_of(node)
    if path is not None:
        found.compared[path] = found.compared.get(path, 0) + 1


def _inner(parts: Sequence[nodes.Node], found: Survey) -> None:
    before = set(found.written)
    _bodies(parts, found)
    if found.written != before or any(isinstance(part, nodes.Tag) and part.name not in FOLLOWED for part in parts):
        raise NotQuick("a value inside a text sets variables")


def _roots(node: nodes.Expression) -> Iterator[str]:
    if isinstance(node, nodes.Variable):
        yield node.name
    for child in children(node):
        yield from _roots(child)
