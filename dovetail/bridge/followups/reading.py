"""From a TOML text to a follow-up: everything checked, every fault with its place and a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import cast
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
from dovetail.errors import SettingsError, TemplateError, did_you_mean
from dovetail.integrations.document import SettingsText, parse_text
from dovetail.integrations.durations import EXAMPLES, seconds_of

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}\Z")
_STEP = re.compile(r"\s*\[\[\s*steps\s*\]\]")
_TOP = ("on", "source", "when", "cap", "quiet", "steps")
_ACTS = ("wait", "until", "until_moment", "wait_for", "check", "split", "mail", "webhook", "profile", "raise", "call")
_SLIP = 0.85
Table = Mapping[str, object]
CheckText = Callable[[str], None]
"""Raises TemplateError for a text that is no template."""


def read_followup(name: str, file: str, text: str, check: CheckText) -> Followup:
    """A follow-up of its text. `file` stands in messages; `check` compiles a template.

    Raises:
        SettingsError: with every fault, one per line.
    """
    return _Reader(name, parse_text(file, text), check).read()


@dataclass(slots=True)
class _Reader:
    name: str
    text: SettingsText
    check: CheckText
    faults: list[str] = field(default_factory=list[str])
    # Steps that can be read and that cannot, by name: where they stand in the text.
    named: dict[str, int] = field(default_factory=dict[str, int])

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
        if self.faults:
            raise SettingsError("\n".join(self.faults))
        return made

    def fault(self, at: str | int, sentence: str, remedy: str = "") -> None:
        if isinstance(at, int):
            lines = [number for number, line in enumerate(self.text.text.split("\n"), 1) if _STEP.match(line)]
            place = f"{self.text.name}:{lines[at] if at < len(lines) else 1}:1"
        else:
            place = self.text.at(at)
        end = "" if remedy.endswith(("?", ".")) else "."
        self.faults.append(f"{place}: {sentence}." + (f" {remedy}{end}" if remedy else ""))

    # --- the top

    def triggers(self, given: object) -> tuple[str, ...]:
        names = [given] if isinstance(given, str) else given
        if not isinstance(names, list) or not names:
            self.fault("on", "`on` says which event starts it", 'For example: on = "order-create"')
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
        table = self.table("cap", given, ("times", "per"))
        times, per = table.get("times"), seconds_of(table.get("per"))
        if not isinstance(times, int) or times < 1 or per is None:
            self.fault("cap", "`cap` needs how often, and within what time", 'cap = { times = 1, per = "7d" }')
            return None
        return Cap(times, per)

    def quiet(self, given: object) -> Quiet | None:
        if given is None:
            return None
        table = self.table("quiet", given, ("from", "until", "zone"))
        begin, end, zone = _clock(table.get("from")), _clock(table.get("until")), _zone(table.get("zone"))
        if begin is None or end is None or zone is None or begin == end:
            example = 'quiet = { from = "22:00", until = "08:00", zone = "Europe/Amsterdam" }'
            self.fault("quiet", "`quiet` needs two times and a time zone", example)
            return None
        return Quiet(begin, end, zone)

    # --- steps

    def steps(self, given: object) -> tuple[Step, ...]:
        if not isinstance(given, list) or not given:
            self.fault("steps", "a follow-up has steps", "Write [[steps]] on a line of its own, and what it does below")
            return ()
        found = list[Step]()
        for at, each in enumerate(cast("list[object]", given)):
            name = cast("dict[str, object]", each).get("name") if isinstance(each, dict) else None
            self.named.setdefault(name if isinstance(name, str) else str(at + 1), at)
            made = self.step(at, each)
            if made is None:
                continue
            if any(made.name == other.name for other in found):
                self.fault(at, f"there are two steps `{made.name}`", "Give one of them another name")
            found.append(made)
        return tuple(found)

    def step(self, at: int, given: object) -> Step | None:
        if not isinstance(given, dict):
            self.fault(at, "a step is a table")
            return None
        table = cast("dict[str, object]", given)
        known = (*_ACTS, "name", "then", "otherwise")
        for name in table:
            if name not in known:
                self.fault(at, f"`{name}` is not known in a step", did_you_mean(name, known))
        acts = [name for name in _ACTS if name in table]
        if len(acts) != 1:
            self.fault(at, f"a step does one thing; this one does {len(acts)}", f"It is one of {', '.join(_ACTS)}")
            return None
        act = self.act(at, acts[0], table[acts[0]])
        name = self.words(table, "name", str(at + 1), at)
        if act is None:
            return None
        return Step(name, act, self.words(table, "then", "", at), self.words(table, "otherwise", END, at))

    def act(self, at: int, kind: str, value: object) -> Act | None:
        read: Mapping[str, Callable[[int, object], Act | None]] = {
            "wait": self.wait,
            "until": self.until,
            "until_moment": lambda at, value: self.with_text(at, value, WaitUntilMoment, "until_moment"),
            "wait_for": self.wait_for,
            "check": self.check_step,
            "split": self.split,
            "mail": self.mail,
            "webhook": self.webhook,
            "profile": self.profile,
            "raise": self.raising,
            "call": self.call,
        }
        return read[kind](at, value)

    def wait(self, at: int, value: object) -> Act | None:
        seconds = seconds_of(value)
        if seconds is None:
            self.fault(at, "`wait` is a span of time", f"Such as {EXAMPLES}")
            return None
        return Wait(seconds)

    def until(self, at: int, value: object) -> Act | None:
        table = self.table(at, value, ("time", "zone"))
        clock = _clock(table.get("time"))
        zone = table.get("zone", "UTC")
        if clock is None or not isinstance(zone, str) or ("{" not in zone and _zone(zone) is None):
            self.fault(
                at, "`until` needs a time and a time zone", 'until = { time = "09:00", zone = "Europe/Amsterdam" }'
            )
            return None
        self.template(at, zone)
        return WaitUntil(clock, zone)

    def with_text(self, at: int, value: object, make: Callable[[str], Act], name: str) -> Act | None:
        if not isinstance(value, str) or not value:
            self.fault(at, f"`{name}` is a text")
            return None
        self.template(at, value)
        return make(value)

    def wait_for(self, at: int, value: object) -> Act | None:
        table = self.table(at, value, ("event", "within"))
        event, within = table.get("event"), seconds_of(table.get("within"))
        if not isinstance(event, str) or not EVENT.match(event) or within is None:
            self.fault(
                at, "`wait_for` needs an event and a time", 'wait_for = { event = "order-create", within = "3d" }'
            )
            return None
        return WaitFor(event, within)

    def check_step(self, at: int, value: object) -> Act | None:
        if not isinstance(value, str) or not value.strip():
            self.fault(at, "`check` is a condition", "check = \"$trigger.status == 'open'\"")
            return None
        self.template(at, f"{{if {value}}}1{{/if}}")
        return Check(value)

    def split(self, at: int, value: object) -> Act | None:
        ways = list[tuple[float, str]]()
        for each in cast("list[object]", value) if isinstance(value, list) else []:
            table = self.table(at, each, ("weight", "to"))
            weight, to = table.get("weight", 1), table.get("to")
            if isinstance(weight, int | float) and weight > 0 and isinstance(to, str):
                ways.append((float(weight), to))
        if len(ways) < 2:
            self.fault(
                at, "`split` needs two ways or more", 'split = [{ weight = 1, to = "a" }, { weight = 1, to = "b" }]'
            )
            return None
        return Split(tuple(ways))

    def mail(self, at: int, value: object) -> Act | None:
        names = ("template", "subject", "to", "from", "reply_to", "unsubscribe")
        table = self.table(at, value, names)
        found = {name: self.words(table, name, "", at) for name in names}
        if not found["template"] or not found["subject"]:
            self.fault(at, "`mail` needs a template and a subject", 'mail = { template = "mail.tpl", subject = "…" }')
            return None
        for name in names[1:]:
            self.template(at, found[name])
        to = found["to"] or "{$trigger.email}"
        return Mail(found["template"], found["subject"], to, found["from"], found["reply_to"], found["unsubscribe"])

    def webhook(self, at: int, value: object) -> Act | None:
        table = self.table(at, value, ("url", "secrets", "ordered"))
        url, secrets = table.get("url"), table.get("secrets")
        names = [secrets] if isinstance(secrets, str) else secrets
        if (
            not isinstance(url, str)
            or not _is_address(url)
            or not isinstance(names, list)
            or not names
            or not all(isinstance(each, str) for each in cast("list[object]", names))
        ):
            self.fault(
                at, "`webhook` needs an address, and the names of its keys",
                'webhook = { url = "https://…", secrets = ["OUR_WEBHOOK_SECRET"] }',
            )  # fmt: skip
            return None
        return Webhook(url, tuple(cast("list[str]", names)), ordered=bool(table.get("ordered", False)))

    def profile(self, at: int, value: object) -> Act | None:
        table = self.table(at, value, ("email", "set", "remove"))
        email = self.words(table, "email", "{$trigger.email}", at)
        self.template(at, email)
        return ChangeProfile(email, self.texts(at, table.get("set", {})), bool(table.get("remove", False)))

    def raising(self, at: int, value: object) -> Act | None:
        table = self.table(at, value, ("event", "data"))
        event = table.get("event")
        if not isinstance(event, str) or not EVENT.match(event):
            self.fault(at, "`raise` needs the name of an event", 'raise = { event = "cart-reminded" }')
            return None
        if event in TYPES and TYPES[event].source != "api":
            self.fault(at, f"`{event}` is raised by Dovetail itself", "Name what has happened in words of your own")
        return Raise(event, self.texts(at, table.get("data", {})))

    def call(self, at: int, value: object) -> Act | None:
        table = self.table(at, value, ("action", "with"))
        action = table.get("action")
        if not isinstance(action, str) or not action:
            self.fault(at, "`call` needs the name of an action", 'call = { action = "our_crm" }')
            return None
        return Call(action, self.texts(at, table.get("with", {})))

    # --- values

    def ways(self, made: Followup) -> None:
        for step in made.steps:
            to = [step.then, step.otherwise, *(each for _, each in step.act.ways)] if isinstance(step.act, Split) else [
                step.then, step.otherwise,
            ]  # fmt: skip
            for each in to:
                if each and each != END and each not in self.named:
                    remedy = did_you_mean(each, list(self.named)) or "Or `end`"
                    self.fault(self.named[step.name], f"there is no step `{each}`", remedy)

    def words(self, table: Table, name: str, usual: str, at: str | int = "") -> str:
        value = table.get(name, usual)
        if isinstance(value, str):
            return value
        self.fault(at if at != "" else name, f"`{name}` is a text")
        return usual

    def condition(self, table: Table, name: str, usual: str) -> str:
        value = self.words(table, name, usual)
        if value:
            self.template(name, f"{{if {value}}}1{{/if}}")
        return value

    def texts(self, at: int, value: object) -> Mapping[str, str]:
        if not isinstance(value, dict):
            self.fault(at, "here stands a table of texts")
            return {}
        found = dict[str, str]()
        for name, each in cast("dict[str, object]", value).items():
            text = each if isinstance(each, str) else str(each)
            self.template(at, text)
            found[name] = text
        return found

    def template(self, at: str | int, text: str) -> None:
        try:
            self.check(text)
        except TemplateError as error:
            self.fault(at, f"`{text}` cannot be read: {error.diagnostic.message}", error.diagnostic.help)

    def table(self, at: str | int, value: object, known: Sequence[str]) -> Table:
        if not isinstance(value, dict):
            self.fault(at, f"here stands a table with {', '.join(known)}")
            return {}
        table = cast("dict[str, object]", value)
        for name in table:
            if name not in known:
                self.fault(at, f"`{name}` is not known here", did_you_mean(name, known) or f"It has {', '.join(known)}")
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
