"""Paths below integrations: cut into segments, and continued from the schema and from the live shop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dovetail.engine.ports import Suggestion
from dovetail.engine.schema import Member, Schema
from dovetail.errors import SettingsError, UsageError, did_you_mean
from dovetail.integrations.settings import Settings

_SEGMENT = re.compile(
    r"""\[\s*"(?P<double>[^"]*)"\s*\]|\[\s*'(?P<single>[^']*)'\s*\]|\[(?P<bare>[^\[\]]*)\]|(?P<name>[^.\[\]]+)|(?P<dot>\.)"""
)


@dataclass(frozen=True, slots=True)
class Continuations:
    """What may follow a path, and how one of them looks in a template."""

    shown: str
    suggestions: Sequence[Suggestion]
    example: str


def cut(path: str) -> tuple[list[str], str]:
    """`{$mywebshop.product.sh}` → (["mywebshop", "product"], "sh"): whole segments, and the one being written.

    Raises:
        UsageError: it is not a path.
    """
    bare = path.strip().removeprefix("{").removesuffix("}").removeprefix("$")
    segments: list[str] = []
    at = 0
    open_segment = True
    for match in _SEGMENT.finditer(bare):
        if match.start() != at:
            break
        at = match.end()
        if match["dot"]:
            open_segment = True
            segments.append("")
        else:
            value = next(group for group in match.groupdict().values() if group is not None)
            if segments and segments[-1] == "" and match["name"] is not None:
                segments[-1] = value
            else:
                segments.append(value)
            open_segment = match["name"] is not None
    if at != len(bare):
        raise UsageError(f"`{path}` is not a path such as mywebshop.product.sh")
    if not open_segment:
        segments.append("")
    return segments[:-1], segments[-1] if segments else ""


def continuations(settings: Settings, path: str, limit: int) -> Continuations:
    """What may follow `path`; asks the integration where the schema does not know.

    Raises:
        SettingsError: no such integration, or no such name on the way.
        ProviderError: the integration cannot be asked.
    """
    whole, text = cut(path)
    if not whole:
        known = [
            Suggestion(f"{item.identifier}.", item.kind.title, item.kind.summary)
            for item in settings.integrations
            if text in item.identifier
        ]
        if not known and text:
            settings.integration(text)
        if not settings.integrations:
            raise SettingsError(
                f"{settings.path} has no integrations yet. Add one: dovetail integrations add mywebshop magento2"
            )
        return Continuations("your integrations", known, f"{{${known[0].insert}…}}" if known else "")
    identifier, *below = whole
    integration = settings.integration(identifier).connect()
    schema = integration.provider.schema()
    suggestions = list(from_schema(schema, identifier, below, text))
    shown = ".".join(whole) + "."
    listed = schema.members.get(below[0]) if len(below) == 1 else None
    if listed is not None and listed.kind == "list":
        one = listed.record or "item"
        field = suggestions[0].insert if suggestions else ""
        example = f"{{foreach ${identifier}.{below[0]}|limit:5 as ${one}}}{{${one}.{field}}}{{/foreach}}"
        return Continuations(shown, suggestions, example)
    if below:
        from dovetail.providers.connections import Connections

        with Connections([integration]) as connections:
            live = connections.talk(identifier, integration.provider.suggest(below, text, limit))
        seen = {item.insert for item in suggestions}
        suggestions += [item for item in live if item.insert not in seen][:limit]
    example = f"{{${shown}{suggestions[0].insert}}}" if suggestions else ""
    return Continuations(shown, suggestions, example)


def from_schema(schema: Schema, identifier: str, below: Sequence[str], text: str) -> Iterator[Suggestion]:
    """What the schema alone says may follow `identifier.below`, of what contains `text`.

    Raises:
        SettingsError: a name on the way that is certainly not there.
    """
    if not below:
        for name, offered in schema.members.items():
            if text.lower() in name.lower():
                yield Suggestion(name, _kind_in_words(offered), offered.summary)
        return
    member = schema.members.get(below[0])
    if member is None:
        near = did_you_mean(below[0], list(schema.members)) or f"it has: {', '.join(schema.members)}"
        raise SettingsError(f"`{identifier}` has no `{below[0]}`; {near}")
    record = schema.records.get(member.record)
    # Behind a keyed member stands a key, then fields; a list is explained by the fields of its records.
    for name in below[2:] if member.kind == "keyed" else below[1:]:
        passed = record.fields.get(name) if record else None
        record = schema.records.get(passed.record) if passed else None
        if passed is not None and passed.many:
            return
    if record is not None and (len(below) > 1 or member.kind != "keyed"):
        for name, step in record.fields.items():
            if text.lower() in name.lower():
                detail = step.summary + (f" (example: {step.example})" if step.example else "")
                yield Suggestion(name, f"list of {step.record}" if step.many else step.record or step.type, detail)


def _kind_in_words(member: Member) -> str:
    if member.kind == "keyed":
        return f"one {member.record or member.collection} by its {member.key or 'key'}"
    return f"a list of {member.record or member.collection}" if member.kind == "list" else member.type
