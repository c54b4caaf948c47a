"""The actions of the rules for values and operators."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from dovetail.grammar import nodes
from dovetail.grammar.conversion import Conversion, Method, Parts, recorder
from dovetail.grammar.lalr import Action
from dovetail.source import Span

_EQUALITY = {"eq": "==", "equiv": "===", "identical": "===", "ne": "!=", "neq": "!=", "<>": "!="}
_ORDER = {"gt": ">", "gte": ">=", "ge": ">=", "lt": "<", "lte": "<=", "le": "<="}

CANONICAL: Final[Mapping[str, str]] = {**_EQUALITY, **_ORDER, "mod": "%"}
"""Operators that have a second spelling."""
_ESCAPE = re.compile(r"\\(['\\])")
_NOISE = re.compile(r"[\s()]")
_CASTS = {"integer": "int", "boolean": "bool", "double": "float", "real": "float", "binary": "string"}
KNOWN_WORDS: Final[Mapping[str, None | bool]] = {"true": True, "false": False, "null": None}
_Kind: TypeAlias = Literal["even", "odd", "div", "in"]
_KINDS: Final[Mapping[str, _Kind]] = {"even": "even", "odd": "odd", "div": "div", "in": "in"}

VALUES: dict[str, Action] = {}
_makes = recorder(VALUES)


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


def dot_key(name: str) -> int | float | str:
    """The key that stands behind a dot: `.5` is the integer 5 (`.05` octal in PHP, `.5a` a name)."""
    return number(name) if name.isdigit() else name


def _whole(value: int) -> int | float:
    """Past 64 bits PHP's whole numbers become floats."""
    if value <= 0x7FFFFFFFFFFFFFFF:
        return value
    try:
        return float(value)
    except OverflowError:
        return math.inf


