"""GraphQL documents of the settings, read as far as needed: variables, and what is selected where. Pure.

The grammar is that of the GraphQL specification (October 2021), section 2, for one query and its fragments. What
a template gives never becomes a part of a document: keys and values travel as variables only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

_TOKEN = re.compile(
    r"[\s,﻿]+|#[^\n\r]*"
    r'|(?P<text>"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\n\r])*")'
    r"|(?P<name>[_A-Za-z][_0-9A-Za-z]*)"
    r"|(?P<number>-?[0-9][0-9A-Za-z.+-]*)"
    r"|(?P<mark>\.\.\.|[!$&()\[\]{}:=@|])"
)
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `kind` is text, name, number or mark; `start` and `end` are offsets in the document."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a query: its type as written (`[ID!]!`), the named type in it, and whether it is a list."""

    name: str
    type: str
    named: str
    many: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """A selected field, a spread (`spread` names its fragment), or an inline fragment (`field` is '').

    `field` is the schema's name and `key` the name in the reply; `on` the type condition of an inline fragment.
    """

    field: str = ""
    key: str = ""
    spread: str = ""
    on: str = ""
    inside: tuple[Selection, ...] = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A query with its fragments. `span`: where the query begins and ends; `directives` are those of all of it."""

    text: str
    name: str = ""
    variables: tuple[Variable, ...] = ()
    selections: tuple[Selection, ...] = ()
    fragments: Mapping[str, Selection] = field(default_factory=dict[str, Selection])
    tokens: tuple[Token, ...] = ()
    span: tuple[int, int] = (0, 0)
    directives: str = ""

    def inside(self, selections: Sequence[Selection], on: str = "") -> Iterator[tuple[str, Selection]]:
        """The fields of a selection, those of its fragments among them, each with the type that it is of ('': its
        parent's).
        """
        return self._fields(selections, on, frozenset())

    def _fields(
        self, selections: Sequence[Selection], on: str, through: frozenset[str]
    ) -> Iterator[tuple[str, Selection]]:
        for each in selections:
            if each.field:
                yield on, each
            elif not each.spread:
                yield from self._fields(each.inside, each.on or on, through)
            elif each.spread in self.fragments and each.spread not in through:
                fragment = self.fragments[each.spread]
                yield from self._fields(fragment.inside, fragment.on, through | {each.spread})

    def below(self, names: Sequence[str]) -> Iterator[tuple[str, Selection]] | None:
        """The fields at a place of the reply; None where nothing is selected there. Positions count as nothing."""
        selections = self.selections
        for name in names:
            if name.isdigit():
                continue
            chosen = next((each for _, each in self.inside(selections) if each.key == name), None)
            if chosen is None:
                return None
            selections = chosen.inside
        return self.inside(selections)

    def variable(self, name: str) -> Variable | None:
        """A variable that the query declares."""
        return next((each for each in self.variables if each.name == name), None)


def parse(text: str) -> Document:
    """Read a document.

    Raises:
        ValueError: it is no document with one query; the message is a part of a sentence.
    """
    reader = _Reader(text, _tokens(text))
    return reader.document()


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"{_place(text, at)} stands something that GraphQL does not know")
        if match.lastgroup is not None:
            found.append(Token(match.lastgroup, match[0], at, match.end()))
        at = match.end()
    return found


def _place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f"in line {line}, column {at - (text.rfind(chr(10), 0, at) + 1) + 1}"


@dataclass(slots=True)
class _Reader:
    text: str
    tokens: Sequence[Token]
    at: int = 0

    def document(self) -> Document:
        query: Document | None = None
        fragments: dict[str, Selection] = {}
        while self.at < len(self.tokens):
            word = self.tokens[self.at].text
            if word == "fragment":
                name, fragment = self._fragment()
                fragments[name] = fragment
            elif word in {"query", "{"}:
                if query is not None:
                    raise ValueError("it has more than one query")
                query = self._query()
            elif word in {"mutation", "subscription"}:
                raise ValueError(f"it is a {word}: only queries are sent")
            else:
                raise self._unexpected("query")
        if query is None:
            raise ValueError("it has no query")
        return replace(query, text=self.text, fragments=fragments, tokens=tuple(self.tokens))

    def _query(self) -> Document:
        start = self.tokens[self.at].start
        name, directives = "", ""
        variables: tuple[Variable, ...] = ()
        if self._peek() == "query":
            self.at += 1
            if self._kind() == "name":
                name = self._name()
            if self._peek() == "(":
                variables = self._variables()
            first = self.at
            self._directives()
            if self.at > first:
                directives = self.text[self.tokens[first].start : self.tokens[self.at - 1].end]
        selections = self._selections(0)
        span = (start, self.tokens[self.at - 1].end)
        return Document("", name, variables, selections, span=span, directives=directives)

    def _fragment(self) -> tuple[str, Selection]:
        start = self.tokens[self.at].start
        self.at += 1
        name = self._name()
        self._take("on")
        on = self._name()
        self._directives()
        inside = self._selections(0)
        return name, Selection(on=on, inside=inside, start=start, end=self.tokens[self.at - 1].end)

    def _variables(self) -> tuple[Variable, ...]:
        self._take("(")
        found: list[Variable] = []
        while self._peek() != ")":
            self._take("$")
            name = self._name()
            self._take(":")
            start = self.at
            while self._peek() in {"[", "]", "!"} or (self._kind() == "name" and not self._complete(start)):
                self.at += 1
            written = "".join(token.text for token in self.tokens[start : self.at])
            named = written.strip("[]!")
            if not named or written.count("[") != written.count("]"):
                raise self._unexpected("a type")
            found.append(Variable(name, written, named, written.startswith("[")))
            if self._peek() == "=":
                self.at += 1
                self._value()
            self._directives()
        self._take(")")
        return tuple(found)

    def _complete(self, start: int) -> bool:
        return any(token.kind == "name" for token in self.tokens[start : self.at])

    def _value(self) -> None:
        if self._peek() in {"[", "{"}:
            self._balanced()
        elif self._peek() == "$":
            self.at += 2
        elif self._kind() in {"text", "name", "number"}:
            self.at += 1
        else:
            raise self._unexpected("a value")

    def _balanced(self) -> None:
        """Pass over brackets with all that is in them."""
        waiting = [_CLOSES[self._peek()]]
        self.at += 1
        while waiting:
            word = self._peek()
            if word in _CLOSES:
                waiting.append(_CLOSES[word])
            elif word in {")", "]", "}"} and word != waiting.pop():
                raise self._unexpected("another bracket")
            elif not word:
                raise self._unexpected(waiting[-1])
            self.at += 1

    def _directives(self) -> None:
        while self._peek() == "@":
            self.at += 1
            self._name()
            if self._peek() == "(":
                self._balanced()

    def _selections(self, depth: int) -> tuple[Selection, ...]:
        if depth > _DEEPEST:
            raise ValueError(f"its selections are nested more than {_DEEPEST} deep")
        self._take("{")
        found: list[Selection] = []
        while self._peek() != "}":
            found.append(self._selection(depth))
        self._take("}")
        if not found:
            raise ValueError("it selects nothing within { }")
        return tuple(found)

    def _selection(self, depth: int) -> Selection:
        start = self.tokens[self.at].start if self.at < len(self.tokens) else 0
        name = key = spread = on = ""
        inside: tuple[Selection, ...] = ()
        if self._peek() == "...":
            self.at += 1
            if self._peek() == "on":
                self.at += 1
                on = self._name()
            elif self._kind() == "name":
                spread = self._name()
        else:
            name = key = self._name()
            if self._peek() == ":":
                self.at += 1
                name = self._name()
            if self._peek() == "(":
                self._balanced()
        self._directives()
        if not spread and (self._peek() == "{" or not name):
            inside = self._selections(depth + 1)
        return Selection(name, key, spread, on, inside, start, self.tokens[self.at - 1].end)

    def _peek(self) -> str:
        # A text that is spelled like a mark is in quotes.
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def _take(self, wanted: str) -> None:
        if self._peek() != wanted:
            raise self._unexpected(wanted)
        self.at += 1

    def _name(self) -> str:
        if self._kind() != "name":
            raise self._unexpected("a name")
        self.at += 1
        return self.tokens[self.at - 1].text

    def _unexpected(self, wanted: str) -> ValueError:
        if self.at >= len(self.tokens):
            return ValueError(f"it ends where {wanted} should be")
        token = self.tokens[self.at]
        return ValueError(f"{_place(self.text, token.start)} stands `{token.text[:30]}` where {wanted} should be")
