"""From a TOML text to a follow-up: everything checked, every fault with its place and a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import NamedTuple, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dovetail.bridge.events.types import EVENT, TYPES
from dovetail.bridge.followups.followup import (
    END,
    Act,
    Call,
    Cap,
    ChangeProfile,
    Check,
    Followup,
    Mail,
    Publish,
    Quiet,
    Raise,
    Split,
    Step,
    Wait,
    WaitFor,
    WaitUntil,
    WaitUntilMoment,
    Webhook,
)
from dovetail.bridge.followups.keys import ACT, ACTS, AT_TOP, IN_STEP
from dovetail.bridge.followups.places import Fault, place_in_step
from dovetail.errors import SettingsError, TemplateError, did_you_mean
from dovetail.integrations.document import SettingsText, parse_text
from dovetail.integrations.durations import EXAMPLES, seconds_of
from dovetail.source import Place

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}\Z")
_TOP = tuple(each.name for each in AT_TOP)
_IN_STEP = tuple(each.name for each in IN_STEP)
_TABLES = {each.name: each for each in (*AT_TOP, *ACTS)}
_EXAMPLES = {name: each.shown for name, each in _TABLES.items()}
_PLACE = re.compile(r":(\d+)(?::(\d+))?: ")
_SLIP = 0.85
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
Table = Mapping[str, object]
CheckText = Callable[[str], None]
"""Raises TemplateError for a text that is no template."""


def read_followup(name: str, file: str, text: str, check: CheckText) -> Followup:
    """A follow-up of its text. `file` stands in messages; `check` compiles a template.

    Raises:
        SettingsError: with every fault, one per line.
    """
    made, faults = checked(name, file, text, check)
    if made is None or faults:
        raise SettingsError("\n".join(each.said(file) for each in faults))
    return made


def checked(name: str, file: str, text: str, check: CheckText) -> tuple[Followup | None, Sequence[Fault]]:
    """What can be read of a text, None when it is no TOML, and every fault of it."""
    try:
        read = parse_text(file, text)
    except SettingsError as error:
        told = str(error).removeprefix(file)
        place = _PLACE.match(told)
        at = Place(int(place[1]), int(place[2] or 1)) if place else Place(1, 1)
        return None, [Fault(at, told[place.end() :] if place else told)]
    reader = _Reader(name, read, check)
    return reader.read(), reader.faults


class _At(NamedTuple):
    """A step by its number from 0, and the keys down to what is read in it."""

    step: int
    keys: tuple[str, ...] = ()

    def below(self, key: str) -> _At:
        """A key here."""
        return _At(self.step, (*self.keys, key))


@dataclass(slots=True)
class _Reader:
    name: str
    text: SettingsText
    check: CheckText
    faults: list[Fault] = field(default_factory=list[Fault])
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    """The number of each step by its name, of those too that cannot be read."""

    def read(self) -> Followup:
        values = self.text.values
        if not NAME.match(self.name):
            self.fault("", f"`{self.name}` is no name of a follow-up", "Use small letters, digits, - and _")
        for name in values:
            if name not in _TOP:
                self.fault(name, f"`{name}` is not known in a follow-up", did_you_mean(name, _TOP))
        made = Followup(
            self.name,
            self.triggers(values.get("on")),
            self.steps(values.get("steps")),
            self.words(values, "source", ""),
            self.condition(values, "when", ""),
            self.cap(values.get("cap")),
            self.quiet(values.get("quiet")),
        )
        self.ways(made)
        return made

    def fault(self, at: str | _At, sentence: str, remedy: str = "") -> None:
        place = place_in_step(self.text, at.step, at.keys) if isinstance(at, _At) else self.text.place(at)
        self.faults.append(Fault(place, sentence, remedy))

    # --- the top

    def triggers(self, given: object) -> tuple[str, ...]:
        names = [given] if isinstance(given, str) else given
        if not isinstance(names, list) or not names:
            self.fault("on", "`on` says which event starts it", f"For example: {_EXAMPLES['on']}")
            return ()
        found = list[str]()
        for each in cast("list[object]", names):
            if not isinstance(each, str) or not EVENT.match(each):
                self.fault("on", f"`{each}` is no name of an event", "Names have small letters, digits and -")
                continue
            # Others may be events of one's own: only a slip of the pen is taken for one.
            near = did_you_mean(each, list(TYPES), _SLIP) if each not in TYPES else ""
            if near:
                self.fault("on", f"there is no event `{each}`", near)
            found.append(each)
        return tuple(found)

    def cap(self, given: object) -> Cap | None:
        if given is None:
            return None
        table = self.table("cap", given)
        times, per = table.get("times"), seconds_of(table.get("per"))
        if not isinstance(times, int) or times < 1 or per is None:
            self.fault("cap", "`cap` needs how often, and within what time", _EXAMPLES["cap"])
            return None
        return Cap(times, per)

    def quiet(self, given: object) -> Quiet | None:
        if given is None:
            return None
        table = self.table("quiet", given)
        begin, end, zone = _clock(table.get("from")), _clock(table.get("until")), _zone(table.get("zone"))
        if begin is None or end is None or zone is None or begin == end:
            self.fault("quiet", "`quiet` needs two times and a time zone", _EXAMPLES["quiet"])
            return None
        return Quiet(begin, end, zone)

    # --- steps

    def steps(self, given: object) -> tuple[Step, ...]:
        if not isinstance(given, list) or not given:
            self.fault("steps", "a follow-up has steps", "Write [[steps]] on a line of its own, and what it does below")
            return ()
        found = list[Step]()
        for number, each in enumerate(cast("list[object]", given)):
            made = self.step(_At(number), each)
            if made is not None:
                found.append(made)
        return tuple(found)

    def step(self, at: _At, given: object) -> Step | None:
        if not isinstance(given, dict):
            self.fault(at, "a step is a table")
            return None
        table = cast("dict[str, object]", given)
        for key in table:
            if key not in _IN_STEP:
                self.fault(at.below(key), f"`{key}` is not known in a step", did_you_mean(key, _IN_STEP))
        name = self.words(table, "name", str(at.step + 1), at)
        if name in self.numbers:
            self.fault(at.below("name"), f"there are two steps `{name}`", "Give one of them another name")
        self.numbers.setdefault(name, at.step)
        acts = [kind for kind in ACT if kind in table]
        if len(acts) != 1:
            self.fault(at, f"a step does one thing; this one does {len(acts)}", f"It is one of {', '.join(ACT)}")
            return None
        act = self.act(at.below(acts[0]), acts[0], table[acts[0]])
        if act is None:
            return None
        return Step(name, act, self.words(table, "then", "", at), self.words(table, "otherwise", END, at))

    def act(self, at: _At, kind: str, value: object) -> Act | None:
        read: Mapping[str, Callable[[_At, object], Act | None]] = {
            "wait": self.wait,
            "until": self.until,
            "until_moment": lambda at, value: self.with_text(at, value, WaitUntilMoment, "until_moment"),
            "wait_for": self.wait_for,
            "check": self.check_step,
            "split": self.split,
            "mail": self.mail,
            "webhook": self.webhook,
            "publish": self.publish,
            "profile": self.profile,
            "raise": self.raising,
            "call": self.call,
        }
        return read[kind](at, value)

    def wait(self, at: _At, value: object) -> Act | None:
        seconds = seconds_of(value)
        if seconds is None:
            self.fault(at, "`wait` is a span of time", f"Such as {EXAMPLES}")
            return None
        return Wait(seconds)

    def until(self, at: _At, value: object) -> Act | None:
        table = self.table(at, value)
        clock = _clock(table.get("time"))
        zone = table.get("zone", "UTC")
        if clock is None or not isinstance(zone, str) or ("{" not in zone and _zone(zone) is None):
            self.fault(at, "`until` needs a time and a time zone", _EXAMPLES["until"])
            return None
        self.template(at.below("zone"), zone)
        return WaitUntil(clock, zone)

    def with_text(self, at: _At, value: object, make: Callable[[str], Act], name: str) -> Act | None:
        if not isinstance(value, str) or not value:
            self.fault(at, f"`{name}` is a text")
            return None
        self.template(at, value)
        return make(value)

    def wait_for(self, at: _At, value: object) -> Act | None:
        table = self.table(at, value)
        event, within = table.get("event"), seconds_of(table.get("within"))
        if not isinstance(event, str) or not EVENT.match(event) or within is None:
            self.fault(at, "`wait_for` needs an event and a time", _EXAMPLES["wait_for"])
            return None
        return WaitFor(event, within)

    def check_step(self, at: _At, value: object) -> Act | None:
        if not isinstance(value, str) or not value.strip():
            self.fault(at, "`check` is a condition", _EXAMPLES["check"])
            return None
        self.template(at, f"{{if {value}}}1{{/if}}")
        return Check(value)

    def split(self, at: _At, value: object) -> Act | None:
        ways = list[tuple[float, str]]()
        for each in cast("list[object]", value) if isinstance(value, list) else []:
            table = self.table(at, each)
            weight, to = table.get("weight", 1), table.get("to")
            if isinstance(weight, int | float) and weight > 0 and isinstance(to, str):
                ways.append((float(weight), to))
        if len(ways) < 2:
            self.fault(at, "`split` needs two ways or more", _EXAMPLES["split"])
            return None
        return Split(tuple(ways))

    def mail(self, at: _At, value: object) -> Act | None:
        names, table = ACT["mail"].known(), self.table(at, value)
        found = {name: self.words(table, name, "", at) for name in names}
        if not found["template"] or not found["subject"]:
            self.fault(at, "`mail` needs a template and a subject", _EXAMPLES["mail"])
            return None
        for name in names[1:]:
            self.template(at.below(name), found[name])
        to = found["to"] or "{$trigger.email}"
        return Mail(found["template"], found["subject"], to, found["from"], found["reply_to"], found["unsubscribe"])

    def webhook(self, at: _At, value: object) -> Act | None:
        table = self.table(at, value)
        url, secrets = table.get("url"), table.get("secrets")
        names = [secrets] if isinstance(secrets, str) else secrets
        if (
            not isinstance(url, str)
            or not _is_address(url)
            or not isinstance(names, list)
            or not names
            or not all(isinstance(each, str) for each in cast("list[object]", names))
        ):
            sentence = "`webhook` needs an address, and the names of its keys"
            self.fault(at, sentence, _EXAMPLES["webhook"])
            return None
        return Webhook(url, tuple(cast("list[str]", names)), ordered=bool(table.get("ordered", False)))

    def publish(self, at: _At, value: object) -> Act | None:
        table = self.table(at, value)
        broker, subject = table.get("broker"), table.get("subject")
        if not isinstance(broker, str) or not _VARIABLE.match(broker) or not isinstance(subject, str) or not subject:
            # An address that stands here may hold a password: it is not repeated.
            sentence = "`publish` needs the name under which the broker's address is kept, and a subject"
            self.fault(at, sentence, _EXAMPLES["publish"])
            return None
        self.template(at.below("subject"), subject)
        return Publish(broker, subject)

    def profile(self, at: _At, value: object) -> Act | None:
        table = self.table(at, value)
        email = self.words(table, "email", "{$trigger.email}", at)
        self.template(at.below("email"), email)
        return ChangeProfile(email, self.texts(at.below("set"), table.get("set", {})), bool(table.get("remove", False)))

    def raising(self, at: _At, value: object) -> Act | None:
        table = self.table(at, value)
        event = table.get("event")
        if not isinstance(event, str) or not EVENT.match(event):
            self.fault(at, "`raise` needs the name of an event", _EXAMPLES["raise"])
            return None
        if event in TYPES and TYPES[event].source != "api":
            self.fault(
                at.below("event"),
                f"`{event}` is raised by Dovetail itself",
                "Name what has happened in words of your own",
            )
        return Raise(event, self.texts(at.below("data"), table.get("data", {})))

    def call(self, at: _At, value: object) -> Act | None:
        table = self.table(at, value)
        action = table.get("action")
        if not isinstance(action, str) or not action:
            self.fault(at, "`call` needs the name of an action", _EXAMPLES["call"])
            return None
        return Call(action, self.texts(at.below("with"), table.get("with", {})))

    # --- values

    def ways(self, made: Followup) -> None:
        for step in made.steps:
            at = _At(self.numbers[step.name])
            ways = [("then", step.then), ("otherwise", step.otherwise)]
            if isinstance(step.act, Split):
                ways += [("split", to) for _, to in step.act.ways]
            for key, to in ways:
                if to and to != END and to not in self.numbers:
                    self.fault(
                        at.below(key), f"there is no step `{to}`", did_you_mean(to, [*self.numbers]) or "Or `end`"
                    )

    def words(self, table: Table, name: str, usual: str, at: _At | None = None) -> str:
        value = table.get(name, usual)
        if isinstance(value, str):
            return value
        self.fault(at.below(name) if at is not None else name, f"`{name}` is a text")
        return usual

    def condition(self, table: Table, name: str, usual: str) -> str:
        value = self.words(table, name, usual)
        if value:
            self.template(name, f"{{if {value}}}1{{/if}}")
        return value

    def texts(self, at: _At, value: object) -> Mapping[str, str]:
        if not isinstance(value, dict):
            self.fault(at, "here stands a table of texts")
            return {}
        found = dict[str, str]()
        for name, each in cast("dict[str, object]", value).items():
            text = each if isinstance(each, str) else str(each)
            self.template(at.below(name), text)
            found[name] = text
        return found

    def template(self, at: str | _At, text: str) -> None:
        try:
            self.check(text)
        except TemplateError as error:
            self.fault(at, f"`{text}` cannot be read: {error.diagnostic.message}", error.diagnostic.help)

    def table(self, at: str | _At, value: object) -> Table:
        known = _TABLES[at if isinstance(at, str) else at.keys[-1]].known()
        if not isinstance(value, dict):
            self.fault(at, f"here stands a table with {', '.join(known)}")
            return {}
        table = cast("dict[str, object]", value)
        for name in table:
            if name not in known:
                remedy = did_you_mean(name, known) or f"It has {', '.join(known)}"
                self.fault(at.below(name) if isinstance(at, _At) else at, f"`{name}` is not known here", remedy)
        return table


def _clock(value: object) -> time | None:
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _zone(value: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(value) if isinstance(value, str) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname)
