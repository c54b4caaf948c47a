"""The residual while it is made: nodes, and what is only needed when something left in it reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from dovetail.engine.specialise.facts import ANY, NOTHING, capture_name
from dovetail.engine.specialise.settle import append_text
from dovetail.grammar import nodes
from dovetail.source import Span


@dataclass(slots=True, eq=False, repr=False)
class Kept:
    """A tag that stays, and the names that it reads."""

    tag: nodes.Tag
    reads: frozenset[str]


@dataclass(slots=True, eq=False, repr=False)
class Block:
    """A block that stays while its parts are specialised. `bound` are names that its parts get from itself."""

    tag: nodes.Tag
    parts: list[tuple[nodes.Section, list[Item]]]
    reads: frozenset[str]
    bound: frozenset[str] = NOTHING


@dataclass(slots=True, eq=False, repr=False)
class Store:
    """A variable gets a known value. `left`: only if it has none yet, as loop variables are left behind."""

    name: str
    value: object
    span: Span
    left: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Capture:
    """A capture gets a known text."""

    name: str
    text: str
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Unrolled:
    """The rounds of a loop; its variables get their old values back behind it."""

    names: tuple[str, ...]
    body: list[Item]
    span: Span


Item: TypeAlias = "nodes.Text | Kept | Block | Store | Capture | Unrolled"


def reads_of(items: Sequence[Item]) -> set[str]:
    """The names that are read when the items run."""
    found: set[str] = set()
    for item in items:
        match item:
            case Kept(reads=reads):
                found |= reads
            case Block(parts=parts, reads=reads, bound=bound):
                for _, body in parts:
                    found |= reads_of(body) - bound
                found |= reads
            case Unrolled(body=body):
                found |= reads_of(body)
            case _:
                pass
    return found


def stores_of(items: Sequence[Item]) -> Iterator[str]:
    """The variables that items give known values."""
    for item in items:
        match item:
            case Store(name=name):
                yield name
            case Unrolled(names=names, body=body):
                yield from names
                yield from stores_of(body)
            case Block(parts=parts):
                for _, body in parts:
                    yield from stores_of(body)
            case _:
                pass


def loops_made(items: Sequence[Item]) -> Iterator[str]:
    """The variables of the loops that the residual would have for the sake of their old values."""
    for item in items:
        match item:
            case Store(name=name, left=True):
                yield name
            case Unrolled(names=names, body=body):
                yield from names
                yield from loops_made(body)
            case Block(parts=parts):
                for _, body in parts:
                    yield from loops_made(body)
            case _:
                pass


def text_of(items: Sequence[Item]) -> str | None:
    """The text that items print, if they print nothing else; what they store is no output."""
    texts: list[str] = []
    for item in items:
        match item:
            case nodes.Text(text=text):
                texts.append(text)
            case Store() | Capture():
                pass
            case Unrolled(body=body):
                inner = text_of(body)
                if inner is None:
                    return None
                texts.append(inner)
            case _:
                return None
    return "".join(texts)


def silenced(items: Sequence[Item]) -> list[Item] | None:
    """Items without the text among them, or None where they may print more than that."""
    found: list[Item] = []
    for item in items:
        match item:
            case nodes.Text():
                pass
            case Store() | Capture():
                found.append(item)
            case Kept(tag=nodes.Tag(name="assign" | "append") | nodes.Tag(head=nodes.Head(value=nodes.Assignment()))):
                found.append(item)
            case Unrolled(body=body):
                inner = silenced(body)
                if inner is None:
                    return None
                found.append(replace(item, body=inner))
            case Block(tag=nodes.Tag(name="capture" | "rawcapture")):
                found.append(item)
            case Block(tag=nodes.Tag(name="if" | "foreach" | "for" | "section"), parts=parts):
                bodies = [(section, silenced(body)) for section, body in parts]
                kept = [(section, body) for section, body in bodies if body is not None]
                if len(kept) < len(bodies):
                    return None
                found.append(replace(item, parts=kept))
            case _:
                return None
    return found


def without_text(items: Sequence[Item]) -> list[Item]:
    """What items store."""
    kept = [item for item in items if not isinstance(item, nodes.Text)]
    return [replace(item, body=without_text(item.body)) if isinstance(item, Unrolled) else item for item in kept]


def assembled(items: Sequence[Item], read: set[str]) -> tuple[nodes.Node, ...]:
    """The nodes of the residual; stores that nothing reads are left out."""
    found: list[nodes.Node] = []
    _assemble(items, read, found)
    return tuple(found)


def _assemble(items: Sequence[Item], read: set[str], found: list[nodes.Node]) -> None:
    for item in items:
        match item:
            case nodes.Text(text=text, span=span):
                append_text(found, text, span)
            case Kept(tag=tag):
                found.append(tag)
            case Block(tag=tag, parts=parts):
                sections = tuple(replace(section, body=assembled(body, read)) for section, body in parts)
                found.append(replace(tag, sections=sections))
            case Store(name=name, value=value, span=span, left=left):
                if _is_read(name, read):
                    found.append(
                        _loop_over_one((name,), (value,), (), span) if left else _assignment(name, value, span)
                    )
            case Capture(name=name, text=text, span=span):
                if _is_read(capture_name(name), read):
                    found.append(_capture(name, text, span))
            case Unrolled(names=names, body=body, span=span):
                if any(_is_read(name, read) for name in names):
                    found.append(_loop_over_one(names, (None,) * len(names), assembled(body, read), span))
                else:
                    _assemble(body, read, found)


def _is_read(name: str, read: set[str]) -> bool:
    return name in read or ANY in read


def _assignment(name: str, value: object, span: Span) -> nodes.Tag:
    assignment = nodes.Assignment(span, nodes.Variable(span, name), nodes.Known(span, value))
    return nodes.Tag(span, span.start, "", nodes.Head(value=assignment))


def _capture(name: str, text: str, span: Span) -> nodes.Tag:
    head = nodes.Head((nodes.Attribute(span, "name", nodes.Constant(span, name, quoted=True)),))
    body = (nodes.Text(span, text, settled=True),) if text else ()
    return nodes.Tag(span, span.start, "capture", head, (nodes.Section(span, span.start, "capture", head, body),))


def _loop_over_one(
    names: tuple[str, ...], values: tuple[object, ...], body: tuple[nodes.Node, ...], span: Span
) -> nodes.Tag:
    """A loop of one round. It is there for what a loop does with the old values of its variables."""
    item, *keys = (nodes.Variable(span, name) for name in names)
    subject = nodes.Known(span, [values[0]])
    head = nodes.ForeachHead(subject, item, keys[0] if keys else None, ())
    return nodes.Tag(span, span.start, "foreach", head, (nodes.Section(span, span.start, "foreach", head, body),))
