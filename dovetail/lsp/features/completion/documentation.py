"""What is told of a completion once it is looked at: made then, so that lists stay small."""

from __future__ import annotations

from dovetail.lsp.features.completion.paths import known_record, shown_value
from dovetail.lsp.features.prose import age, clean, escaped, prose
from dovetail.lsp.features.results import Prose
from dovetail.lsp.features.types import EVENT, Type, step
from dovetail.lsp.features.view import View
from dovetail.lsp.features.words import attribute_words, event_words, modifier_words, tag_words

_PICTURES = ("image_url", "thumbnail_url", "image", "picture")
_SHOWN_FIELDS = 8


def resolve(view: View, key: str) -> Prose | None:
    """The documentation of a completion by its key."""
    kind, _, rest = key.partition(":")
    match kind:
        case "tag":
            return tag_words(rest)
        case "modifier":
            return modifier_words(rest)
        case "attribute":
            tag, _, name = rest.partition(":")
            return attribute_words(tag, name)
        case "integration":
            schema = view.live.schemas.get(rest)
            return (
                None
                if schema is None
                else prose(f"**${rest}**", (escaped(schema.summary), clean(schema.summary)), _failure(view, rest))
            )
        case "member":
            return _member(view, *rest.partition(":")[::2])
        case "record":
            identifier, _, more = rest.partition(":")
            return _record(view, identifier, *more.partition(":")[::2])
        case "field":
            return _field(view, rest)
        case "told":
            record, _, name = rest.rpartition(":")
            found = step(view, Type("record", EVENT, record, events=view.trigger.events if view.trigger else ()), name)
            return prose(f"**{name}**: {found.words}", *event_words(found))
        case "template":
            return _template(view, rest)
        case _:
            return None


def _failure(view: View, identifier: str) -> tuple[str, str] | str:
    failure = view.live.failure(identifier)
    return (
        (f"It cannot be asked now: {escaped(failure)}", f"It cannot be asked now: {clean(failure)}") if failure else ""
    )


def _member(view: View, identifier: str, name: str) -> Prose | None:
    schema = view.live.schemas.get(identifier)
    member = schema.members.get(name) if schema is not None else None
    if schema is None or member is None:
        return None
    record = schema.records.get(member.record)
    fields = ", ".join(f"`{each}`" for each in list(record.fields)[:12]) if record is not None else ""
    return prose(f"**${identifier}.{name}**", member.summary, f"Fields: {fields}, …" if fields else "")


def _record(view: View, identifier: str, member: str, key: str) -> Prose | None:
    record, answer = known_record(view, identifier, member, key)
    schema = view.live.schemas.get(identifier)
    if record is None or answer is None or schema is None:
        return prose(f"**{member}** {escaped(key)}", _failure(view, identifier))
    found = schema.records.get(record.collection)
    hidden = found is not None and found.personal and view.preferences.masked
    parts: list[str | tuple[str, str]] = []
    if not hidden:
        parts.append((f"**{escaped(record.title)}**", clean(record.title)))
        address = next((str(record.fields[name]) for name in _PICTURES if _is_address(record.fields.get(name))), "")
        if address:
            parts.append((f"![picture]({address})", ""))
    lines = list[tuple[str, str]]()
    for name in list(found.fields if found is not None else record.fields):
        shown = shown_value(record.fields.get(name), hidden=hidden)
        if shown and len(lines) < _SHOWN_FIELDS:
            lines.append((f"- `{name}`: {escaped(shown)}", f"{name}: {shown}"))
    parts.append(("\n".join(line[0] for line in lines), "\n".join(line[1] for line in lines)))
    parts.append(
        f"as of {age(view.live.now - answer.fetched_at)} ago"
        if view.live.now - answer.fetched_at >= 10
        else "as of now"
    )
    return prose(*parts)


def _is_address(value: object) -> bool:
    """Whether a value can be shown as a picture without meaning anything else in Markdown."""
    return (
        isinstance(value, str) and value.startswith(("https://", "http://")) and not set(value) & set(' ()<>"\\\n\r\t`')
    )


def _field(view: View, rest: str) -> Prose | None:
    record_name, _, more = rest.partition(":")
    name = more.partition(":")[0]
    for schema in view.live.schemas.values():
        record = schema.records.get(record_name)
        if record is not None and name in record.fields:
            field = record.fields[name]
            kind = f"a list of {field.record}" if field.many else field.record or field.type
            example = f"For example: `{field.example}`" if field.example else ""
            cost = "Reading it asks the shop once more." if field.live else ""
            return prose(f"**{name}**: {kind}", field.summary, example, cost)
    return None


def _template(view: View, name: str) -> Prose | None:
    reading = view.folder.reading(name)
    if reading is None:
        return None
    lines = reading.text.strip().splitlines()[:6]
    shown = "\n".join(lines).replace("```", "ʼʼʼ")
    return prose(f"**{name}**", (f"```html\n{shown}\n```", shown))
