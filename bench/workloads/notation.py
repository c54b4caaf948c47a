"""The neutral notation in which each workload is written once, and its tree.

    {{ expression | filter:argument }}      output, escaped (money, truncate:N, default:"x", upper)
    {% if c %} {% elif c %} {% else %} {% endif %}   {% for x in path %} {% endfor %}
    {% set v = arithmetic %}   {% include name %}

`emitters` turns the tree into the idiomatic source of every engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
_TOKEN = re.compile(r"""\s*(?:(\d+\.\d+|\d+)|"([^"]*)"|'([^']*)'|([A-Za-z_][\w.]*)|(==|!=|<=|>=|[<>+\-*/()|:]))""")


@dataclass(frozen=True, slots=True)
class Path:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Expression
    right: Expression


Expression: TypeAlias = "Path | Value | Binary"


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    arguments: tuple[str | int | float, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Out:
    value: Expression
    filters: tuple[Filter, ...]


@dataclass(slots=True)
class If:
    branches: list[tuple[Expression, list[Node]]] = field(default_factory=list["tuple[Expression, list[Node]]"])
    otherwise: list[Node] | None = None


@dataclass(frozen=True, slots=True)
class For:
    variable: str
    over: Expression
    body: list[Node]


@dataclass(frozen=True, slots=True)
class Set:
    variable: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Include:
    name: str


Node: TypeAlias = "Text | Out | If | For | Set | Include"


class _Reader:
    """One tag's expression, by recursive descent."""

    def __init__(self, text: str) -> None:
        self.tokens: list[Path | Value | str] = []
        text, at = text.strip(), 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise SyntaxError(text[at:])
            at = found.end()
            number, double, single, name, operator = found.groups()
            if number is not None:
                self.tokens.append(Value(float(number) if "." in number else int(number)))
            elif name is not None:
                self.tokens.append(Path(tuple(name.split("."))))
            elif operator is not None:
                self.tokens.append(operator)
            else:
                self.tokens.append(Value(double if double is not None else single))
        self.at = 0

    def _accept(self, *operators: str) -> str | None:
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            word = token.names[0] if isinstance(token, Path) and len(token.names) == 1 else token
            if isinstance(word, str) and word in operators:
                self.at += 1
                return word
        return None

    def _left(self, part: Callable[[], Expression], *operators: str) -> Expression:
        made = part()
        while operator := self._accept(*operators):
            made = Binary(operator, made, part())
        return made

    def expression(self) -> Expression:
        return self._left(self._all, "or")

    def _all(self) -> Expression:
        return self._left(self._comparison, "and")

    def _comparison(self) -> Expression:
        return self._left(self._sum, "==", "!=", "<", ">", "<=", ">=")

    def _sum(self) -> Expression:
        return self._left(self._product, "+", "-")

    def _product(self) -> Expression:
        return self._left(self._atom, "*")

    def _atom(self) -> Expression:
        token = self.tokens[self.at]
        self.at += 1
        if not isinstance(token, str):
            return token
        inner = self.expression()
        if token != "(" or not self._accept(")"):
            raise SyntaxError(token)
        return inner

    def output(self) -> Out:
        value = self.expression()
        filters: list[Filter] = []
        while self._accept("|"):
            name = self._atom()
            arguments: list[str | int | float] = []
            while self._accept(":"):
                argument = self._atom()
                if not isinstance(argument, Value):
                    raise SyntaxError("a filter's argument is a literal")
                arguments.append(argument.value)
            if not isinstance(name, Path):
                raise SyntaxError("a filter has a name")
            filters.append(Filter(name.names[0], tuple(arguments)))
        return Out(value, tuple(filters))


@dataclass(slots=True)
class _Open:
    """An `if` or `for` whose end is still to come."""

    condition: Expression | None
    made: If | None
    variable: str = ""


def parse(text: str, load: Callable[[str], str] | None = None) -> list[Node]:
    """The tree of a template; with `load`, included templates stand in their place."""
    bodies: list[list[Node]] = [[]]
    open_blocks: list[_Open] = []
    at = 0
    for found in _TAG.finditer(text):
        if found.start() > at:
            bodies[-1].append(Text(text[at : found.start()]))
        at = found.end()
        if found[1] is not None:
            bodies[-1].append(_Reader(found[1]).output())
            continue
        word, _, rest = found[2].strip().partition(" ")
        if word == "set":
            name, _, value = rest.partition("=")
            bodies[-1].append(Set(name.strip(), _Reader(value).expression()))
        elif word == "include":
            name = rest.strip()
            bodies[-1].extend(parse(load(name), load) if load else [Include(name)])
        else:
            _block(word, rest, bodies, open_blocks)
    if at < len(text):
        bodies[-1].append(Text(text[at:]))
    if open_blocks:
        raise SyntaxError("a block is not closed")
    return bodies[0]


def _block(word: str, rest: str, bodies: list[list[Node]], open_blocks: list[_Open]) -> None:
    if word == "if":
        open_blocks.append(_Open(_Reader(rest).expression(), If()))
        bodies.append([])
        return
    if word == "for":
        name, _, over = rest.partition(" in ")
        open_blocks.append(_Open(_Reader(over).expression(), None, name.strip()))
        bodies.append([])
        return
    block, body = open_blocks[-1], bodies.pop()
    made = block.made
    if made is None:
        if word != "endfor" or block.condition is None:
            raise SyntaxError(word)
        bodies[-1].append(For(open_blocks.pop().variable, block.condition, body))
        return
    if block.condition is None:
        made.otherwise = body
    else:
        made.branches.append((block.condition, body))
    if word == "endif":
        open_blocks.pop()
        bodies[-1].append(made)
        return
    block.condition = _Reader(rest).expression() if word == "elif" else None
    bodies.append([])


def assigned(nodes: list[Node]) -> list[str]:
    """The variables that a template sets, each once, in order."""
    return list(dict.fromkeys(_assigned(nodes)))


def _assigned(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Set(variable, _):
                yield variable
            case If(branches, otherwise):
                for _, body in branches:
                    yield from _assigned(body)
                yield from _assigned(otherwise or [])
            case For(_, _, body):
                yield from _assigned(body)
            case _:
                pass
