"""What goes in and out for follow-ups, their instances, and what the bridge reads, as types."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from dovetail.bridge.store.instances import InstanceState
from dovetail.service.shapes import EventShape, Given, Page

FollowupText = Annotated[
    str, Meta(max_length=100_000, description="The follow-up as TOML: `on`, `[[steps]]` and so on")
]
EventName = Annotated[str, Meta(max_length=300, pattern="^[^\\u0000-\\u001f\\u007f]*$")]


class InstanceNumbers(Struct):
    """How many instances are in each state."""

    waiting: int = 0
    done: int = 0
    stopped: int = 0
    failed: int = 0


class FollowupLine(Struct):
    """A follow-up in a list. `paused`: new events start it no more; `triggers`: the events that do else."""

    name: str
    version: int
    paused: bool
    made_at: datetime
    triggers: list[str]
    instances: InstanceNumbers


class FollowupPage(Page):
    """Follow-ups by name."""

    items: list[FollowupLine]


class FollowupShape(Struct):
    """A follow-up. `version` grows with each other text; an instance ends with that which it began with."""

    name: str
    version: int
    paused: bool
    made_at: datetime
    triggers: list[str]
    text: str


class NewFollowup(Given):
    """A follow-up's text."""

    text: FollowupText


class Trial(Given):
    """Which past events to try a follow-up on: the latest of so many seconds, or `event`, one by its number or id.

    `text`: this one is tried instead of that which is stored, if any is.
    """

    since_seconds: Annotated[float, Meta(gt=0, le=31_622_400)] = 604_800.0
    event: EventName = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 20
    text: FollowupText | None = None


class TriedShape(Struct):
    """What would be done for an event, step by step. `acts`: whether anything would go out or change."""

    event: EventShape
    lines: list[str]
    acts: bool


class TrialShape(Struct):
    """What a follow-up would do for the events that start it, the latest first; for how many it would do something."""

    items: list[TriedShape]
    acting: int


class InstanceShape(Struct):
    """A follow-up that an event started. `step` is the one that comes next; `awaits`: the event that it waits for."""

    id: str
    followup: str
    version: int
    event: str
    person: str
    step: str
    state: InstanceState
    reason: str
    awaits: str
    made_at: datetime
    changed_at: datetime


class InstancePage(Page):
    """Instances, the latest first."""

    items: list[InstanceShape]


class PassageShape(Struct):
    """What an instance did in a step."""

    at: datetime
    step: str
    what: str


class DeliveryShape(Struct):
    """Something that went out, or is to. `id`: the key by which its receiver knows it.

    `state`: `waiting`, `done`, or `dead` when it was given up.
    """

    id: str
    action: str
    destination: str
    state: str
    attempts: int
    reason: str
    made_at: datetime


class InstanceStory(Struct):
    """An instance with all that explains it. `event`: what started it; null when that was forgotten."""

    instance: InstanceShape
    event: EventShape | None
    passages: list[PassageShape]
    deliveries: list[DeliveryShape]


class FeedShape(Struct):
    """Where a kind of record of an integration is read.

    `state`: `first` until all was looked at once, which starts nothing. `read_at`, `swept_at`: when what changed was
    read last, and when everything was. `reason`: why it could not be read the last time, or ''.
    """

    integration: str
    entity: str
    state: Literal["first", "live"]
    read_at: datetime | None
    swept_at: datetime | None
    reason: str


class FeedList(Struct):
    """All that is read, by integration and kind of record."""

    items: list[FeedShape]


class HourShape(Struct):
    """An hour that began `at`. `deliveries`: those that were tried first in it, by what became of them since."""

    at: datetime
    events: dict[str, int]
    begun: int
    ended: dict[str, int]
    deliveries: dict[str, int]


class StatisticsShape(Struct):
    """Hours in their order, the last one is not over; and how many instances wait, or have failed, now."""

    hours: list[HourShape]
    waiting: int
    failed: int


class NewSecret(Given):
    """A secret to be put: `whsec_` and 24 to 64 bytes in base64; without one, one is made."""

    secret: Annotated[str, Meta(min_length=30, max_length=200)] | None = None


class SecretShape(Struct):
    """A secret of the account. `secret` itself is told once, when it is put."""

    name: str
    changed_at: datetime
    secret: str | None = None


class SecretList(Struct):
    """Secrets by name."""

    items: list[SecretShape]
