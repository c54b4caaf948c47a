"""The schemas of events: what `{$trigger.…}` is, declared once for completion, lints and docs/events.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from dovetail.bridge.events.fields import nested, plain
from dovetail.bridge.events.orders import ORDERS
from dovetail.bridge.events.shops import SHOPS
from dovetail.bridge.events.types import TYPES
from dovetail.engine.schema import Field, RecordType

_OF_EVENT: Mapping[str, Field] = {
    "type": plain("text", "name of the event", "order-create"),
    "timestamp": plain("integer", "when it happened, Unix seconds", "1800000000"),
    "source": plain("text", "the integration, or api, cli, mail, followup", "mywebshop"),
    "subject": plain("text", "the record that it is about", "order/17"),
    "event": plain("text", "id of the event, the same however often it is found"),
}
COMMON: Mapping[str, Field] = {
    **_OF_EVENT,
    "profile": nested("profile", "the profile of whom it is about; the same as `$profile`"),
    "trigger": nested("cause", "the event that led to it; nothing when none did"),
}
"""What every `$trigger` has besides the data of its event. Of two fields of one name, this is the one."""

_PLAIN = (
    RecordType(name="cart_add", summary="An item that was put into a cart", personal=True, fields={
        "id": plain("any", "the cart's id"),
        "sku": plain("text", "SKU of the product", "MUG-BLUE"),
        "count": plain("number", "how many"),
        "email": plain("text", "whom it is about, if that is told"),
    }),
    RecordType(name="cart_remove", summary="An item that was taken out of a cart", personal=True, fields={
        "id": plain("any", "the cart's id"),
        "sku": plain("text", "SKU of the product", "MUG-BLUE"),
        "email": plain("text", "whom it is about, if that is told"),
    }),
    RecordType(name="mail", summary="A mail of a follow-up", open=False, personal=True, fields={
        "email": plain("text", "whom the follow-up is about", "ann@example.com"),
        "followup": plain("text", "name of the follow-up", "cart"),
    }),
    RecordType(name="bounce", summary="A mail that came back", personal=True, fields={
        "email": plain("text", "whom it was for", "ann@example.com"),
    }),
    RecordType(name="profile", summary="What is kept of a person, by follow-ups", personal=True, fields={
        "email": plain("text", "e-mail address", "ann@example.com"),
    }),
    RecordType(name="cause", summary="The event that led to this, with its data", personal=True, fields=_OF_EVENT),
)  # fmt: skip

RECORDS: Mapping[str, RecordType] = {each.name: each for each in (*ORDERS, *SHOPS, *_PLAIN)}
"""What the data of events consist of, by name: those that types name (`EventType.record`), and what is in them."""

TRIGGER = "event"
"""The record that `$trigger` is."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What `$trigger` is, by one of several events.

    `records` has that of `$trigger` itself, by the name `TRIGGER`, and what is in it. `only`: of fields that not all
    events have, by record and field, those that have them.
    """

    events: tuple[str, ...]
    records: Mapping[str, RecordType]
    only: Mapping[tuple[str, str], tuple[str, ...]]


@cache
def trigger_of(events: tuple[str, ...]) -> Trigger:
    """What `$trigger` is, by one of these events: all fields that one of them has.

    It is open when an event has data of its own.
    """
    known = [name for name in events if name in TYPES]
    union = _Union(dict(RECORDS), {})
    data = union.of(TRIGGER, [(name, RECORDS[TYPES[name].record]) for name in known]) if known else None
    own = len(known) < len(events) or data is None
    if own:
        # Of an event that nobody declared, nobody knows that it lacks a field.
        union.only.clear()
    union.records[TRIGGER] = RecordType(
        name=TRIGGER,
        summary="The event that started the follow-up",
        fields={**(data.fields if data is not None else {}), **COMMON},
        open=own or (data is not None and data.open),
        personal=True,
    )
    only = {(at, name): who for (at, name), who in union.only.items() if at != TRIGGER or name not in COMMON}
    return Trigger(events, union.records, only)


@dataclass(slots=True)
class _Union:
    """Makes records that have all fields of several; what those are called tells which they are of."""

    records: dict[str, RecordType]
    only: dict[tuple[str, str], tuple[str, ...]]

    def of(self, name: str, given: Sequence[tuple[str, RecordType]]) -> RecordType:
        """The union of the records of events, under a name."""
        fields = dict[str, Field]()
        for field in dict.fromkeys(field for _, record in given for field in record.fields):
            having = [(event, record.fields[field]) for event, record in given if field in record.fields]
            fields[field] = self.field(having)
            if len(having) < len(given):
                self.only[name, field] = tuple(event for event, _ in having)
        made = RecordType(
            name=name,
            summary=_joined(record.summary for _, record in given),
            fields=fields,
            open=any(record.open for _, record in given),
            personal=any(record.personal for _, record in given),
        )
        self.records[name] = made
        return made

    def field(self, given: Sequence[tuple[str, Field]]) -> Field:
        """One field for those of events."""
        first = given[0][1]
        summary = _joined(each.summary for _, each in given)
        names = dict.fromkeys(each.record for _, each in given)
        if len({(each.type, each.many) for _, each in given}) > 1:
            return Field(type="any", summary=summary)
        if len(names) == 1:
            return replace(first, summary=summary)
        name = " or ".join(names)
        if name not in self.records:
            self.of(name, [(event, self.records[each.record]) for event, each in given])
        return replace(first, summary=summary, record=name)


def _joined(summaries: Iterable[str]) -> str:
    return "; or ".join(dict.fromkeys(summaries))
