"""The pipe: a page of a feed → the mirror → what happened → the log and the follow-ups, in one transaction.

Cursor, mirror, events and tasks move together or not at all, so that a process that is killed at any instruction reads
the same page again and comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dovetail.bridge.events.event import Event
from dovetail.bridge.store import log, mirror
from dovetail.bridge.store.feeds import Place, keep
from dovetail.bridge.store.mirror import Known
from dovetail.providers.feeds import Detected, Feed, Page

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection

FORGOTTEN_AFTER = 7 * 86_400.0
"""Seconds: what is overdue for so long happened to nobody any more; a program that was off for a month says nothing."""
Start = Callable[["Connection", Sequence[Event]], None]
"""Has follow-ups start by new events, within the transaction that logs them."""


def take_first(connection: Connection, feed: Feed, at: Place, page: Page, now: float) -> Place:
    """A page of the first look, which fires nothing: who connects a shop writes to nobody for what was before."""
    _mirrored(connection, feed, at, page)
    began = at.began_at or page.at
    if page.more:
        following = replace(at, cursor=page.cursor, began_at=began)
    else:
        # What changed while the first look went on is among the changes since it began.
        following = replace(at, state="live", cursor=feed.begin(began), began_at=0.0, swept_at=now)
    return _kept(connection, following, now)


def take_changes(connection: Connection, feed: Feed, at: Place, page: Page, now: float, start: Start) -> Place:
    """A page of changes."""
    _fire(connection, at, _mirrored(connection, feed, at, page), now, start)
    return _kept(connection, replace(at, cursor=page.cursor), now)


def begin_sweep(connection: Connection, at: Place, now: float) -> Place:
    """A sweep over everything: for what moves no stamp, and for what is gone."""
    return _kept(connection, replace(at, sweep=at.sweep + 1, sweep_cursor=""), now)


def take_sweep(connection: Connection, feed: Feed, at: Place, page: Page, now: float, start: Start) -> Place:
    """A page of a sweep; behind the last one, what was not met is gone."""
    found = _mirrored(connection, feed, at, page)
    if page.missed:
        # What the shop fails on is there, and nobody knows which it is: this sweep takes nothing for gone.
        mirror.met_all(connection, at)
    if page.more:
        following = replace(at, sweep_cursor=page.cursor)
    else:
        following = replace(at, sweep_cursor="", swept_at=now)
        for each in mirror.unmet(connection, at):
            happened = feed.detect(at.entity, each.state, None)
            found += [_event(feed, at, each, one, {}, page.at) for one in happened]
        mirror.forget_unmet(connection, at)
    _fire(connection, at, found, now, start)
    return _kept(connection, following, now)


def take_due(
    connection: Connection,
    feed: Feed,
    at: Place,
    keys: Sequence[str],
    there: Page,
    moment: float,
    now: float,
    start: Start,
) -> None:
    """What happened by time alone until `moment`, by the other system's clock, to records that were due.

    `there`: those of `keys` that are there still, as they are now: a cart that was merged into another one is gone, and
    nothing but that tells of it.
    """
    found = _mirrored(connection, feed, at, there)
    known = mirror.known(connection, at, keys)
    gone = [] if there.missed else sorted(known.keys() - {entry.key for entry in there.entries})
    for key in gone:
        happened = feed.detect(at.entity, known[key], None)
        found += [_event(feed, at, Known(key, known[key]), one, {}, moment) for one in happened]
    mirror.forget(connection, at, gone)
    looked_at = [entry.key for entry in there.entries]
    for key in looked_at:
        state = known[key]
        # It may have changed since it was due; what was due for a week happened to nobody any more.
        if state.due is None or not moment - FORGOTTEN_AFTER <= state.due <= moment:
            continue
        others = mirror.of_person(connection, at, state.person)
        happened = feed.overdue(at.entity, state, others)
        found += [_event(feed, at, Known(key, state), one, {}, moment) for one in happened]
    mirror.looked_at(connection, at, [key for key in looked_at if (known[key].due or 0.0) <= moment])
    _fire(connection, at, found, now, start)


def failed(connection: Connection, at: Place, reason: str, now: float) -> None:
    """Note why a feed could not be read."""
    keep(connection, replace(at, reason=reason, read_at=now))


def _kept(connection: Connection, at: Place, now: float) -> Place:
    made = replace(at, read_at=now, reason="")
    keep(connection, made)
    return made


def _mirrored(connection: Connection, feed: Feed, at: Place, page: Page) -> list[Event]:
    """Write a page into the mirror; what happened, unless this is the first look."""
    # The last one counts of a record that comes twice.
    entries = {each.key: each.record for each in page.entries}
    before = mirror.known(connection, at, list(entries))
    changed, found = list[Known](), list[Event]()
    for key, record in entries.items():
        old = before.get(key)
        state = feed.state(at.entity, record, old)
        if state is old:
            continue
        if at.state == "first" and state.due is not None and state.due <= page.at:
            # What was overdue before the first look is of before it.
            state = replace(state, due=None)
        now = Known(key, state)
        changed.append(now)
        if at.state != "first":
            happened = feed.detect(at.entity, old, state)
            found += [_event(feed, at, now, one, record, page.at) for one in happened]
    mirror.write(connection, at, changed)
    mirror.met(connection, at, [key for key in entries if key in before])
    return found


def _event(feed: Feed, at: Place, of: Known, found: Detected, record: Mapping[str, object], moment: float) -> Event:
    name = f"{at.integration}/{found.type}/{of.key}" + (f"/{found.mark}" if found.mark else "")
    data = dict(feed.told(at.entity, record, of.state))
    if found.changed:
        data["changed"] = list(found.changed)
    return Event(name, at.integration, found.type, f"{at.entity}/{of.key}", of.state.person[:320], moment, data)


def _fire(connection: Connection, at: Place, found: Sequence[Event], now: float, start: Start) -> None:
    fresh = log.append(connection, at.account, found, now)
    if fresh:
        start(connection, fresh)
