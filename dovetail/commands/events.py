"""`dovetail events`: what happened, as the log knows it."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dovetail.commands.accounts_database import OWNER, database_option
from dovetail.commands.bridging import opened, shown

if TYPE_CHECKING:
    from dovetail.bridge.store.log import Logged

_LOOKS = 1.0


@click.group()
def command() -> None:
    """Look at events, and tell of one.

    \b
    Example:
      dovetail events tail
      dovetail events emit order-create --person ann@example.com --set id=17
    """


@command.command(name="list")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only these, such as order-create.")
@click.option("--person", default="", metavar="EMAIL", help="Only those about somebody.")
@click.option("--subject", default="", metavar="ENTITY/ID", help="Only those about a record, such as order/17.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many at most.")
@database_option
def list_(types: tuple[str, ...], person: str, subject: str, limit: int, database: str | None) -> None:
    """List events, the latest last.

    \b
    Example:
      dovetail events list --type cart-abandoned
    """
    from dovetail.bridge.store import log

    with opened(database) as made, made.read() as connection:
        found = log.find(connection, OWNER, before=2**62, types=types, person=person, subject=subject, limit=limit)
    for each in reversed(found):
        _line(each)
    if not found:
        click.echo("no events yet. They come while this runs: dovetail followups run", err=True)


@command.command()
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only these.")
@database_option
def tail(types: tuple[str, ...], database: str | None) -> None:
    """Show events as they come, until Ctrl-C.

    \b
    Example:
      dovetail events tail --type order-create
    """
    from dovetail.bridge.store import log

    with opened(database) as made:
        with made.read() as connection:
            last = log.find(connection, OWNER, before=2**62, limit=1)
        after = last[0].number if last else 0
        while True:
            with made.read() as connection:
                found = log.find(connection, OWNER, after=after, types=types)
            for each in found:
                _line(each)
                after = each.number
            if not found:
                time.sleep(_LOOKS)


@command.command()
@click.argument("event")
@database_option
def show(event: str, database: str | None) -> None:
    """Show one event as a CloudEvent. EVENT is its number, or its id.

    \b
    Example:
      dovetail events show 12
    """
    from dovetail.bridge.store import log
    from dovetail.errors import SettingsError

    with opened(database) as made, made.read() as connection:
        found = log.get(connection, OWNER, event)
    if found is None:
        raise SettingsError(f"there is no event `{event}`. See: dovetail events list")
    click.echo(json.dumps(found.event.cloudevent(), indent=2, ensure_ascii=False))


@command.command()
@click.argument("name", metavar="TYPE")
@click.option("--person", default="", metavar="EMAIL", help="Whom it is about.")
@click.option(
    "--set", "values", multiple=True, metavar="NAME=VALUE", help="Its data: {$trigger.NAME}. Repeat for more."
)
@click.option(
    "--data", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.json", help="Its data, as a file."
)
@click.option(
    "--id", "identity", default="", help="Its id: the same id once more changes nothing. [default: a new one]"
)
@database_option
def emit(
    name: str,
    person: str,
    values: tuple[str, ...],
    data: Path | None,
    identity: str,
    database: str | None,
) -> None:
    """Tell of an event: it is logged, and starts the follow-ups that it triggers.

    \b
    Example:
      dovetail events emit user-register --person ann@example.com --set firstname=Ann
    """
    from dovetail.bridge.events.event import Event
    from dovetail.bridge.events.types import EVENT
    from dovetail.bridge.followups.rules import Rules
    from dovetail.bridge.followups.starting import emit as emit_events
    from dovetail.bridge.followups.starting import starter
    from dovetail.commands.variables import gather
    from dovetail.errors import UsageError
    from dovetail.integrations.json_object import read_object

    if not EVENT.match(name):
        raise UsageError(
            f"`{name}` is no name of an event: they have small letters, digits and -, such as order-create"
        )
    told = read_object(data, "the event's data", "It is a JSON object") if data is not None else {}
    told |= gather(None, values)
    if person:
        told["email"] = person
    event = Event(
        identity or f"cli/{name}/{uuid.uuid4().hex}",
        "cli",
        name,
        str(told.get("id", "")),
        person.lower(),
        time.time(),
        told,
    )
    start = starter(OWNER, Rules().current, time.time)
    with opened(database) as made, made.write() as connection:
        new = emit_events(connection, OWNER, [event], time.time(), start)
    click.echo(event.id if new else f"{event.id} is known already: nothing was done")


@command.command(name="read")
@click.argument("integration")
@click.option("--all", "everything", is_flag=True, help="Look through everything, for what moves no stamp and is gone.")
@database_option
def read_(integration: str, everything: bool, database: str | None) -> None:
    """Have a shop asked now what changed, and not at its next turn.

    \b
    Example:
      dovetail events read mywebshop --all
    """
    from dovetail.bridge import polling
    from dovetail.bridge.store.feeds import places
    from dovetail.errors import SettingsError

    now = time.time()
    with opened(database) as made, made.write() as connection:
        entities = [each.entity for each in places(connection, OWNER) if each.integration == integration]
        for entity in entities:
            if everything:
                polling.sweep(connection, OWNER, integration, entity, now)
            else:
                polling.hint(connection, OWNER, integration, entity, now)
    if not entities:
        raise SettingsError(f"`{integration}` is not read yet. That begins with: dovetail followups run")
    click.echo(f"{', '.join(entities)} of {integration}: read at the next turn of dovetail followups run, which is now")


@command.command(name="replay")
@click.argument("event", required=False)
@click.option("--since", default="", metavar="SPAN", help="The events of so long, such as 7d.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only these, such as order-create.")
@click.option("--followup", default="", metavar="NAME", help="Have them start this follow-up only.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@database_option
def replay_(
    event: str | None, since: str, types: tuple[str, ...], followup: str, yes: bool, database: str | None
) -> None:
    """Have past events start the follow-ups that they did not start: those that were written afterwards.

    What an event started once it starts never again. See first what would be done: dovetail followups test NAME.

    \b
    Example:
      dovetail events replay 12
      dovetail events replay --since 2d --type order-create --followup thanks
    """
    from dovetail.bridge.followups.rules import Rules
    from dovetail.bridge.followups.starting import start_by_past
    from dovetail.bridge.store import log
    from dovetail.errors import SettingsError, UsageError
    from dovetail.integrations.durations import EXAMPLES, seconds_of

    seconds, now = seconds_of(since) if since else None, time.time()
    if bool(event) == bool(since) or (since and not seconds):
        raise UsageError(f"name either an event, or --since with a span of time, such as {EXAMPLES}")
    with opened(database) as made:
        with made.read() as connection:
            one = log.get(connection, OWNER, event) if event else None
            if event and one is None:
                raise SettingsError(f"there is no event `{event}`. See: dovetail events list")
            since_then = now - (seconds or 0.0)
            found = [one] if one else log.find(connection, OWNER, types=types, since=since_then, limit=1_000_000)
        if len(found) > 1 and not yes:
            click.confirm(f"Have {len(found)} events start follow-ups now?", abort=True)
        with made.write() as connection:
            events = [each.event for each in found]
            started = start_by_past(connection, OWNER, events, Rules().current, now, followup)
    click.echo(f"{len(found)} events, {len(started)} follow-ups begin by: dovetail followups run")


@command.command()
@click.option("--older-than", "age", default="", metavar="SPAN", help="Events of before that, such as 90d.")
@click.option("--person", default="", metavar="EMAIL", help="All about somebody, also what waits to be sent.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@database_option
def forget(age: str, person: str, yes: bool, database: str | None) -> None:
    """Take events out of the log, with the follow-ups that they started.

    \b
    Example:
      dovetail events forget --older-than 90d --yes
      dovetail events forget --person ann@example.com
    """
    from dovetail.bridge.store.forgetting import forget_before, forget_person
    from dovetail.errors import UsageError
    from dovetail.integrations.durations import EXAMPLES, seconds_of

    seconds = seconds_of(age) if age else None
    if bool(age) == bool(person) or (age and seconds is None):
        raise UsageError(f"name either --person, or --older-than with a span of time, such as {EXAMPLES}")
    if not yes:
        click.confirm(
            f"Forget {f'all about {person}' if person else f'what is older than {age}'} for good?", abort=True
        )
    with opened(database) as made, made.write() as connection:
        if person:
            gone = forget_person(connection, OWNER, person)
        else:
            gone = forget_before(connection, OWNER, time.time() - (seconds or 0.0))
    click.echo(f"{gone} events are forgotten")


def _line(logged: Logged) -> None:
    event = logged.event
    click.echo(f"{logged.number:>8}  {shown(event.time)}  {event.type:<18} {event.subject:<20} {event.person}".rstrip())
