"""Modifiers that fit the value before them, and the values of their parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.modifiers.registry import Group, Modifier
from dovetail.engine.schema import Field
from dovetail.grammar import nodes
from dovetail.grammar.parse import parse_tolerant
from dovetail.lsp.features.completion.offers import Offer, fitting
from dovetail.lsp.features.cursor import Argument, ModifierName
from dovetail.lsp.features.results import Completion
from dovetail.lsp.features.types import ANY, Form, Type, type_of
from dovetail.lsp.features.view import View
from dovetail.source import Source, Span

_FIT: Mapping[Form, Mapping[Group, float]] = {
    "text": {"text": 14, "escape": 12, "tests": 8, "encoding": 2, "dates": 0, "numbers": -6, "lists": -20},
    "html": {"escape": 14, "text": 12, "tests": 8, "encoding": 2, "dates": -20, "numbers": -6, "lists": -20},
    "url": {"escape": 14, "text": 8, "tests": 8, "encoding": 6, "dates": -20, "numbers": -20, "lists": -20},
    "image": {"escape": 14, "text": 8, "tests": 8, "encoding": 6, "dates": -20, "numbers": -20, "lists": -20},
    "money": {"numbers": 14, "tests": 8, "text": 4, "escape": 4, "dates": -20, "encoding": -8, "lists": -20},
    "number": {"numbers": 14, "tests": 8, "text": 4, "escape": 4, "dates": 2, "encoding": -8, "lists": -20},
    "flag": {"tests": 10, "text": 2, "escape": 2, "numbers": -4, "dates": -20, "encoding": -8, "lists": -20},
    "date": {"dates": 16, "tests": 8, "text": 4, "escape": 4, "numbers": -8, "encoding": -8, "lists": -20},
    "list": {"lists": 16, "tests": 6, "numbers": 0, "text": -4, "escape": -12, "dates": -20, "encoding": -12},
    "map": {"lists": 12, "tests": 6, "numbers": 0, "text": -4, "escape": -12, "dates": -20, "encoding": -4},
    "record": {"tests": 8, "text": 2, "escape": 8, "lists": -8, "numbers": -12, "dates": -20, "encoding": -12},
}
_WANTED: Mapping[str, float] = {
    "escape": 8, "default": 4, "date_format": 3, "number_format": 6, "truncate": 2, "filter": 3, "limit": 3,
    "orderby": 2, "first": 2, "count": 8, "join": 8, "upper": 1, "replace": 1, "nl2br": 1, "strip_tags": 1,
    "capitalize": 1,
}  # fmt: skip
_ODD = frozenset({"debug_print_var", "noprint", "cat"})

_VALUES: Mapping[tuple[str, str], Sequence[tuple[str, str]]] = {
    ("escape", "mode"): [
        ("html", "for text of a page or mail"),
        ("url", "for a part of an address"),
        ("htmlall", "every sign with a name"),
        ("quotes", "quotes with backslashes"),
        ("javascript", "for a text of a script"),
        ("mail", "hides an e-mail address"),
        ("hex", "every sign as %xx"),
    ],
    ("date_format", "format"): [
        ("%d-%m-%Y", "31-01-2026"),
        ("%e %B %Y", "31 January 2026"),
        ("%A %e %B", "Saturday 31 January"),
        ("%H:%M", "14:05"),
        ("%Y-%m-%d", "2026-01-31"),
    ],
    ("orderby", "direction"): [("asc", "smallest first"), ("desc", "largest first")],
}
"""Values that parameters take, for the designer to choose from."""


def value_type(view: View, span: Span) -> Type:
    """The type of a value as it stands in the text, which need not be whole."""
    written = view.reading.text[span.start : span.end]
    tree, _ = parse_tolerant(Source("value", "{" + written + "}"))
    node = tree.nodes[0] if tree.nodes else None
    if isinstance(node, nodes.Tag) and isinstance(node.head, nodes.Head):
        value = node.head.value
        if value is not None and not isinstance(value, nodes.Assignment):
            return type_of(view, value, span.start)
    return ANY


def modifier_offers(view: View, cursor: ModifierName) -> Sequence[Offer]:
    """The modifiers, those that fit the value first."""
    value = value_type(view, cursor.value)
    used = view.reading.text
    items = list[tuple[Completion, float]]()
    for name, modifier in MODIFIERS.items():
        more = _FIT.get(value.form, {}).get(modifier.group, 0) + _WANTED.get(name, 0.0)
        more += (3.0 if f"|{name}" in used else 0.0) - (15.0 if name in _ODD else 0.0)
        items.append((_item(name, modifier, cursor.span), more))
    return fitting(cursor.typed, items)


def _item(name: str, modifier: Modifier, span: Span) -> Completion:
    insert = name
    needed = [parameter for parameter in modifier.parameters if parameter.required]
    for number, parameter in enumerate(needed, 1):
        quote = "'" if parameter.type in ("text", "any", "date") else ""
        insert += f":{quote}${{{number}:{parameter.name}}}{quote}"
    return Completion(
        name,
        "modifier",
        span,
        insert,
        modifier.summary,
        modifier.usage.removeprefix(name),
        snippet=bool(needed),
        key=f"modifier:{name}",
    )


def argument_offers(view: View, cursor: Argument) -> Sequence[Offer]:
    """Values of a modifier's parameter: its usual words, and the fields of a list's records."""
    modifier = MODIFIERS.get(cursor.name)
    if modifier is None or cursor.form == "function":
        return []
    number = min(cursor.index, len(modifier.parameters) - 1)
    if number < 0:
        return []
    parameter = modifier.parameters[number]
    values = list(_VALUES.get((cursor.name, parameter.name), ()))
    if parameter.name == "field" or (cursor.name in ("filter", "orderby") and number == 0):
        values = list(_fields(view, cursor))
    if not values and parameter.type == "flag":
        values = [("true", parameter.summary), ("false", "")]
    items = list[tuple[Completion, float]]()
    for rank, (value, words) in enumerate(values):
        quoted = value if cursor.quote or value in ("true", "false") else f"'{value}'"
        items.append((Completion(value, "value", cursor.span, quoted, words), 15.0 - 0.1 * rank))
    return fitting(cursor.typed, items)


def _fields(view: View, cursor: Argument) -> Sequence[tuple[str, str]]:
    value = value_type(view, cursor.value)
    schema = view.live.schemas.get(value.identifier)
    if value.form != "list" or schema is None:
        return [(name, each.words) for name, each in (value.item.fields.items() if value.item is not None else ())]
    member, record = schema.members.get(value.member), schema.records.get(value.record)
    fields: Mapping[str, Field] = record.fields if record is not None else {}
    pushed = [name for name in (member.filters if member is not None else ()) if cursor.name == "filter"]
    names = [*pushed, *(name for name in fields if name not in pushed)]
    return [(name, fields[name].summary if name in fields else "the shop looks for it itself") for name in names]
