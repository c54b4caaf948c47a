"""The tree: frozen, slotted values with spans.

Spans of a template's own nodes (`Text`, `Tag`, …) are offsets in the text they were parsed from. Spans of
what stands inside a tag are offsets from the tag's `inside`, so that equal tags share one parse. The tags
in a double-quoted string are nodes of the second kind again, relative to the same `inside`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from dovetail.grammar.slots import set_directly
from dovetail.source import Source, Span

# Expressions ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a single-quoted string, true, false or null. `quoted`: written as a string."""

    span: Span
    value: None | bool | int | float | str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A value that was worked out beforehand, when a template was specialised; no source says one."""

    span: Span
    value: object


@dataclass(frozen=True, slots=True)
class Word:
    """An unquoted word, which is a string unless it names a constant."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A double-quoted string: text and tags."""

    span: Span
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class VariableVariable:
    """`$a{$i}b`: a variable whose name is put together from text and values."""

    span: Span
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """`base.key`, `base[key]`, `base->key`: all read an element. `key` None is `base[]`."""

    span: Span
    base: Expression
    key: Expression | None
    style: Literal["dot", "bracket", "arrow"]


@dataclass(frozen=True, slots=True)
class SectionIndex:
    """The key in `$list[name]` or `$list[name.property]`: a `{section}`'s running index."""

    span: Span
    name: str
    property: str


@dataclass(frozen=True, slots=True)
class LoopProperty:
    """`$item@index`."""

    span: Span
    name: str
    property: str


@dataclass(frozen=True, slots=True)
class ConfigVariable:
    """`#name#`."""

    span: Span
    name: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """`count($x)`."""

    span: Span
    name: str
    arguments: tuple[ArrayItem, ...]


@dataclass(frozen=True, slots=True)
class ArrayItem:
    """One element of an array or one argument."""

    key: Expression | None
    value: Expression


@dataclass(frozen=True, slots=True)
class ArrayLiteral:
    """`[1, 'a' => 2]`."""

    span: Span
    items: tuple[ArrayItem, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`( … )`."""

    span: Span
    inner: Expression


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `+x`, `!x`, and casts as `(int)`."""

    span: Span
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Step:
    """`$i++`, `--$i`: changes the variable. Smarty prints the old value for the postfix form."""

    span: Span
    target: Expression
    operator: Literal["++", "--"]
    prefix: bool


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary operator under its canonical spelling (`and` is `&&`, `eq` is `==`)."""

    span: Span
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Test:
    """`is even`, `is not div by 3`, `is in $list`."""

    span: Span
    kind: Literal["even", "odd", "div", "in"]
    negated: bool
    subject: Expression
    by: Expression | None


@dataclass(frozen=True, slots=True)
class Ternary:
    """`a ? b : c`; `then` None is `a ?: c`."""

    span: Span
    condition: Expression
    then: Expression | None
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class ModifierUse:
    """`|name:argument`."""

    span: Span
    name: str
    name_span: Span
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Modified:
    """A value with its chain of modifiers."""

    span: Span
    base: Expression
    uses: tuple[ModifierUse, ...]


@dataclass(frozen=True, slots=True)
class TagValue:
    """`{$x = {counter}}`: the output of a tag as a value."""

    span: Span
    tag: Node


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that parses and is left out on purpose: static calls, methods, `new`."""

    span: Span
    what: Literal["static", "method", "dynamic-member", "stream"]
    text: str


Expression: TypeAlias = (
    Constant
    | Known
    | Word
    | Interpolated
    | Variable
    | VariableVariable
    | Index
    | SectionIndex
    | LoopProperty
    | ConfigVariable
    | Call
    | ArrayLiteral
    | Group
    | Unary
    | Step
    | Binary
    | Test
    | Ternary
    | Modified
    | TagValue
    | Refused
)

# What stands in a tag ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assignment:
    """`$x.a = value`."""

    span: Span
    target: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name=value`; `name` '' for a value without a name (a shorthand or a flag such as `nofilter`)."""

    span: Span
    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in a tag behind its name; `uses` are modifiers right behind it, `{counter|…}`."""

    attributes: tuple[Attribute, ...] = ()
    value: Expression | Assignment | None = None
    uses: tuple[ModifierUse, ...] = ()


BROKEN_HEAD = Head()
"""The head of a block tag that could not be read (told apart by identity): the finding is made already."""


@dataclass(frozen=True, slots=True)
class ForeachHead:
    """`$list as $key => $item`, `$item in $list`, with the attributes that follow."""

    subject: Expression
    item: Expression
    key: Expression | None
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class ForHead:
    """`$i=1 to 10 step 2` (`to` set) or `$i=0; $i<10; $i++` (`condition` set)."""

    starts: tuple[Assignment, ...]
    to: Expression | None
    step: Expression | None
    condition: Expression | None
    next: Assignment | Step | None
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class AssignToHead:
    """`{assign value to $x}`, Copernica's form."""

    value: Expression
    target: Expression


AnyHead: TypeAlias = Head | ForeachHead | ForHead | AssignToHead

# Template ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Text as it stands in the source; `settled`: as it is printed, the rules for line ends were applied to it."""

    span: Span
    text: str
    settled: bool = False


@dataclass(frozen=True, slots=True)
class LiteralRegion:
    """`{literal}…{/literal}`; `text` is what stands between."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Comment:
    """`{* … *}`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a block: from its tag (`{if …}`, `{else}`) to the next."""

    span: Span
    inside: int
    name: str
    head: AnyHead
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag. `name` '' is an output or assignment; blocks have `sections`, the first of which is their own.

    `span` is the opening tag (for a block too), `end` where the whole construct ends. `inside` is the
    offset from which the spans of `head` count.
    """

    span: Span
    inside: int
    name: str
    head: AnyHead
    sections: tuple[Section, ...] = ()
    end: int = 0


@dataclass(frozen=True, slots=True)
class BrokenTag:
    """A tag that could not be read; its diagnostic is among the tree's."""

    span: Span
    text: str


Node: TypeAlias = Text | LiteralRegion | Comment | Tag | BrokenTag


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole template."""

    source: Source
    nodes: tuple[Node, ...]


set_directly(Text, Tag, Section, Head, Attribute, Variable, Index, Constant, Modified, ModifierUse, Binary)
