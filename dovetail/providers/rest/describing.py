"""The `collections` of a JSON API, read from settings. Each fault is told with the key that it is about."""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from dovetail.engine.ports import Operator
from dovetail.providers.described.collections import read_filters, read_tables
from dovetail.providers.described.forms import Reading, Table
from dovetail.providers.described.paging import read_style
from dovetail.providers.described.shapes import check_pointer, read_shape
from dovetail.providers.rest.spec import (
    Batch,
    Collection,
    Collections,
    Names,
    Ordering,
    Paging,
    PagingStyle,
    Parameters,
    Template,
)

_STYLES: tuple[PagingStyle, ...] = ("none", "page", "offset", "cursor", "link")
_BATCHES = ("comma", "repeat")
_PLACES = re.compile(r"\{([^{}]*)\}")


def read_collections(reading: Reading) -> Collections:
    """The table `collections`: one table for each collection."""
    return Collections(read_tables(reading, "customer", _collection))


def _collection(name: str, table: Table) -> Collection:
    shape = read_shape(name, table)
    one, listed = path_of(table, "one", keyed=True), path_of(table, "list")
    items = pointer_of(table, "items")
    batch = _batch(table, listed, items)
    if not one and not listed and batch is None:
        table.fault("", f"`{name}` has no address", f'Give it one = "{name}s/{{key}}", list = "{name}s", or both')
    return Collection(
        shape=shape,
        one=one,
        list=listed,
        entity=pointer_of(table, "entity"),
        items=items,
        parameters=parameters_of(table, "parameters"),
        paging=_paging(table),
        batch=batch,
        filters=read_filters(table, _condition),
        order=_order(table),
        search=_template(table, "search", ("value",)),
        sample=table.text("sample"),
        verify_key=table.flag("verify_key", True),
        described_as=table.text("schema"),
    )


def path_of(table: Table, name: str, *, keyed: bool = False) -> str:
    """A path below the API's address; with `{key}` where an entity's key goes."""
    path = table.text(name)
    if not path:
        return ""
    example = f'For example: {name} = "customers{"/{key}" if keyed else ""}"'
    places = _PLACES.findall(path)
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or path.startswith("//"):
        table.fault(name, f"`{name}` is a path below `url`, not an address of its own", example)
    elif not path.isascii() or re.search(r"[\s#]", path) or ".." in parts.path.split("/"):
        table.fault(name, f"`{name}` is a path as it stands in an address: percent-encoded, without `..`", example)
    elif places != (["key"] if keyed else []) or path.replace("{key}", "").strip("{}") != path.replace("{key}", ""):
        wanted = "has {key} where the key goes, once" if keyed else "has no places to fill in"
        table.fault(name, f"`{name}` {wanted}", example)
    return path


def pointer_of(table: Table, name: str) -> Names:
    """A JSON pointer; "" is the whole document."""
    return check_pointer(table, name, table.text(name))


def parameters_of(table: Table, name: str) -> Parameters:
    """Fixed parameters: `{ expand = "address", active = true }`."""
    inside = table.table(name)
    found: list[tuple[str, str]] = []
    for word in inside.names() if inside is not None else ():
        assert inside is not None
        value = inside.get(word)
        if isinstance(value, bool):
            found.append((word, "true" if value else "false"))
        elif isinstance(value, int | float | str):
            found.append((word, str(value)))
        else:
            inside.fault(word, f"`{word}` is a text, a number, or true or false")
    return tuple(found)


def _paging(table: Table) -> Paging:
    inside = table.table("paging")
    if inside is None:
        return Paging()
    style = cast("PagingStyle", read_style(inside, _STYLES))
    found = Paging(
        style=style,
        size=inside.text("size"),
        most=inside.whole("most", 100, 1, 10_000),
        exact=inside.has("most"),
        page=inside.text("page", "page"),
        first=inside.whole("first", 1, 0, 1),
        offset=inside.text("offset", "offset"),
        next=pointer_of(inside, "next"),
        parameter=inside.text("parameter"),
        total=pointer_of(inside, "total") if inside.has("total") else None,
    )
    inside.finish()
    if style == "cursor" and not found.next:
        remedy = 'For example: next = "/meta/next", and parameter = "cursor" where that is no address'
        inside.fault("", "paging by cursor needs `next`: where a reply has the next page", remedy)
    return found


def _batch(table: Table, listed: str, items: Names) -> Batch | None:
    inside = table.table("batch")
    if inside is None:
        return None
    found = Batch(
        path=path_of(inside, "path") or listed,
        parameter=inside.text("parameter", needed='"ids"'),
        style="comma" if inside.choice("style", _BATCHES, "comma") == "comma" else "repeat",
        most=inside.whole("most", 50, 1, 1_000),
        items=pointer_of(inside, "items") if inside.has("items") else items,
    )
    inside.finish()
    if not found.path:
        inside.fault(
            "", "`batch` needs a `path`, since the collection has no `list`", 'For example: path = "customers"'
        )
    return found


def _condition(table: Table, name: str, operator: Operator) -> Template | None:
    return _template(table, name, () if operator == "set" else ("value",))


def _order(table: Table) -> Ordering | None:
    inside = table.table("order")
    if inside is None:
        return None
    found = Ordering(
        ascending=_template(inside, "asc", ("field",)),
        descending=_template(inside, "desc", ("field",)),
        fields=inside.texts("fields"),
    )
    inside.finish()
    if not found.fields or not (found.ascending or found.descending):
        example = 'For example: order = { asc = "sort={field}", desc = "sort=-{field}", fields = ["name"] }'
        inside.fault("", "`order` needs `fields`, and `asc` or `desc`", example)
    return found


def _template(table: Table, name: str, places: tuple[str, ...]) -> Template | None:
    """Parameters with places: `price[lte]={value}`, several behind `&`."""
    text = table.text(name)
    if not text:
        return None
    found = _PLACES.findall(text)
    pairs = tuple(parse_qsl(text.lstrip("?&"), keep_blank_values=True))
    fits = bool(pairs) and all("=" in each for each in text.lstrip("?&").split("&"))
    if not fits or set(found) != set(places) or any("{" in word for word, _ in pairs):
        place = f"{{{places[0]}}}" if places else "true"
        table.fault(
            name,
            f"`{name}` is parameters" + (f" with {place} where the {places[0]} goes" if places else ""),
            f'For example: "name={place}"',
        )
        return None
    return Template(pairs)
