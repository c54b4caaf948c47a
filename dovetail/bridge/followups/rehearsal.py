"""What a follow-up would do, or would have done: its way for an event, with nothing sent and nothing written.

Conditions are asked against what is true now; waits are passed over, and events that it waits for are taken as not
coming. So it shows who would be written to, not when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from dovetail.bridge.events.event import Event
from dovetail.bridge.followups.followup import (
    END,
    Call,
    ChangeProfile,
    Check,
    Followup,
    Mail,
    Publish,
    Raise,
    Split,
    Step,
    Wait,
    WaitFor,
    WaitUntil,
    WaitUntilMoment,
    Webhook,
)
from dovetail.bridge.followups.moments import chance_of, chosen
from dovetail.bridge.followups.ports import Texts, Variables
from dovetail.errors import DovetailError
from dovetail.integrations.durations import in_words

_MOST_STEPS = 100
"""A way that goes round in circles is shown so far."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would be done for an event, step by step. `acts`: whether anything would go out or change."""

    event: Event
    lines: Sequence[str]
    acts: bool


async def rehearse(rule: Followup, event: Event, variables: Variables, texts: Texts) -> Rehearsed:
    """The way of an event through a follow-up. Faults are lines of it."""
    lines, acts = list[str](), False
    try:
        if rule.when and not await _holds(rule.when, variables, texts):
            return Rehearsed(event, ["its condition does not hold"], acts=False)
        name = rule.steps[0].name
        for _ in range(_MOST_STEPS):
            step = rule.step(name) if name != END else None
            if step is None:
                break
            line, acting, name = await _told(rule, step, event, variables, texts)
            lines.append(line)
            acts = acts or acting
        else:
            lines.append("and so on: this way goes round in circles")
    except DovetailError as error:
        lines.append(f"here it would fail: {error}")
    return Rehearsed(event, lines, acts)


async def _holds(condition: str, variables: Variables, texts: Texts) -> bool:
    return await texts.text(f"{{if {condition}}}1{{/if}}", variables) == "1"


async def _told(rule: Followup, step: Step, event: Event, variables: Variables, texts: Texts) -> tuple[str, bool, str]:
    """What a step would do, whether that is more than deciding, and which step follows."""

    async def text(given: str) -> str:
        return (await texts.text(given, variables)).strip()

    following = rule.after(step)
    match step.act:
        case Wait(seconds):
            return f"wait {in_words(seconds)}", False, following
        case WaitUntil(at, zone):
            return f"wait until {at:%H:%M} in {await text(zone)}", False, following
        case WaitUntilMoment(moment):
            return f"wait until {await text(moment)}", False, following
        case WaitFor(name, within):
            return f"wait for `{name}`, {in_words(within)} at most; taken as not coming", False, step.otherwise
        case Check(condition):
            if await _holds(condition, variables, texts):
                return f"`{condition}` holds", False, following
            return f"`{condition}` does not hold", False, step.otherwise
        case Split(ways):
            to = chosen(ways, chance_of(rule, step, event))
            return f"by chance to `{to}`", False, to
        case Mail() as mail:
            return f"mail {mail.template} to {await text(mail.to)}: {await text(mail.subject)}", True, following
        case Webhook(url, _):
            return f"a request to {urlsplit(url).hostname}", True, following
        case Publish(_, subject):
            return f"publish to {await text(subject)}", True, following
        case ChangeProfile(email, fields, remove):
            what = "remove" if remove else f"change {', '.join(fields) or 'nothing'} of"
            return f"{what} the profile of {await text(email)}", True, following
        case Raise(name, _):
            return f"raise `{name}`", True, following
        case Call(action, _):
            return f"call {action}", True, following
