"""What a follow-up is, as values. Conditions are Smarty expressions, texts of actions Smarty templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

END = "end"
"""Where a path leads that goes no further."""


@dataclass(frozen=True, slots=True)
class Wait:
    """So many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """The next time that it is `at` in a zone; `zone` may be a template that gives the recipient's."""

    at: time
    zone: str


@dataclass(frozen=True, slots=True)
class WaitUntilMoment:
    """A moment in the data: a template that gives a date, or Unix seconds."""

    moment: str


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Another event of the same person, for `within` seconds at most; then the path goes to `otherwise`."""

    event: str
    within: float


@dataclass(frozen=True, slots=True)
class Check:
    """A condition, asked against what is true then; `otherwise` when it is not."""

    condition: str


@dataclass(frozen=True, slots=True)
class Split:
    """One of several ways by chance, each with its weight."""

    ways: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of a template. `to` and `subject` are templates; `unsubscribe`: an https address, a template too."""

    template: str
    subject: str
    to: str
    sender: str = ""
    reply_to: str = ""
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request to `url`. `secrets`: names of the keys that sign it, the newest first.

    `ordered`: it waits for earlier ones of its kind to the same host.
    """

    url: str
    secrets: tuple[str, ...]
    ordered: bool = False

    @property
    def host(self) -> str:
        """Where it goes, as people are told."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Publish:
    """The event, for a broker. `broker` names its address as secrets are named.

    `subject`: a template, for the subject, topic or routing key.
    """

    broker: str
    subject: str


@dataclass(frozen=True, slots=True)
class ChangeProfile:
    """Makes or changes the profile of an e-mail address: each field a template. `remove`: it goes."""

    email: str
    fields: Mapping[str, str]
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Raise:
    """Something has happened: an event, whose data are templates."""

    event: str
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """An action of a package (entry point `dovetail.actions`); its arguments are templates."""

    action: str
    arguments: Mapping[str, str]


_Deciding: TypeAlias = "Wait | WaitUntil | WaitUntilMoment | WaitFor | Check | Split"
Act: TypeAlias = "_Deciding | Mail | Webhook | Publish | ChangeProfile | Raise | Call"


Outgoing: TypeAlias = "Mail | Webhook | Publish | Call"
"""What goes out to others, under a key, and may be sent again."""


def action_of(act: Outgoing) -> str:
    """What an action is called where it is written down."""
    return type(act).__name__.lower()


@dataclass(frozen=True, slots=True)
class Step:
    """A step: what it does, and where the path goes on. `then` "" is the step below."""

    name: str
    act: Act
    then: str = ""
    otherwise: str = END


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many times for one person within so many seconds."""

    times: int
    per: float


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which no mail is sent, in a zone."""

    begin: time
    end: time
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Followup:
    """A follow-up. `source` "" is any. `when` "" is always."""

    name: str
    triggers: tuple[str, ...]
    steps: tuple[Step, ...]
    source: str = ""
    when: str = ""
    cap: Cap | None = None
    quiet: Quiet | None = None

    def starts_by(self, type_: str, source: str) -> bool:
        """Whether events of a type, of a source, start it."""
        return type_ in self.triggers and self.source in ("", source)

    def step(self, name: str) -> Step | None:
        """A step by its name."""
        return next((each for each in self.steps if each.name == name), None)

    def after(self, step: Step) -> str:
        """The name of the step that follows, or `end`."""
        if step.then:
            return step.then
        at = self.steps.index(step) + 1
        return self.steps[at].name if at < len(self.steps) else END
