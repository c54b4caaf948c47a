"""Which variables a template sets, where, and where it reads them.

Smarty's variables belong to a whole template (what {foreach} or {assign} sets is there until the end); only the
parameters of a {function}, and what is set within it, are its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dovetail.grammar import nodes
from dovetail.grammar.vocabulary import TAGS
from dovetail.grammar.walk import children
from dovetail.lsp.features.heads import plain_name, unquoted
from dovetail.lsp.features.reading import Reading
from dovetail.source import Span

BindingKind = Literal["assign", "append", "item", "key", "counter", "capture", "parameter", "section", "output"]

_OWN_NAMES: Mapping[str, Sequence[str]] = {
    "assign": ("var",),
    "append": ("var",),
    "foreach": ("item", "key"),
    "capture": ("assign", "append"),
}
_KINDS: Mapping[tuple[str, str], BindingKind] = {
    ("assign", "var"): "assign",
    ("append", "var"): "append",
    ("foreach", "item"): "item",
    ("foreach", "key"): "key",
    ("capture", "assign"): "capture",
    ("capture", "append"): "capture",
}


@dataclass(frozen=True, slots=True)
class Binding:
    """A variable is set here. `span` is its name, without `$`; `value` what it is set to, its spans from `inside`.

    `tag` is the tag that sets it, `scope` where it can be read.
    """

    name: str
    kind: BindingKind
    span: Span
    scope: Span
    tag: nodes.Tag
    value: nodes.Expression | None = None
    inside: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """A variable's name stands here (`span`, without `$`); `write`: it is set here. `room`: the scope it belongs to."""

    name: str
    span: Span
    write: bool
    room: int


@dataclass(frozen=True, slots=True)
class Call:
    """A template function is called (or, with `definition`, defined) here; `span` is its name."""

    name: str
    span: Span
    tag: nodes.Tag
    definition: bool


@dataclass(slots=True)
class Bindings:
    """All bindings and uses of a template, in the order of its text.

    What is read is looked for when somebody wants it: at each key only what is set is needed.
    """

    bindings: list[Binding] = field(default_factory=list[Binding])
    calls: list[Call] = field(default_factory=list[Call])
    written: list[Use] = field(default_factory=list[Use])
    unread: list[_Unread] = field(default_factory=list["_Unread"])
    text: str = ""
    _uses: list[Use] | None = None

    @property
    def uses(self) -> Sequence[Use]:
        """Every place of a variable's name."""
        if self._uses is None:
            found = [*self.written]
            for expression, inside, rooms in self.unread:
                _Reads(self.text, rooms, found).expression(expression, inside)
            self._uses = sorted(found, key=lambda use: use.span)
        return self._uses

    def of(self, name: str) -> Sequence[Binding]:
        """The bindings of a name."""
        return [binding for binding in self.bindings if binding.name == name]

    def nearest(self, name: str, offset: int) -> Binding | None:
        """What a variable most likely is at a place: the last binding before it that holds there, else any."""
        found: Binding | None = None
        for binding in self.bindings:
            if binding.name == name and binding.scope.start <= offset <= binding.scope.end:
                if binding.span.start > offset and found is not None:
                    break
                found = binding
        return found

    def visible(self, offset: int) -> Mapping[str, Binding]:
        """The variables that can be read at a place, by name."""
        found = dict[str, Binding]()
        for binding in self.bindings:
            if binding.span.end <= offset and binding.scope.start <= offset <= binding.scope.end:
                found[binding.name] = binding
        return found

    def use_at(self, offset: int) -> Use | None:
        """The use whose name stands at a place; the `$` before it counts."""
        for use in self.uses:
            if use.span.start - 1 <= offset <= use.span.end:
                return use
        return None

    def same(self, use: Use) -> Sequence[Use]:
        """All uses of the same variable."""
        return [other for other in self.uses if other.name == use.name and other.room == use.room]


def bindings_of(reading: Reading) -> Bindings:
    """The bindings of a template; use it by `reading.once(bindings_of)`."""
    walk = _Walk(Bindings(text=reading.text), [_Room(-1, Span(0, len(reading.text)), frozenset())])
    walk.functions = {call.name: call for call in _definitions(reading.tree.nodes)}
    walk.body(reading.tree.nodes, 0)
    walk.found.bindings.sort(key=lambda binding: binding.span)
    return walk.found


@dataclass(frozen=True, slots=True)
class _Room:
    """A scope: the template, or one {function} with the names that are its own."""

    number: int
    span: Span
    own: frozenset[str]


_Unread: TypeAlias = "tuple[nodes.Expression | nodes.Assignment, int, Sequence[_Room]]"
"""An expression whose variables nobody asked for yet, with where its spans count from and the rooms around it."""


def _room(rooms: Sequence[_Room], name: str) -> _Room:
    """The innermost room that a name belongs to."""
    for room in reversed(rooms):
        if name in room.own:
            return room
    return rooms[0]