@_makes("binary")
def _binary(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Binary:
    left, token, right = parts
    operator: str = token.lower()
    return nodes.Binary(Span(start, end), CANONICAL.get(operator, operator), left, right)


def _operator(name: str) -> Method:
    def action(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Binary:
        left, right = parts
        return nodes.Binary(Span(start, end), name, left, right)

    return action


VALUES.update(
    {
        "and_": _operator("&&"),
        "or_": _operator("||"),
        "xor": _operator("xor"),
        "coalesce": _operator("??"),
        "matches": _operator("matches"),
    }
)


@_makes("unary")
def _unary(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Unary:
    token, operand = parts
    operator = _NOISE.sub("", token.lower())
    operator = "!" if operator == "not" else operator
    if token.startswith("("):
        operator = f"({_CASTS.get(operator, operator)})"
    return nodes.Unary(Span(start, end), operator, operand)


@_makes("ternary")
def _ternary(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Ternary:
    condition, then, otherwise = parts
    return nodes.Ternary(Span(start, end), condition, then, otherwise)


@_makes("ternary_short")
def _ternary_short(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Ternary:
    condition, otherwise = parts
    return nodes.Ternary(Span(start, end), condition, None, otherwise)


@_makes("test", "test_by", "test_in")
def _test(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Test:
    subject, token, *by = parts
    words: list[str] = token.lower().split()
    kind: _Kind = next(_KINDS[word] for word in words if word in _KINDS)
    return nodes.Test(Span(start, end), kind, "not" in words, subject, by[0] if by else None)


@_makes("instance_of")
def _instance_of(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Constant:
    # Data are plain values, never objects of a PHP class.
    return nodes.Constant(Span(start, end), False)


@_makes("modified")
def _modified(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Modified:
    return nodes.Modified(Span(start, end), parts[0], tuple(parts[1:]))


@_makes("modifier")
def _modifier(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ModifierUse:
    token = parts[0]
    name = token[1:].lstrip("@")
    behind = start + len(token)
    return nodes.ModifierUse(Span(start, end), name, Span(behind - len(name), behind), tuple(parts[1:]))


@_makes("signed_argument")
def _signed(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Unary:
    sign, value = parts
    return nodes.Unary(Span(start, end), sign, value)


@_makes("step_after")
def _step_after(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Step:
    target, operator = parts
    return nodes.Step(Span(start, end), target, operator, prefix=False)


@_makes("step_before")
def _step_before(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Step:
    operator, target = parts
    return nodes.Step(Span(start, end), target, operator, prefix=True)


@_makes("group")
def _group(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Group:
    return nodes.Group(Span(start, end), parts[0])


@_makes("items", "call_items")
def _items(_: Conversion, parts: Parts, start: int, end: int) -> tuple[object, ...]:
    return tuple(parts)


@_makes("item")
def _item(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ArrayItem:
    return nodes.ArrayItem(None, parts[0])


@_makes("keyed_item")
def _keyed_item(tag: Conversion, parts: Parts, start: int, end: int) -> nodes.ArrayItem:
    """An unquoted word is a string as a key, `true` and `null` too."""
    key, value = parts
    if isinstance(key, nodes.Word):
        key = nodes.Constant(key.span, key.name, quoted=True)
    elif isinstance(key, nodes.Constant):
        written = tag.text[key.span.start : key.span.end]
        if written.lower() in KNOWN_WORDS:
            key = nodes.Constant(key.span, written, quoted=True)
    return nodes.ArrayItem(key, value)


@_makes("array")
def _array(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ArrayLiteral:
    return nodes.ArrayLiteral(Span(start, end), parts[0])


@_makes("call")
def _call(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Call | nodes.ArrayLiteral:
    name, arguments = parts
    if name.lower() == "array(":
        return nodes.ArrayLiteral(Span(start, end), arguments)
    return nodes.Call(Span(start, end), name[:-1], arguments)


@_makes("config")
def _config(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ConfigVariable:
    span = Span(start, end)
    return nodes.ConfigVariable(span, _as_word(span, parts[0][1:-1]))


@_makes("config_variable")
def _config_variable(_: Conversion, parts: Parts, start: int, end: int) -> nodes.ConfigVariable:
    return nodes.ConfigVariable(Span(start, end), parts[0])


@_makes("tag_value")
def _tag_value(_: Conversion, parts: Parts, start: int, end: int) -> nodes.TagValue:
    span = Span(start, end)
    return nodes.TagValue(span, nodes.Tag(span, 0, "", parts[0], (), end))


@_makes("named_tag_value")
def _named_tag_value(tag: Conversion, parts: Parts, start: int, end: int) -> nodes.TagValue:
    return nodes.TagValue(Span(start, end), tag.fragment(tag.text[start:end], start, quoted=False)[0])


@_makes("static")
def _static(tag: Conversion, parts: Parts, start: int, end: int) -> nodes.Refused:
    return nodes.Refused(Span(start, end), "static", tag.text[start:end])


@_makes("number")
def _number(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Constant:
    return nodes.Constant(Span(start, end), number(parts[0]))


@_makes("single")
def _single(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Constant:
    return nodes.Constant(Span(start, end), single_quoted(parts[0][1:-1]), quoted=True)


@_makes("double")
def _double(tag: Conversion, parts: Parts, start: int, end: int) -> nodes.Constant | nodes.Interpolated:
    inner = tag.fragment(tag.text[start + 1 : end - 1], start + 1, quoted=True)
    if not inner:
        return nodes.Constant(Span(start, end), "", quoted=True)
    if len(inner) == 1 and isinstance(inner[0], nodes.Text):
        return nodes.Constant(Span(start, end), inner[0].text, quoted=True)
    return nodes.Interpolated(Span(start, end), inner)


@_makes("word")
def _word(_: Conversion, parts: Parts, start: int, end: int) -> nodes.Constant | nodes.Word:
    return _as_word(Span(start, end), parts[0])


def _as_word(span: Span, name: str) -> nodes.Constant | nodes.Word:
    lower = name.lower()
    return nodes.Constant(span, KNOWN_WORDS[lower]) if lower in KNOWN_WORDS else nodes.Word(span, name)
