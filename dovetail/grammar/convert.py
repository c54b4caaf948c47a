"""Lark's parse tree → our nodes. Knows rule names of smarty.lark and nothing else of Lark."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias, cast

from dovetail.grammar import nodes
from dovetail.grammar.nodes import Expression
from dovetail.source import Span


class Fragment(Protocol):
    """Parses template text that stands inside a tag, `offset` code points behind the tag's start."""

    def __call__(self, content: str, offset: int, *, quoted: bool) -> tuple[nodes.Node, ...]:
        """The nodes of the text; `quoted`: it is the content of a double-quoted string."""
        ...


class _Token(str):
    """What is used of a lark Token."""

    __slots__ = ("end_pos", "start_pos", "type")

    type: str
    start_pos: int
    end_pos: int


class _Meta(Protocol):
    start_pos: int
    end_pos: int
    empty: bool


class ParseTree(Protocol):
    """What is used of a lark Tree."""

    data: str
    children: list[Child]
    meta: _Meta


Child: TypeAlias = "ParseTree | _Token"

EQUALITY = {"eq": "==", "equiv": "===", "identical": "===", "ne": "!=", "neq": "!=", "<>": "!="}
ORDER = {"gt": ">", "gte": ">=", "ge": ">=", "lt": "<", "lte": "<=", "le": "<="}

_ESCAPE = re.compile(r"\\(['\\])")
_CASTS = {"integer": "int", "boolean": "bool", "double": "float", "real": "float", "binary": "string"}


def single_quoted(text: str) -> str:
    """The value of a single-quoted string's content: only `\\'` and `\\\\` are escapes."""
    return _ESCAPE.sub(r"\1", text).replace("\r\n", "\n").replace("\r", "\n") if "\\" in text or "\r" in text else text


def number(text: str) -> int | float:
    """PHP's reading of a number: octal with a leading zero, hexadecimal, floats as `5.` and `.5`."""
    if text[:2] in {"0x", "0X"}:
        return _whole(int(text, 16))
    # Python converts no text of more than 4,300 digits to an int; as a float any is fine.
    if "." in text or len(text) > 400:
        return float(text)
    if len(text) > 1 and text[0] == "0" and all(digit in "01234567" for digit in text):
        return _whole(int(text, 8))
    return _whole(int(text))


def _whole(value: int) -> int | float:
    """Past 64 bits PHP's whole numbers become floats."""
    if value <= 0x7FFFFFFFFFFFFFFF:
        return value
    try:
        return float(value)
    except OverflowError:
        return math.inf


