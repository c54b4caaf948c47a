"""docs/events.md, from the types of events and their data: `python docs/generate.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dovetail.bridge.events.data import COMMON, RECORDS
from dovetail.bridge.events.types import TYPES
from dovetail.engine.schema import Field, RecordType

NOTE = "<!-- Written by docs/generate.py from the registries; change it there. -->"
_SOURCES = {
    "shop": "Found in a shop",
    "api": "Told by programs",
    "mail": "What becomes of mails",
}


def events_page() -> str:
    """docs/events.md."""
    return "\n".join(_events()) + "\n"


def _events() -> Iterator[str]:
    yield "# Events"
    yield f"\n{NOTE}\n"
    yield (
        "Something happened: an order was placed, a cart was left. Each event is logged once, as a CloudEvent"
        " with an id made of what happened, and starts the [follow-ups](follow-ups.md) that are `on` it. In "
        "their texts its data are `{$trigger.…}`: [below](#data) are the fields that each has."
    )
    yield (
        "\nShops are asked each minute what changed, and once a day everything is looked through (the sweep)."
        " Of what changes twice between two looks the outcome is seen: polling cannot see what was undone "
        "meanwhile. The first look at a shop fires nothing."
    )
    for source, title in _SOURCES.items():
        yield f"\n## {title}\n"
        yield (
            "| event | happens when | is not seen, or later |"
            if source == "shop"
            else "| event | happens when | needs |"
        )
        yield "|---|---|---|"
        for each in TYPES.values():
            if each.source == source:
                last = each.unseen if source == "shop" else ", ".join(f"`{name}`" for name in each.needs)
                yield f"| [`{each.name}`](#{each.record}) | {each.summary} | {last} |"
    yield (
        "\nEvents of your own have any other name of small letters, digits and `-`; name what happened, not "
        "what is to be done. They come from a follow-up (`raise`), from `dovetail events emit`, or over HTTP."
    )
    yield from _data()


def _data() -> Iterator[str]:
    yield "\n## Data\n"
    yield (
        "Editors complete these names in templates that a follow-up sends, and tell of misspelt ones. A shop leaves "
        "out what it does not know: show such a field with `|default:'…'`. Events of your own have the data that they "
        "were raised with."
    )
    yield "\nEvery event has:\n"
    yield from _table(COMMON)
    of = dict[str, list[str]]()
    for each in TYPES.values():
        of.setdefault(each.record, []).append(f"`{each.name}`")
    nested = [name for name in RECORDS if name not in of]
    for name in [*of, *nested]:
        yield f'\n<a id="{name}"></a>\n'
        yield f"### {RECORDS[name].summary}\n"
        if name in of:
            yield f"{', '.join(of[name])}\n"
        yield from _record(RECORDS[name])


def _record(record: RecordType) -> Iterator[str]:
    twins = [name for name in record.fields if name.removeprefix("base_") in record.fields and name[:5] == "base_"]
    yield from _table({name: each for name, each in record.fields.items() if name not in twins})
    if twins:
        names = ", ".join(f"`{name}`" for name in twins)
        yield f"\nIn the currency of the shop's books: {names}."
    if record.open:
        yield "\nThere may be others."


def _table(fields: Mapping[str, Field]) -> Iterator[str]:
    yield "| field | | |"
    yield "|---|---|---|"
    for name, each in fields.items():
        kind = f"[{each.record}](#{each.record})" if each.record else each.type
        example = f", such as `{each.example}`" if each.example else ""
        yield f"| `{name}` | {'list of ' if each.many else ''}{kind} | {each.summary}{example} |"
