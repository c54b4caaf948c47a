"""Attributes of tags, their values, and the names of templates to include."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dovetail.engine.analysis.attributes import SCOPES
from dovetail.grammar import nodes
from dovetail.grammar.documentation import TYPE_WORDS
from dovetail.grammar.tag_docs import TAG_DOCS
from dovetail.grammar.vocabulary import TAGS
from dovetail.lsp.features.bindings import Bindings, bindings_of
from dovetail.lsp.features.completion.offers import Offer, fitting
from dovetail.lsp.features.cursor import AttributeName, AttributeValue
from dovetail.lsp.features.heads import all_tags, included, plain_name
from dovetail.lsp.features.results import Completion
from dovetail.lsp.features.view import View

_TEMPLATES = frozenset({("include", "file"), ("extends", "file"), ("config_load", "file")})


def attribute_offers(view: View, cursor: AttributeName) -> Sequence[Offer]:
    """The attributes that a tag may still get."""
    spec = TAGS.get(cursor.tag)
    bindings = view.reading.once(bindings_of)
    items = list[tuple[Completion, float]]()
    if spec is not None:
        described = TAG_DOCS.get(cursor.tag)
        for name in (*spec.required, *spec.optional):
            if name in cursor.given:
                continue
            given = described.given.get(name) if described is not None else None
            quotes = given is None or given.type in ("text", "name", "file", "date")
            insert = f'{name}="$1"' if quotes else f"{name}=$1"
            words = f"{TYPE_WORDS[given.type]}. {given.summary}" if given is not None else ""
            item = Completion(
                name, "attribute", cursor.span, insert, words, snippet=True, again=(cursor.tag, name) in _TEMPLATES,
                key=f"attribute:{cursor.tag}:{name}",
            )  # fmt: skip
            items.append((item, 10.0 if name in spec.required else 0.0))
        items += ((Completion(flag, "attribute", cursor.span, flag, "a word of its own"), -5.0) for flag in spec.flags)
    if cursor.tag == "include":
        items += _parameters(view, cursor)
    for call in bindings.calls:
        if call.definition and call.name == cursor.tag:
            items += _function_parameters(bindings, call.name, cursor)
    return fitting(cursor.typed, items)


def _parameters(view: View, cursor: AttributeName) -> Iterator[tuple[Completion, float]]:
    """What an included template reads and does not set: most likely it is given to it."""
    line = view.reading.text[max(0, cursor.span.start - 400) : cursor.span.start]
    for name in view.folder.names():
        if f'"{name}"' in line or f"'{name}'" in line:
            reading = view.folder.reading(name)
            found = reading.once(bindings_of) if reading is not None else Bindings()
            own = {binding.name for binding in found.bindings}
            wanted = dict.fromkeys(use.name for use in found.uses if not use.write and use.name not in own)
            for variable in wanted:
                if variable not in view.live.schemas and variable not in cursor.given and variable != "smarty":
                    item = Completion(
                        variable, "attribute", cursor.span, f"{variable}=$1", f"{name} uses it", snippet=True
                    )
                    yield item, 8.0


def _function_parameters(bindings: Bindings, name: str, cursor: AttributeName) -> Iterator[tuple[Completion, float]]:
    for binding in bindings.bindings:
        if binding.kind == "parameter" and binding.tag.name == "function" and binding.name not in cursor.given:
            defined = next((call for call in bindings.calls if call.tag is binding.tag), None)
            if defined is not None and defined.name == name:
                yield (
                    Completion(
                        binding.name,
                        "attribute",
                        cursor.span,
                        f"{binding.name}=$1",
                        f"parameter of {name}",
                        snippet=True,
                    ),
                    8.0,
                )


def value_offers(view: View, cursor: AttributeValue) -> Sequence[Offer]:
    """The values that an attribute may have."""
    spec = TAGS.get(cursor.tag)
    name = cursor.attribute
    if not name and spec is not None and cursor.index < len(spec.shorthand):
        name = spec.shorthand[cursor.index]
    kind: Sequence[str] = ()
    if (cursor.tag, name) in _TEMPLATES:
        return _templates(view, cursor)
    if name == "scope":
        kind = SCOPES
    elif cursor.tag == "call" and name == "name":
        kind = [call.name for call in view.reading.once(bindings_of).calls if call.definition]
    elif cursor.tag == "block" and name == "name":
        kind = _blocks_of_parents(view)
    items = [(Completion(each, "value", cursor.span, _in_quotes(each, cursor.quote)), 0.0) for each in kind]
    return fitting(cursor.typed, items)


def _in_quotes(word: str, quote: str) -> str:
    return word if quote else f'"{word}"'


def _templates(view: View, cursor: AttributeValue) -> Sequence[Offer]:
    config = cursor.tag == "config_load"
    items = list[tuple[Completion, float]]()
    for name in view.folder.names():
        if name != view.reading.name and name.endswith(".conf") == config:
            insert = _in_quotes(name, cursor.quote)
            # Parts stand in folders; what lies beside a mail is most likely another mail.
            more = 2.0 if "/" in name else 0.0
            items.append((Completion(name, "template", cursor.span, insert, key=f"template:{name}"), more))
    return fitting(cursor.typed, items)


def _blocks_of_parents(view: View) -> Sequence[str]:
    """The blocks of the templates that this one extends: those which it can replace."""
    found = dict[str, None]()
    reading, seen = view.reading, {view.reading.name}
    while True:
        parent = next((included(tag) for tag, _ in all_tags(reading.tree.nodes) if tag.name == "extends"), None)
        above = view.folder.reading(parent[0]) if parent is not None and parent[0] not in seen else None
        if above is None:
            return list(found)
        seen.add(above.name)
        for tag, _ in all_tags(above.tree.nodes):
            if tag.name == "block" and isinstance(tag.head, nodes.Head) and tag.head.attributes:
                name = plain_name(tag.head.attributes[0].value)
                if name:
                    found[name] = None
        reading = above
