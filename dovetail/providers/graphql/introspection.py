"""Types of fields as a GraphQL API tells of them: by introspection, or in a file of its schema.

What is not known of a schema is a field of no particular type, never an error: it only helps editors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from dovetail.engine.schema import Field, FieldType
from dovetail.providers.graphql.documents import Document, Selection
from dovetail.providers.graphql.spec import Collection, Names

LARGEST = 20 * 1024 * 1024
"""Bytes of a schema that are read at most."""

QUERY = """query DovetailTypes {
  __schema {
    queryType { name }
    types { kind name fields(includeDeprecated: true) { name description type { ...Wrapped } } }
  }
}
fragment Wrapped on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
}"""

Node = Mapping[str, object]

_SCALARS: Mapping[str, FieldType] = {
    "int": "integer",
    "bigint": "integer",
    "long": "integer",
    "float": "number",
    "decimal": "number",
    "boolean": "boolean",
    "string": "text",
    "id": "text",
    "money": "money",
    "date": "date",
    "datetime": "date",
    "datetimetz": "date",
    "timestamp": "date",
    "timestamptz": "date",
    "url": "url",
    "uri": "url",
    "html": "html",
}


@dataclass(frozen=True, slots=True)
class _Type:
    """A field's type without what is around it."""

    kind: str
    name: str
    many: bool
    summary: str


@dataclass(slots=True)
class Types:
    """The types of an API. Those that are asked of the API itself are there once a conversation has read them."""

    source: str = ""
    query: str = ""
    by_name: dict[str, dict[str, _Type]] = field(default_factory=dict[str, "dict[str, _Type]"])

    def __str__(self) -> str:
        return self.source

    @property
    def wanted(self) -> bool:
        """Whether the API has still to be asked."""
        return self.source == "introspect" and not self.query

    def load(self, found: object) -> None:
        """Take in the reply to an introspection query, or what stands below its `data`.

        Raises:
            ValueError: it is none; the message is a part of a sentence.
        """
        document = _node(found)
        schema = _node(_node(document.get("data", document)).get("__schema"))
        name = _node(schema.get("queryType")).get("name")
        types = schema.get("types")
        if not isinstance(name, str) or not isinstance(types, list):
            raise ValueError("it is not the result of an introspection query")
        for each in cast("list[object]", types):
            given = _node(each)
            fields = given.get("fields")
            if isinstance(fields, list):
                own = [_node(item) for item in cast("list[object]", fields)]
                self.by_name[str(given.get("name"))] = {str(item.get("name")): _type(item) for item in own}
        self.query = name

    def load_text(self, text: str, sdl: bool) -> None:
        """Take in the text of a file: the schema language (which needs graphql-core), or JSON.

        Raises:
            ValueError: it cannot be used; the message is a part of a sentence.
        """
        if not sdl:
            try:
                found: object = json.loads(text)
            except (ValueError, RecursionError):
                raise ValueError("it is not JSON") from None
            self.load(found)
            return
        try:
            from graphql import GraphQLError, build_schema, introspection_from_schema
        except ImportError:
            raise ValueError("the schema language needs graphql-core: pip install graphql-core") from None
        try:
            self.load(dict(introspection_from_schema(build_schema(text))))
        except (GraphQLError, TypeError) as error:
            raise ValueError(f"it is no schema: {str(error).splitlines()[0]}") from None

    def fields(self, collection: Collection) -> Mapping[str, Field]:
        """The fields of a collection's records: those that one of its queries selects, with their types."""
        if not self.query:
            return {}
        found: dict[str, Field] = {}
        for document, place in _places(collection):
            found = {**dict(self._below(document, place)), **found}
        return found

    def _below(self, document: Document, place: Names) -> Iterator[tuple[str, Field]]:
        on, selections = self.query, document.selections
        for name in place:
            if name.isdigit():
                continue
            chosen = next(((of, each) for of, each in document.inside(selections, on) if each.key == name), None)
            if chosen is None:
                return
            of, selection = chosen
            on, selections = self._of(of, selection).name, selection.inside
        for of, each in document.inside(selections, on):
            if not each.field.startswith("__"):
                yield each.key, self._field(of, each)

    def _of(self, on: str, selection: Selection) -> _Type:
        return self.by_name.get(on, {}).get(selection.field, _Type("", "", False, ""))

    def _field(self, on: str, selection: Selection) -> Field:
        mine = self._of(on, selection)
        kind: FieldType = "any"
        if selection.inside:
            kind = "map"
        elif mine.kind == "ENUM":
            kind = "text"
        elif mine.kind == "SCALAR":
            kind = _SCALARS.get(mine.name.lower(), "any")
        return Field(type=kind, summary=mine.summary or selection.key, many=mine.many)


def _places(collection: Collection) -> Iterator[tuple[Document, Names]]:
    if collection.one:
        yield collection.one.document, collection.one.at
    if collection.many:
        yield collection.many.document, (*collection.many.at, *collection.many.node)
    if collection.list:
        yield collection.list.document, (*collection.list.at, *collection.list.node)


def _type(given: Node) -> _Type:
    inner = _node(given.get("type"))
    many = False
    while inner.get("ofType") is not None:
        many = many or inner.get("kind") == "LIST"
        inner = _node(inner.get("ofType"))
    summary = " ".join(str(given.get("description") or "").split())[:200]
    return _Type(str(inner.get("kind")), str(inner.get("name")), many, summary)


def _node(value: object) -> Node:
    return cast("Node", value) if isinstance(value, dict) else {}
