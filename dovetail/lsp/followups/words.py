"""What is completed in a follow-up's text, and told under the pointer: keys, events, steps, templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dovetail.bridge.events.types import TYPES, EventType
from dovetail.bridge.followups.followup import END
from dovetail.bridge.followups.keys import ACT, AT_TOP, IN_STEP, STEPS, Key
from dovetail.lsp.features.completion.offers import fitting, in_snippet, ranked
from dovetail.lsp.features.prose import fenced, prose
from dovetail.lsp.features.results import Completion, Completions, Hover, Prose
from dovetail.lsp.features.words import docs_link
from dovetail.lsp.followups.place import Spot, spot_at, step_names
from dovetail.source import Span

_WORD = re.compile(r"[\w-]+")
_HEADER = re.compile(r"\s*\[+[\w .-]*\]*")


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to name: templates of the folder, integrations with what they are, events of ones own."""

    templates: Sequence[str]
    integrations: Mapping[str, str]
    events: Sequence[str]


def complete(text: str, offset: int, known: Known) -> Completions:
    """What may be written at an offset of a follow-up's text, the most wanted first."""
    spot = spot_at(text, offset)
    if spot is None:
        return Completions()
    items = list(_keys(spot) if not spot.key else _values(text, spot, known))
    return ranked(fitting(spot.typed, ((item, -float(at)) for at, item in enumerate(items))))


def resolve(key: str) -> Prose | None:
    """The documentation of a completion by its key."""
    kind, _, name = key.partition(":")
    if kind == "event":
        return _event(TYPES[name]) if name in TYPES else None
    *table, last = name.split(".")
    return next((_told(each) for each in _under(tuple(table)) if each.name == last), None)


def hover(text: str, offset: int) -> Hover | None:
    """What is told of the key or event at an offset."""
    word = next(
        (each for each in _WORD.finditer(text, *_line(text, offset)) if each.start() <= offset <= each.end()), None
    )
    if word is None:
        return None
    span = Span(word.start(), word.end())
    spot = spot_at(text, span.end)
    if spot is None:
        begin, end = _line(text, offset)
        header = _HEADER.match(text, begin, end)
        if header is None or offset > header.end():
            return None
        key = (
            STEPS
            if word[0] == STEPS.name
            else next((each for each in _under(("steps",)) if each.name == word[0]), None)
        )
        return Hover(span, _told(key)) if key is not None else None
    if not spot.key:
        key = next((each for each in _under(spot.table) if each.name == word[0]), None)
        return Hover(span, _told(key)) if key is not None else None
    value = _key(spot)
    event = TYPES.get(text[spot.span.start : spot.span.end])
    if value is None or value.names not in ("event", "own-event") or event is None:
        return None
    return Hover(spot.span, _event(event))


def _line(text: str, offset: int) -> tuple[int, int]:
    end = text.find("\n", offset)
    return text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(text)


# Keys -------------------------------------------------------------------------------------------------------


def _under(table: tuple[str, ...]) -> Sequence[Key]:
    """The keys of a table."""
    keys: Sequence[Key] = AT_TOP
    for name in table:
        keys = IN_STEP if name == STEPS.name else next((each.keys for each in keys if each.name == name), ())
    return keys


def _key(spot: Spot) -> Key | None:
    """The key whose value stands at a spot."""
    return next((each for each in _under(spot.table) if each.name == spot.key), None)


def _keys(spot: Spot) -> Iterator[Completion]:
    in_step = spot.table == ("steps",)
    acts = in_step and bool(spot.given & ACT.keys())
    for key in (*_under(spot.table), *([STEPS] if acts and not spot.assigned else [])):
        if key.name in spot.given or (acts and key.name in ACT) or (spot.quote and not spot.assigned):
            continue
        item = Completion(key.name, "attribute", spot.span, key.name, key.summary, key=_named(spot, key))
        if key is STEPS:
            yield replace(item, label="[[steps]]", insert="[[steps]]\n", key=f"key:{STEPS.name}")
        elif spot.assigned:
            yield item
        else:
            yield replace(item, insert=f"{key.name} = {_stop(key.example)}", snippet=True, again=bool(key.names))


def _named(spot: Spot, key: Key) -> str:
    return f"key:{'.'.join((*spot.table, key.name))}"


def _stop(example: str) -> str:
    """An example as the one thing of a snippet that is written over, its quotes left."""
    quoted = len(example) > 1 and example[0] == example[-1] == '"'
    inside = in_snippet(example[1:-1] if quoted else example)
    return f'"${{1:{inside}}}"' if quoted else f"${{1:{inside}}}"


# Values -----------------------------------------------------------------------------------------------------


def _values(text: str, spot: Spot, known: Known) -> Iterator[Completion]:
    key = _key(spot)
    if key is None or (spot.in_list and not key.names):
        return
    match key.names:
        case "event" | "own-event":
            for event in TYPES.values():
                if key.names == "event" or event.source == "api":
                    yield replace(_value(spot, event.name, event.summary), key=f"event:{event.name}")
            for name in known.events:
                # What is being typed here is none yet.
                if name != text[spot.span.start : spot.span.end]:
                    yield _value(spot, name, "an event of your own")
        case "step":
            for name in step_names(text):
                if name != _own_name(text, spot):
                    yield _value(spot, name, "a step")
            yield _value(spot, END, "the follow-up ends")
        case "template":
            for name in known.templates:
                yield replace(_value(spot, name, ""), kind="template")
        case "integration":
            for name, summary in known.integrations.items():
                yield _value(spot, name, summary)
        case "":
            if not spot.quote and not spot.typed:
                item = Completion(key.example, "value", spot.span, _stop(key.example), "for example", snippet=True)
                yield replace(item, key=_named(spot, key))


def _own_name(text: str, spot: Spot) -> str:
    names = step_names(text)
    return names[spot.step] if 0 <= spot.step < len(names) else ""


def _value(spot: Spot, name: str, summary: str) -> Completion:
    return Completion(name, "value", spot.span, name if spot.quote else f'"{name}"', summary)


# Words ------------------------------------------------------------------------------------------------------


def _told(key: Key) -> Prose:
    below = "\n".join(f"- `{each.name}`: {each.summary}" for each in key.keys)
    return prose(
        f"**{key.name}**: {key.summary}",
        below,
        fenced(key.shown, "toml") if key.example else "",
        docs_link("follow-ups.md", "The file"),
    )


def _event(event: EventType) -> Prose:
    needs = ", ".join(f"`{name}`" for name in event.needs)
    return prose(
        f"**{event.name}**: {event.summary}",
        f"Not seen, or later: {event.unseen}" if event.unseen else "",
        f"Who tells of it has to give {needs}." if needs and event.source == "api" else "",
        docs_link("events.md", "Data"),
    )