class Converter:
    """Converts one tag. `text` is the tag's own text, of which the parse tree saw a masked copy."""

    def __init__(self, text: str, fragment: Fragment) -> None:
        self._text = text
        self._fragment = fragment

    # --- heads

    def head(self, tree: ParseTree) -> nodes.AnyHead:
        """The head that an entry rule stands for."""
        kids = tree.children
        match tree.data:
            case "output" | "condition":
                return nodes.Head(self._attributes(kids[1]), self._statement(_tree(kids[0])))
            case "tag":
                uses = tuple(self._modifier(_tree(kid)) for kid in kids if _tree(kid).data == "modifier")
                return nodes.Head(self._attributes(tree), None, uses)
            case "plain_attributes" | "foreach_attributes":
                return nodes.Head(self._attributes(kids[0]))
            case "assign_to":
                return nodes.AssignToHead(self._expression(kids[0]), self._expression(kids[1]))
            case "modifiers":
                return nodes.Head((), self._filters(tree))
            case "foreach_as":
                return nodes.ForeachHead(
                    self._expression(kids[0]), self._expression(kids[1]), None, self._attributes(kids[2])
                )
            case "foreach_as_key":
                key, item = self._expression(kids[1]), self._expression(kids[2])
                return nodes.ForeachHead(self._expression(kids[0]), item, key, self._attributes(kids[3]))
            case "foreach_in":
                token = _token(kids[0])
                item = nodes.Variable(_span(token), str(token)[1:])
                return nodes.ForeachHead(self._expression(kids[1]), item, None, self._attributes(kids[2]))
            case _:
                return self._for(tree)

    def _filters(self, tree: ParseTree) -> nodes.Modified:
        """`upper|replace:'a':'b'` of {setfilter}: modifiers without a value."""
        token = _token(tree.children[0])
        later = [_tree(kid) for kid in tree.children[1:]]
        arguments = tuple(self._argument(kid) for kid in later if kid.data in {"argument", "signed_argument"})
        first = nodes.ModifierUse(_span(tree), str(token), _span(token), arguments)
        uses = tuple(self._modifier(kid) for kid in later if kid.data == "modifier")
        return nodes.Modified(_span(tree), nodes.Constant(Span(0, 0), "", quoted=True), (first, *uses))

    def _for(self, tree: ParseTree) -> nodes.ForHead:
        kids = [_tree(kid) if not isinstance(kid, str) else None for kid in tree.children]
        parts = [kid for kid in kids if kid is not None]
        starts = tuple(self._assignment(_tree(kid)) for kid in parts[0].children)
        attributes = self._attributes(parts[-1])
        if tree.data == "for_to":
            return nodes.ForHead(starts, self._expression(parts[1]), None, None, None, attributes)
        if tree.data == "for_to_step":
            return nodes.ForHead(starts, self._expression(parts[1]), self._expression(parts[2]), None, None, attributes)
        following = _tree(parts[2].children[0])
        then = self._assignment(following) if following.data == "assignment" else self._expression(following)
        assert isinstance(then, nodes.Assignment | nodes.Step)
        return nodes.ForHead(starts, None, None, self._expression(parts[1]), then, attributes)

    def _statement(self, tree: ParseTree) -> Expression | nodes.Assignment:
        child = tree.children[0]
        if not isinstance(child, str) and child.data == "assignment":
            return self._assignment(child)
        return self._expression(child)

    def _assignment(self, tree: ParseTree) -> nodes.Assignment:
        return nodes.Assignment(_span(tree), self._expression(tree.children[0]), self._expression(tree.children[-1]))

    def _attributes(self, child: Child) -> tuple[nodes.Attribute, ...]:
        found: list[nodes.Attribute] = []
        for item in _tree(child).children:
            tree = _tree(item)
            if tree.data == "modifier":
                continue
            if tree.data == "named":
                token = _token(tree.children[0])
                name = str(token).rstrip("=").rstrip()
                found.append(nodes.Attribute(_span(tree), name, self._expression(tree.children[1])))
            else:
                found.append(nodes.Attribute(_span(tree), "", self._expression(tree.children[0])))
        return tuple(found)

    # --- expressions

    def _expression(self, child: Child) -> Expression:
        if isinstance(child, str):
            raise AssertionError(f"no expression: {child.type}")
        span = _span(child)
        kids = child.children
        match child.data:
            case "variable":
                return self._variable(child)
            case "number":
                return nodes.Constant(span, number(str(kids[0])))
            case "single":
                return nodes.Constant(span, single_quoted(str(kids[0])[1:-1]), quoted=True)
            case "double":
                return self._double(span)
            case "word":
                return _word(span, str(kids[0]))
            case "group":
                return nodes.Group(span, self._expression(kids[0]))
            case "modified":
                uses = tuple(self._modifier(_tree(kid)) for kid in kids[1:])
                return nodes.Modified(span, self._expression(kids[0]), uses)
            case "binary":
                left, token, right = kids
                operator = str(token).lower()
                operator = EQUALITY.get(operator) or ORDER.get(operator) or ("%" if operator == "mod" else operator)
                return nodes.Binary(span, operator, self._expression(left), self._expression(right))
            case "and_" | "or_" | "xor" | "coalesce" | "matches":
                operator = {"and_": "&&", "or_": "||", "xor": "xor", "coalesce": "??", "matches": "matches"}[child.data]
                return nodes.Binary(span, operator, self._expression(kids[0]), self._expression(kids[1]))
            case "unary":
                operator = re.sub(r"[\s()]", "", str(kids[0]).lower())
                operator = "!" if operator == "not" else operator
                operand = self._expression(kids[1])
                if _token(kids[0]).type == "CAST":
                    operator = f"({_CASTS.get(operator, operator)})"
                return nodes.Unary(span, operator, operand)
            case "ternary":
                condition, then, otherwise = kids
                return nodes.Ternary(
                    span, self._expression(condition), self._expression(then), self._expression(otherwise)
                )
            case "ternary_short":
                return nodes.Ternary(span, self._expression(kids[0]), None, self._expression(kids[1]))
            case "test" | "test_by" | "test_in":
                return self._test(span, kids)
            case "step_after" | "step_before":
                return self._step(span, child)
            case "call" | "array":
                return self._collection(span, child)
            case "config":
                return nodes.ConfigVariable(span, _word(span, str(kids[0])[1:-1]))
            case "config_variable":
                return nodes.ConfigVariable(span, self._expression(kids[0]))
            case "tag_value":
                head = self.head(_tree(kids[0]))
                return nodes.TagValue(span, nodes.Tag(span, 0, "", head, (), span.end))
            case "named_tag_value":
                found = self._fragment(self._text[span.start : span.end], span.start, quoted=False)
                return nodes.TagValue(span, found[0])
            case "instance_of":
                # Data are plain values, never objects of a PHP class.
                return nodes.Constant(span, False)
            case "static":
                return nodes.Refused(span, "static", self._text[span.start : span.end])
            case _:
                return self._expression(kids[0])

    def _modifier(self, tree: ParseTree) -> nodes.ModifierUse:
        token = _token(tree.children[0])
        name = str(token)[1:].strip().lstrip("@").strip()
        name_span = Span(token.end_pos - len(name), token.end_pos)
        arguments = tuple(self._argument(_tree(kid)) for kid in tree.children[1:])
        return nodes.ModifierUse(_span(tree), name, name_span, arguments)

    def _argument(self, tree: ParseTree) -> Expression:
        inner = tree.children
        value = self._expression(inner[-1])
        if tree.data == "signed_argument":
            return nodes.Unary(_span(tree), str(inner[-2]), value)
        return value

    def _test(self, span: Span, kids: Sequence[Child]) -> nodes.Test:
        words = str(kids[1]).lower().split()
        negated = "not" in words
        kind = next(word for word in words if word in {"even", "odd", "div", "in"})
        by = self._expression(kids[2]) if len(kids) > 2 else None
        return nodes.Test(span, cast(Literal["even", "odd", "div", "in"], kind), negated, self._expression(kids[0]), by)

    def _step(self, span: Span, tree: ParseTree) -> nodes.Step:
        first, second = tree.children
        prefix = tree.data == "step_before"
        token, target = (first, second) if prefix else (second, first)
        operator: Literal["++", "--"] = "++" if str(token) == "++" else "--"
        return nodes.Step(span, self._expression(target), operator, prefix)

    def _collection(self, span: Span, tree: ParseTree) -> Expression:
        found: list[nodes.ArrayItem] = []
        holder = next(kid for kid in tree.children if not isinstance(kid, str))
        for item in _tree(holder).children:
            if isinstance(item, str):
                continue
            if item.data == "keyed_item":
                found.append(nodes.ArrayItem(self._key(item.children[0]), self._expression(item.children[1])))
            else:
                found.append(nodes.ArrayItem(None, self._expression(item.children[0])))
        if tree.data == "array":
            return nodes.ArrayLiteral(span, tuple(found))
        name = str(tree.children[0])[:-1]
        return (
            nodes.ArrayLiteral(span, tuple(found)) if name.lower() == "array" else nodes.Call(span, name, tuple(found))
        )

    def _key(self, child: Child) -> Expression:
        """The key of an array element: an unquoted word is a string there, `true` and `null` too."""
        if not isinstance(child, str) and child.data == "word":
            return nodes.Constant(_span(child), str(child.children[0]), quoted=True)
        return self._expression(child)

    def _double(self, span: Span) -> Expression:
        content = self._text[span.start + 1 : span.end - 1]
        parts = self._fragment(content, span.start + 1, quoted=True)
        if not parts:
            return nodes.Constant(span, "", quoted=True)
        if len(parts) == 1 and isinstance(parts[0], nodes.Text):
            return nodes.Constant(span, parts[0].text, quoted=True)
        return nodes.Interpolated(span, parts)

    # --- variables

    def _variable(self, tree: ParseTree) -> Expression:
        result: Expression = self._root(_tree(tree.children[0]))
        start = result.span.start
        for kid in tree.children[1:]:
            result = self._segment(result, start, _tree(kid))
        return result

    def _root(self, tree: ParseTree) -> Expression:
        span = _span(tree)
        if tree.data == "var":
            return nodes.Variable(span, str(tree.children[0])[1:])
        parts: list[Expression] = []
        for kid in tree.children:
            if isinstance(kid, str):
                if str(kid) != "$":
                    parts.append(nodes.Constant(_span(kid), str(kid)[1:]))
            elif kid.data == "part_text":
                parts.append(nodes.Constant(_span(kid), str(kid.children[0])))
            else:
                parts.append(self._expression(kid.children[0]))
        return nodes.VariableVariable(span, tuple(parts))

    def _segment(self, base: Expression, start: int, tree: ParseTree) -> Expression:
        span = Span(start, _span(tree).end)
        kids = tree.children
        text = str(kids[0]) if kids else ""
        match tree.data:
            case "dot_key":
                return nodes.Index(span, base, _dot_key(_span(tree), text[1:]), "dot")
            case "dot_var":
                inner = _span(tree)
                return nodes.Index(span, base, nodes.Variable(Span(inner.start + 1, inner.end), text[2:]), "dot")
            case "dot_var_property":
                return nodes.Index(span, base, nodes.LoopProperty(_span(tree), text[2:], str(kids[1])[1:]), "dot")
            case "dot_expr":
                return nodes.Index(span, base, self._expression(kids[0]), "dot")
            case "section":
                word = next(str(kid) for kid in kids if isinstance(kid, str) and kid.type == "SECTION")
                name, _, prop = word.partition(".")
                return nodes.Index(span, base, nodes.SectionIndex(_span(tree), name, prop), "bracket")
            case "bracket":
                inner_tree = next(kid for kid in kids if not isinstance(kid, str))
                return nodes.Index(span, base, self._expression(inner_tree), "bracket")
            case "append":
                return nodes.Index(span, base, None, "bracket")
            case "arrow":
                return nodes.Index(span, base, nodes.Constant(_span(tree), text[2:].strip()), "arrow")
            case "arrow_var":
                inner = _span(tree)
                name = text[2:].strip()[1:]
                return nodes.Index(
                    span, base, nodes.Variable(Span(inner.end - len(name) - 1, inner.end), name), "arrow"
                )
            case "method":
                return nodes.Refused(span, "method", self._text[span.start : span.end])
            case "arrow_dynamic":
                return nodes.Refused(span, "dynamic-member", self._text[span.start : span.end])
            case _:
                name = base.name if isinstance(base, nodes.Variable) else ""
                return nodes.LoopProperty(span, name, text[1:])


def _word(span: Span, name: str) -> Expression:
    known: dict[str, None | bool] = {"true": True, "false": False, "null": None}
    lower = name.lower()
    return nodes.Constant(span, known[lower]) if lower in known else nodes.Word(span, name)


def _dot_key(span: Span, text: str) -> nodes.Constant:
    """`.5` is the integer 5 (`.05` octal in PHP, `.5a` a name)."""
    if text.isdigit():
        return nodes.Constant(span, number(text))
    return nodes.Constant(span, text)


def _tree(child: Child) -> ParseTree:
    assert not isinstance(child, str)
    return child


def _token(child: Child) -> _Token:
    assert isinstance(child, str)
    return child


def _span(item: Child) -> Span:
    if isinstance(item, str):
        return Span(item.start_pos, item.end_pos)
    if item.meta.empty:
        return Span(0, 0)
    return Span(item.meta.start_pos, item.meta.end_pos)