@dataclass(slots=True)
class _Walk:
    found: Bindings
    rooms: list[_Room]
    functions: Mapping[str, Call] = field(default_factory=dict[str, Call])

    def body(self, body: Sequence[nodes.Node], base: int) -> None:
        for node in body:
            if isinstance(node, nodes.Tag):
                self.tag(node, base)

    def tag(self, tag: nodes.Tag, base: int) -> None:
        if tag.name == "function":
            self.function(tag, base)
            return
        self.head(tag, tag.head, base + tag.inside)
        for number, section in enumerate(tag.sections):
            if number:
                self.head(tag, section.head, base + section.inside)
            self.body(section.body, base)

    def function(self, tag: nodes.Tag, base: int) -> None:
        inside = base + tag.inside
        given = tag.head.attributes if isinstance(tag.head, nodes.Head) else ()
        own = set(_assigned(tag.sections))
        name = next((each for each in given if each.name in ("name", "")), None)
        own |= {each.name for each in given if each is not name and each.name}
        scope = Span(base + tag.span.start, base + tag.end)
        room = _Room(len(self.rooms) + tag.span.start, scope, frozenset(own))
        if name is not None:
            called = plain_name(name.value)
            if called is not None:
                span = unquoted(name.value, inside)
                self.found.calls.append(Call(called, span, tag, definition=True))
        for each in given:
            self.expression(each.value, inside)
        self.rooms.append(room)
        for each in given:
            if each is not name and each.name:
                start = inside + each.span.start
                span = Span(start, start + len(each.name))
                self.bind(Binding(each.name, "parameter", span, scope, tag, each.value, inside))
        for section in tag.sections:
            self.body(section.body, base)
        self.rooms.pop()

    def head(self, tag: nodes.Tag, head: nodes.AnyHead, inside: int) -> None:
        match head:
            case nodes.ForeachHead():
                self.expression(head.subject, inside)
                self.target(tag, head.key, "key", head.subject, inside)
                self.target(tag, head.item, "item", head.subject, inside)
                for attribute in head.attributes:
                    self.expression(attribute.value, inside)
            case nodes.ForHead():
                for start in head.starts:
                    self.expression(start.value, inside)
                    self.target(tag, start.target, "counter", start.value, inside)
                for part in (head.to, head.step, head.condition, head.next):
                    if part is not None:
                        self.expression(part, inside)
                for attribute in head.attributes:
                    self.expression(attribute.value, inside)
            case nodes.AssignToHead():
                self.expression(head.value, inside)
                self.target(tag, head.target, "assign", head.value, inside)
            case nodes.Head():
                self.plain_head(tag, head, inside)

    def plain_head(self, tag: nodes.Tag, head: nodes.Head, inside: int) -> None:
        if tag.name in self.functions:
            span = Span(inside, inside + len(tag.name))
            self.found.calls.append(Call(tag.name, span, tag, definition=False))
        value = head.value
        if not head.attributes and not head.uses and not isinstance(value, nodes.Assignment):
            # Most tags of a mail show a value, and that is all.
            if value is not None:
                self.expression(value, inside)
            return
        if isinstance(value, nodes.Assignment):
            self.expression(value.value, inside)
            self.target(tag, value.target, "assign", value.value, inside)
        elif value is not None:
            self.expression(value, inside)
        for use in head.uses:
            for argument in use.arguments:
                self.expression(argument, inside)
        spec = TAGS.get(tag.name)
        shorthand = list(spec.shorthand) if spec is not None else []
        named = {attribute.name for attribute in head.attributes if attribute.name}
        positional = [name for name in shorthand if name not in named]
        values = dict[str, nodes.Attribute]()
        for attribute in head.attributes:
            name = attribute.name or (positional.pop(0) if positional else "")
            values.setdefault(name, attribute)
        source = values.get("value") or values.get("from") or values.get("loop")
        setting = _OWN_NAMES.get(tag.name, ("assign",))
        for name, attribute in values.items():
            if name in setting:
                kind = _KINDS.get((tag.name, name), "output")
                self.name(tag, attribute, kind, source.value if source is not None else None, inside)
            elif tag.name == "section" and name == "name":
                self.name(tag, attribute, "section", source.value if source is not None else None, inside)
            else:
                self.expression(attribute.value, inside)

    # --- names

    def name(
        self, tag: nodes.Tag, attribute: nodes.Attribute, kind: BindingKind, value: nodes.Expression | None, inside: int
    ) -> None:
        """A name that an attribute gives: `assign=x`, `item="x"`."""
        name = plain_name(attribute.value)
        if name is None:
            self.expression(attribute.value, inside)
        elif name.isidentifier():
            self.bind(Binding(name, kind, unquoted(attribute.value, inside), self.scope(name), tag, value, inside))

    def target(
        self, tag: nodes.Tag, target: nodes.Expression | None, kind: BindingKind, value: nodes.Expression, inside: int
    ) -> None:
        """What an assignment sets: a variable, or an element of one."""
        if isinstance(target, nodes.Variable):
            span = Span(inside + target.span.start + 1, inside + target.span.end)
            self.bind(Binding(target.name, kind, span, self.scope(target.name), tag, value, inside))
        elif isinstance(target, nodes.Index):
            root: nodes.Expression = target
            while isinstance(root, nodes.Index):
                if root.key is not None:
                    self.expression(root.key, inside)
                root = root.base
            # An element is set; what else the variable has, it keeps.
            self.target(tag, root, "append", value, inside)
        elif target is not None:
            self.expression(target, inside)

    def bind(self, binding: Binding) -> None:
        self.found.bindings.append(binding)
        self.found.written.append(Use(binding.name, binding.span, True, _room(self.rooms, binding.name).number))

    def scope(self, name: str) -> Span:
        return _room(self.rooms, name).span

    def expression(self, node: nodes.Expression | nodes.Assignment, inside: int) -> None:
        self.found.unread.append((node, inside, tuple(self.rooms) if len(self.rooms) > 1 else self.rooms))
        for tag in _tags_within(node):
            # Tags within strings and values set variables too.
            self.body((tag,), inside)


