"""The `collections` of a GraphQL API, read from settings. Each fault is told with the key that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from dovetail.errors import did_you_mean
from dovetail.providers.described.collections import read_filters, read_tables
from dovetail.providers.described.forms import Reading, Table, sentence
from dovetail.providers.described.paging import read_style
from dovetail.providers.described.shapes import Shape, check_pointer, read_shape
from dovetail.providers.graphql import aliases
from dovetail.providers.graphql.documents import Document, parse
from dovetail.providers.graphql.spec import (
    Collection,
    Collections,
    Listed,
    Many,
    Names,
    One,
    Ordering,
    Paging,
    PagingStyle,
)

_STYLES: tuple[PagingStyle, ...] = ("none", "cursor", "offset", "page")
_VARIABLES = {"cursor": "after", "offset": "offset", "page": "page", "none": ""}
_ALIASES = 20
"""Entities that are asked for under aliases in one request, unless the description says another number."""


def read_collections(reading: Reading) -> Collections:
    """The table `collections`: one table for each collection."""
    return Collections(read_tables(reading, "product", _collection))


def _collection(name: str, table: Table) -> Collection:
    shape = read_shape(name, table)
    found = Collection(
        shape=shape,
        one=_one(table, shape),
        many=_many(table, shape),
        list=_list(table, shape),
        variables=_fixed(table.table("variables")),
        sample=table.text("sample"),
        verify_key=table.flag("verify_key", True),
    )
    if not found.one and not found.many and not found.list and not any(map(table.has, ("one", "many", "list"))):
        table.fault("", f"`{name}` has no query", "Give it a table `one`, `many` or `list` with a `query`")
    return found


def _one(table: Table, shape: Shape) -> One | None:
    inside = table.table("one")
    if inside is None:
        return None
    document = _document(inside)
    variable = _key_variable(inside, document, "key")
    at = check_pointer(inside, "at", inside.text("at", needed=f'"/{shape.name}"'))
    most = inside.whole("most", 0, 1, 1_000)
    inside.finish()
    if document is None:
        return None
    _selected(inside, document, at, (), shape)
    reason = aliases.why_not(document, variable)
    if reason and most > 1:
        inside.fault("most", f"the query cannot be repeated for several keys: {reason}", "Leave `most` out, or set 1")
    return One(document=document, variable=variable, at=at, most=1 if reason else most or _ALIASES)


def _many(table: Table, shape: Shape) -> Many | None:
    inside = table.table("many")
    if inside is None:
        return None
    document = _document(inside)
    variable = _key_variable(inside, document, "keys")
    at = check_pointer(inside, "at", inside.text("at", needed=f'"/{shape.name}s"'))
    node = check_pointer(inside, "node", inside.text("node"))
    most = inside.whole("most", 50, 1, 10_000)
    inside.finish()
    if document is None:
        return None
    _selected(inside, document, at, node, shape)
    declared = document.variable(variable)
    if declared is not None and not declared.many:
        inside.fault(
            "query", f"`${variable}` gets a list of keys, but is declared as {declared.type}", "Such as [ID!]!"
        )
    return Many(document=document, variable=variable, at=at, node=node, most=most)


def _list(table: Table, shape: Shape) -> Listed | None:
    inside = table.table("list")
    if inside is None:
        return None
    document = _document(inside)
    at = check_pointer(inside, "at", inside.text("at", needed=f'"/{shape.name}s"'))
    node = check_pointer(inside, "node", inside.text("node"))
    known = document or Document("")
    paging = _paging(inside, known)
    found = Listed(
        document=known,
        at=at,
        node=node,
        paging=paging,
        filters=read_filters(inside, lambda table, name, _: _place(table, name, known)),
        order=_order(inside, known),
        search=_place(inside, "search", known),
    )
    inside.finish()
    if document is None:
        return None
    _selected(inside, document, at, node, shape)
    return found


def _document(table: Table) -> Document | None:
    text = table.text("query", needed="'''query(…) { … }'''")
    if not text:
        return None
    try:
        return parse(text)
    except ValueError as error:
        table.fault("query", f"`query` is no query: {error}")
        return None


def _key_variable(table: Table, document: Document | None, usual: str) -> str:
    name = table.text("variable", usual).lstrip("$")
    if document is not None and document.variable(name) is None:
        known = ", ".join(f"${each.name}" for each in document.variables) or "none"
        remedy = f"Declare it: query(${name}: {'[ID!]!' if usual == 'keys' else 'ID!'}), or name another as `variable`"
        table.fault("query", f"the query declares no variable ${name} for its {usual} (it has {known})", remedy)
    return name


def _selected(table: Table, document: Document, at: Names, node: Names, shape: Shape) -> None:
    """Report what a query does not select and the description counts on."""
    below = document.below((*at, *node))
    if not at or below is None:
        top = ", ".join(f"/{each.key}" for _, each in document.inside(document.selections))
        table.fault("at", f"`at` leads to nothing that the query selects; it begins with one of {top}")
        return
    keys = [each.key for _, each in below]
    for word, name in (("key", shape.key), ("title", shape.title)):
        if name and not name.startswith("/") and "{" not in name and name not in keys:
            remedy = f"Add {name} to the query, or set `{word}` to one of: {', '.join(keys)}"
            table.fault("query", f"the query does not select {name}, the {word} of {shape.name}", remedy)


def _place(table: Table, name: str, document: Document, default: str = "") -> Names:
    """Where a value goes: a variable's name, or a pointer within the variables."""
    text = table.text(name, default)
    if not text:
        return ()
    names = check_pointer(table, name, text) if text.startswith("/") else (text.lstrip("$"),)
    if names and document.text and document.variable(names[0]) is None:
        known = [each.name for each in document.variables]
        near = did_you_mean(names[0], known) or f"it has: {', '.join(known) or 'none'}"
        table.fault(name, f"the query declares no variable ${names[0]}", sentence(near))
    return names


