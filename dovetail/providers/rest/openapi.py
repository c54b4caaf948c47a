"""Types of fields from an OpenAPI 3 document (3.0 or 3.1, JSON). Pure: `$ref` is followed within the document only.

An unknown or odd part of a document is a field of no particular type, never an error: a description that is not
perfect still helps an editor.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from dovetail.engine.schema import Field, FieldType
from dovetail.providers.described import pointer
from dovetail.providers.rest.spec import Collection, Names

LARGEST = 20 * 1024 * 1024
"""Bytes of a document that are read at most."""

_MOST_FIELDS = 500
_DEEPEST = 20
"""References that are followed one after the other, and schemas within `allOf`."""

_PLACE = re.compile(r"\{[^{}]*\}")
_TYPES: Mapping[str, FieldType] = {"string": "text", "number": "number", "integer": "integer", "boolean": "boolean"}
_FORMATS: Mapping[str, FieldType] = {
    "date": "date",
    "date-time": "date",
    "uri": "url",
    "url": "url",
    "uri-reference": "url",
    "html": "html",
}

Node = Mapping[str, object]


@dataclass(slots=True)
class Document:
    """An OpenAPI document. One from an address is there once a conversation has read it."""

    address: str = ""
    root: Node = field(default_factory=dict[str, object])

    def __str__(self) -> str:
        return self.address

    def load(self, body: bytes) -> None:
        """Take in the text of a document.

        Raises:
            ValueError: it is none; the message is a part of a sentence.
        """
        if len(body) > LARGEST:
            raise ValueError(f"it is larger than {LARGEST // 1024 // 1024} MB")
        try:
            found: object = json.loads(body)
        except (ValueError, RecursionError):
            raise ValueError("it is not JSON (a YAML document has to be converted first)") from None
        version = found.get("openapi") if isinstance(found, dict) else None
        if not isinstance(version, str) or not version.startswith("3."):
            raise ValueError("it is no OpenAPI 3 document: it does not begin with openapi = 3.…")
        self.root = cast("Node", found)

    def fields(self, collection: Collection, base: str) -> Mapping[str, Field]:
        """The fields of a collection's records: by the name of a schema (`described_as`), else by its paths.

        `base` is the path of the API's address, which a document's own paths may begin with or leave out.
        """
        named = self._named(collection.described_as) if collection.described_as else None
        for schema in (named, *self._by_paths(collection, base)):
            found = dict(self._fields_of(schema, 0)) if schema is not None else {}
            if found:
                return found
        return {}

    def has(self, name: str) -> bool:
        """Whether there is a schema of that name."""
        return self._named(name) is not None

    def _named(self, name: str) -> Node | None:
        return _node(_at(self.root, ("components", "schemas", name)))

    def _by_paths(self, collection: Collection, base: str) -> Iterator[Node | None]:
        if collection.one:
            yield self._below(self._answer(collection.one, base), collection.entity)
        if collection.list:
            schema = self._below(self._answer(collection.list, base), collection.items)
            yield self._resolved(_node(schema.get("items")), 0) if schema is not None else None

    def _answer(self, path: str, base: str) -> Node | None:
        wanted = _shape(path.partition("?")[0])
        for name, item in (_node(self.root.get("paths")) or {}).items():
            shape = _shape(name)
            if shape in {wanted, _shape(f"{base}/{path.partition('?')[0]}")} or f"{_shape(base)}{shape}" == wanted:
                replies = _node(_at(item, ("get", "responses"))) or {}
                reply = self._resolved(_node(replies.get("200") or replies.get("2XX") or replies.get("default")), 0)
                content = _node((reply or {}).get("content")) or {}
                for kind, media in content.items():
                    if "json" in kind:
                        return self._resolved(_node(_at(media, ("schema",))), 0)
        return None

    def _below(self, schema: Node | None, place: Names) -> Node | None:
        for name in place:
            if schema is None:
                return None
            if schema.get("items") is not None and name.isdigit():
                schema = self._resolved(_node(schema.get("items")), 0)
            else:
                schema = self._resolved(_node(self._properties(schema, 0).get(name)), 0)
        return schema

    def _resolved(self, schema: Node | None, depth: int) -> Node | None:
        while schema is not None and "$ref" in schema:
            depth += 1
            reference = schema["$ref"]
            if depth > _DEEPEST or not isinstance(reference, str) or not reference.startswith("#/"):
                return None
            try:
                schema = _node(_at(self.root, pointer.parse(reference[1:])))
            except ValueError:
                return None
        return schema

    def _properties(self, schema: Node, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        if depth > _DEEPEST:
            return found
        for word in ("allOf", "oneOf", "anyOf"):
            parts = schema.get(word)
            for each in cast("list[object]", parts)[:_DEEPEST] if isinstance(parts, list) else []:
                inner = self._resolved(_node(each), depth)
                if inner is not None and len(found) < _MOST_FIELDS:
                    found.update(self._properties(inner, depth + 1))
        found.update(_node(schema.get("properties")) or {})
        return found

    def _fields_of(self, schema: Node, depth: int) -> Iterator[tuple[str, Field]]:
        resolved = self._resolved(schema, depth)
        properties = self._properties(resolved, depth) if resolved is not None else {}
        for name, given in list(properties.items())[:_MOST_FIELDS]:
            yield name, self._field(name, _node(given) or {})

    def _field(self, name: str, given: Node) -> Field:
        schema = self._resolved(given, 0) or {}
        word = _type(schema)
        many = word == "array"
        if many:
            schema = self._resolved(_node(schema.get("items")), 0) or {}
            word = _type(schema)
        kind: FieldType = "any"
        if word == "object" or self._properties(schema, 0):
            kind = "map"
        elif word == "string":
            kind = _FORMATS.get(str(schema.get("format")), "text")
        elif word in _TYPES:
            kind = _TYPES[word]
        summary = given.get("description") or schema.get("description") or schema.get("title") or name
        example = given.get("example", schema.get("example"))
        shown = str(example) if isinstance(example, str | int | float) and not isinstance(example, bool) else ""
        return Field(type=kind, summary=" ".join(str(summary).split())[:200], many=many, example=shown[:60])


def _type(schema: Node) -> str:
    """A schema's type; of several (3.1: `["string", "null"]`) the first that is not null."""
    given = schema.get("type")
    if isinstance(given, list):
        given = next((each for each in cast("list[object]", given) if each != "null"), None)
    return given if isinstance(given, str) else ""


def _shape(path: str) -> str:
    """A path with its parameters' names left out: `/customers/{}`."""
    return "/" + _PLACE.sub("{}", path).strip("/")


def _node(value: object) -> Node | None:
    return cast("Node", value) if isinstance(value, dict) else None


def _at(value: object, place: Names) -> object:
    try:
        return pointer.find(value, place)
    except pointer.Missing:
        return None
