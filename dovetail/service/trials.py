"""A follow-up tried on past events: read with all its faults, asked against what is true now, with nothing sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dovetail.bridge.followups.fresh import fresh
from dovetail.bridge.followups.ports import variables_of
from dovetail.bridge.followups.reading import CheckText, read_followup
from dovetail.bridge.followups.rehearsal import Rehearsed, rehearse
from dovetail.bridge.outlet import AccountTexts
from dovetail.bridge.store import log, versions
from dovetail.engine.loaders import DictLoader
from dovetail.errors import SettingsError
from dovetail.integrations.environment import Environment
from dovetail.integrations.store.templates import texts
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.followup_shapes import Trial, TrialShape, TriedShape
from dovetail.service.problems import Problem
from dovetail.service.shapes import event_shown

if TYPE_CHECKING:
    from dovetail.bridge.followups.followup import Followup
    from dovetail.bridge.followups.ports import Variables
    from dovetail.bridge.store.log import Logged
    from dovetail.integrations.store.database import Connection


def present(connection: Connection, caller: Caller, name: str) -> versions.Version:
    """The follow-up of a name.

    Raises:
        Problem: 404.
    """
    found = versions.present(connection, caller.account, name)
    if found is None:
        raise missing()
    return found


def missing() -> Problem:
    """There is none of that name."""
    return Problem(404, "there is no follow-up of this name")


def read(name: str, text: str, check: CheckText) -> Followup:
    """A follow-up of a text. `check` compiles a template.

    Raises:
        Problem: 400 with every fault and its line.
    """
    file = f"{name}.toml"
    try:
        return read_followup(name, file, text, check)
    except SettingsError as error:
        raise Problem(400, "the follow-up has faults", errors=_faults(file, str(error))) from None


def tried(name: str, data: Trial, caller: Caller, backend: Backend) -> TrialShape:
    """What a follow-up would have done for past events that the key may see, with the integrations that it is for.

    Raises:
        Problem: 400 for a text with faults, 404 for a follow-up or an event that is not there.
    """
    with backend.database.read() as connection:
        text = data.text if data.text is not None else present(connection, caller, name).text
        connected = fresh(backend.shelf.connected(connection, caller.account, caller.key.identifiers))
        loader = DictLoader(texts(connection, caller.account))
    with Environment(
        loader=loader, integrations=connected, account=caller.account, escape_html=False, cache_folder=None
    ) as plain:
        made = AccountTexts(plain, plain)
        rule = read(name, text, made.check)
        with backend.database.read() as connection:
            events = _events(connection, caller, rule, data, backend.clock())
            known = [variables_of(connection, caller.account, each.event) for each in events]
        rehearsed = asyncio.run(_all(rule, events, known, made))
    items = [
        TriedShape(event_shown(each), list(done.lines), done.acts) for each, done in zip(events, rehearsed, strict=True)
    ]
    return TrialShape(items, sum(each.acts for each in items))


def _events(connection: Connection, caller: Caller, rule: Followup, data: Trial, now: float) -> Sequence[Logged]:
    if data.event:
        one = log.get(connection, caller.account, data.event)
        if one is None or not caller.key.sees(one.event.source):
            raise Problem(404, "there is no such event")
        return [one] if rule.starts_by(one.event.type, one.event.source) else []
    seen = caller.key.identifiers
    sources = seen if not rule.source else {rule.source} if seen is None or rule.source in seen else set[str]()
    return log.find(
        connection, caller.account, before=2**62, types=rule.triggers, sources=sources,
        since=now - data.since_seconds, limit=data.limit,
    )  # fmt: skip


async def _all(
    rule: Followup, events: Sequence[Logged], known: Sequence[Variables], made: AccountTexts
) -> Sequence[Rehearsed]:
    # All at once: what they ask goes to the shops in few requests.
    return await asyncio.gather(
        *(rehearse(rule, each.event, variables, made) for each, variables in zip(events, known, strict=True))
    )


def _faults(file: str, said: str) -> list[dict[str, object]]:
    """The faults of a text, which begin with their places: `cart.toml:3:1: …`; a column is not always known."""
    place = re.compile(rf"^{re.escape(file)}:(\d+)(?::(\d+))?: ", re.MULTILINE)
    starts = [*place.finditer(said)]
    ends = [*(each.start() for each in starts[1:]), len(said)]
    return [
        {"message": said[at.end() : end].strip(), "line": int(at[1]), "column": int(at[2] or 1)}
        for at, end in zip(starts, ends, strict=True)
    ]