def _paging(table: Table, document: Document) -> Paging:
    inside = table.table("paging")
    if inside is None:
        return Paging()
    style = cast("PagingStyle", read_style(inside, _STYLES))
    found = Paging(
        style=style,
        size=_place(inside, "size", document),
        most=inside.whole("most", 100, 1, 10_000),
        exact=inside.has("most"),
        variable=_place(inside, "variable", document, _VARIABLES[style]),
        info=check_pointer(inside, "info", inside.text("info")),
        total=check_pointer(inside, "total", inside.text("total")) if inside.has("total") else None,
    )
    inside.finish()
    if style == "cursor" and not found.info:
        inside.fault("", "paging by cursor needs `info`: where pageInfo is", 'For example: info = "/products/pageInfo"')
    return found


def _order(table: Table, document: Document) -> Ordering | None:
    inside = table.table("order")
    if inside is None:
        return None
    found = Ordering(
        ascending=_pairs(inside, "asc", document),
        descending=_pairs(inside, "desc", document),
        fields=_names_of_fields(inside),
    )
    inside.finish()
    if not found.fields or not (found.ascending or found.descending):
        example = 'For example: order = { asc = { "/sort/{field}" = "ASC" }, desc = …, fields = ["name"] }'
        inside.fault("", "`order` needs `fields`, and `asc` or `desc`", example)
    return found


def _pairs(table: Table, name: str, document: Document) -> tuple[tuple[str, str], ...]:
    inside = table.table(name)
    found: list[tuple[str, str]] = []
    for place in inside.names() if inside is not None else ():
        assert inside is not None
        text = inside.text(place)
        variable = place.strip("/").split("/")[0]
        if document.text and document.variable(variable) is None:
            inside.fault(place, f"the query declares no variable ${variable}")
        found.append((place, text))
    return tuple(found)


def _names_of_fields(table: Table) -> Mapping[str, str]:
    """`["name"]`, or `{ name = "NAME" }` where the API spells a field otherwise."""
    if not isinstance(table.get("fields"), dict):
        return {each: each for each in table.texts("fields")}
    inside = table.table("fields")
    assert inside is not None
    return {each: inside.text(each) for each in inside.names()}


def _fixed(table: Table | None) -> Mapping[str, object]:
    """Values that go with every query: JSON values, at the names of variables."""
    return {} if table is None else {name: table.get(name) for name in table.names()}