@dataclass(slots=True)
class _Reads:
    """Finds the variables that an expression reads."""

    text: str
    rooms: Sequence[_Room]
    found: list[Use]

    def expression(self, node: nodes.Expression | nodes.Assignment, inside: int) -> None:
        match node:
            case nodes.Variable(name=name, span=span):
                self.add(name, Span(inside + span.start + 1, inside + span.end))
            case nodes.LoopProperty(name=name, span=span):
                self.add(name, Span(inside + span.start + 1, inside + span.start + 1 + len(name)))
            case nodes.SectionIndex(name=name, span=span):
                start = self.text.find(name, inside + span.start)
                self.add(name, Span(start, start + len(name)))
            case _:
                for child in children(node):
                    self.expression(child, inside)

    def add(self, name: str, span: Span) -> None:
        self.found.append(Use(name, span, False, _room(self.rooms, name).number))


_WITHIN: dict[int, tuple[object, tuple[nodes.Node, ...]]] = {}
_MOST_REMEMBERED = 20_000


def _tags_within(node: nodes.Expression | nodes.Assignment) -> tuple[nodes.Node, ...]:
    """The tags in the strings of an expression, remembered by the expression: equal tags share theirs."""
    known = _WITHIN.get(id(node))
    if known is not None and known[0] is node:
        return known[1]
    found = tuple(_find_tags(node))
    if len(_WITHIN) >= _MOST_REMEMBERED:
        _WITHIN.clear()
    _WITHIN[id(node)] = (node, found)
    return found


def _find_tags(node: nodes.Expression | nodes.Assignment) -> Iterator[nodes.Node]:
    if isinstance(node, nodes.Interpolated):
        yield from (part for part in node.parts if isinstance(part, nodes.Tag))
    elif isinstance(node, nodes.TagValue):
        yield node.tag
    else:
        for child in children(node):
            yield from _find_tags(child)


def _definitions(body: Sequence[nodes.Node]) -> Iterator[Call]:
    for node in body:
        if isinstance(node, nodes.Tag):
            if node.name == "function" and isinstance(node.head, nodes.Head):
                given = next((each for each in node.head.attributes if each.name in ("name", "")), None)
                name = plain_name(given.value) if given is not None else None
                if given is not None and name is not None:
                    yield Call(name, unquoted(given.value, node.inside), node, definition=True)
            for section in node.sections:
                yield from _definitions(section.body)


def _assigned(sections: Sequence[nodes.Section]) -> Iterator[str]:
    """The names that are set within a function's body."""
    for section in sections:
        for node in section.body:
            if isinstance(node, nodes.Tag) and node.name != "function":
                yield from _names_set(node)
                yield from _assigned(node.sections)


def _names_set(tag: nodes.Tag) -> Iterator[str]:
    targets = list[nodes.Expression | None]()
    match tag.head:
        case nodes.ForeachHead():
            targets += [tag.head.item, tag.head.key]
        case nodes.ForHead():
            targets += [start.target for start in tag.head.starts]
        case nodes.AssignToHead():
            targets.append(tag.head.target)
        case nodes.Head():
            if isinstance(tag.head.value, nodes.Assignment):
                targets.append(tag.head.value.target)
            for attribute in tag.head.attributes:
                if attribute.name in ("var", "assign", "item", "key") or (
                    not attribute.name and tag.name in ("assign", "append")
                ):
                    name = plain_name(attribute.value)
                    if name is not None:
                        yield name
    for target in targets:
        while isinstance(target, nodes.Index):
            target = target.base
        if isinstance(target, nodes.Variable):
            yield target.name
