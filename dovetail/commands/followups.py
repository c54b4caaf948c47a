"""`dovetail followups`: what follows when something happens in a shop."""

from __future__ import annotations

from pathlib import Path

import click

from dovetail.commands.accounts_database import OWNER, database_option, open_seal
from dovetail.commands.bridging import (
    bridge_of,
    folder_option,
    keep_option,
    mail_options,
    opened,
    post_of,
    shown,
)
from dovetail.commands.options import config_option, server_option


@click.group()
def command() -> None:
    """Run follow-ups, and see what they did.

    \b
    Example:
      dovetail followups run --out sent
      dovetail followups explain --person ann@example.com
    """


@command.command()
@mail_options
@click.option("--every", default="60s", show_default=True, help="How often shops are asked what changed.")
@click.option(
    "--lease",
    default="60s",
    show_default=True,
    help="For how long what a killed process was doing is left to it, before others do it.",
)
@keep_option
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option(
    "--allow-private-addresses", "private", is_flag=True, help="Webhooks may go into this machine's own networks."
)
@click.option(
    "--metrics",
    type=click.IntRange(1, 65_535),
    metavar="PORT",
    help="Tell Prometheus how it goes, at this port of 127.0.0.1.",
)
@click.option(
    "--accounts", is_flag=True, help="For all accounts of a service's database: their shops, templates, follow-ups."
)
@config_option
@server_option
@folder_option
@database_option
def run(
    smtp: str | None,
    password_from: str | None,
    out: Path | None,
    sender: str,
    every: str,
    lease: str,
    once: bool,
    private: bool,
    metrics: int | None,
    keep: str | None,
    accounts: bool,
    config: Path | None,
    folder: Path,
    database: str | None,
) -> None:
    """Watch the shops of dovetail.toml and do what followups/*.toml says, until Ctrl-C.

    The first look at a shop fires nothing. Whatever ends this, the same command goes on from there; several of them
    share the work on PostgreSQL. With --accounts it works for all accounts of a service, whose follow-ups are put by
    the API or the console.

    \b
    Example:
      dovetail followups run --out sent
      dovetail followups run --smtp smtp://shop@mail.example:587 --password-from env:SMTP_PASSWORD
    """
    import asyncio

    from dovetail.bridge.opening import Terms
    from dovetail.commands.working import accounts_of, keeping_for, telling, work_for, work_for_folder
    from dovetail.errors import UsageError
    from dovetail.integrations.durations import EXAMPLES, seconds_of

    seconds, leased = seconds_of(every), seconds_of(lease)
    if not seconds or not leased:
        raise UsageError(f"--every and --lease are spans of time, such as {EXAMPLES}")
    mails = post_of(smtp, password_from, out)
    if mails is None:
        raise UsageError("say where mails go: --smtp URL sends them, --out DIR writes them into a folder")
    terms = Terms(mails, sender, private=private, calls=not accounts, every=seconds)
    if accounts:
        with opened(database) as made, telling(made, metrics):
            keeping = keeping_for(made, keep)
            bridges = accounts_of(made, open_seal(database), terms)
            click.echo("follow-ups of all accounts  (Ctrl-C ends it)")
            asyncio.run(work_for(bridges, bridges.worker(lease=leased), mails, keeping, once=once))
        return
    with bridge_of(config, database, folder, terms) as bridge, telling(bridge.database, metrics):
        keeping = keeping_for(bridge.database, keep)
        taken = bridge.take_files(folder / "followups")
        bridge.watch()
        names = ", ".join(each.name for each in taken) or "none: write followups/NAME.toml"
        click.echo(f"follow-ups: {names}; shops: {', '.join(bridge.feeds()) or 'none'}")
        asyncio.run(work_for_folder(bridge, bridge.worker(lease=leased), mails, keeping, once=once))


@command.command(name="check")
@config_option
@server_option
@folder_option
@database_option
def check_(config: Path | None, folder: Path, database: str | None) -> None:
    """Check followups/*.toml, and have new events start them.

    \b
    Example:
      dovetail followups check
    """
    with bridge_of(config, database, folder) as bridge:
        for each in bridge.take_files(folder / "followups"):
            click.echo(f"{each.name}: version {each.version}")


@command.command(name="test")
@click.argument("name")
@click.option("--event", "one", default="", metavar="EVENT", help="For this event alone, by its number or id.")
@click.option("--since", default="7d", show_default=True, help="For the events of so long.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many at most.")
@config_option
@server_option
@folder_option
@database_option
def test_(name: str, one: str, since: str, limit: int, config: Path | None, folder: Path, database: str | None) -> None:
    """Say what followups/NAME.toml would have done for past events; nothing is sent, nothing is written.

    Conditions are asked against what is true now.

    \b
    Example:
      dovetail followups test cart --since 7d
    """
    import asyncio
    import time

    from dovetail.bridge.store import log
    from dovetail.errors import SettingsError, UsageError
    from dovetail.integrations.durations import EXAMPLES, seconds_of

    seconds = seconds_of(since)
    if seconds is None:
        raise UsageError(f"--since is a span of time, such as {EXAMPLES}")
    with bridge_of(config, database, folder) as bridge:
        with bridge.database.read() as connection:
            known = log.get(connection, OWNER, one) if one else None
            if one and known is None:
                raise SettingsError(f"there is no event `{one}`. See: dovetail events list")
            found = [known] if known else log.find(connection, OWNER, since=time.time() - seconds, limit=1_000_000)
        events = [each.event for each in found]
        made = asyncio.run(bridge.rehearse(name, folder / "followups" / f"{name}.toml", events))
    for each in made[-limit:]:
        click.echo(f"{shown(each.event.time)}  {each.event.type} {each.event.subject} {each.event.person}".rstrip())
        for line in each.lines:
            click.echo(f"    {line}")
    acting = sum(each.acts for each in made)
    click.echo(f"{len(events)} events, {len(made)} start it, for {acting} something would go out or change")


@command.command(name="list")
@database_option
def list_(database: str | None) -> None:
    """List follow-ups with how many instances wait, are done, stopped and failed; and shops that cannot be read.

    \b
    Example:
      dovetail followups list
    """
    from dovetail.bridge.store import feeds, instances, versions

    with opened(database) as made, made.read() as connection:
        known, counts = versions.current(connection, OWNER), instances.counts(connection, OWNER)
        failing = [each for each in feeds.places(connection, OWNER) if each.reason]
    for each in known:
        numbers = ", ".join(
            f"{counts.get((each.name, state), 0)} {state}" for state in ("waiting", "done", "stopped", "failed")
        )
        click.echo(f"{each.name:<24} version {each.version}{' (paused)' if each.paused else ''}: {numbers}")
    for feed in failing:
        click.echo(f"{feed.entity} of {feed.integration} could not be read at {shown(feed.read_at)}: {feed.reason}")
    if not known:
        click.echo("none yet: write followups/NAME.toml, then: dovetail followups check", err=True)


@command.command()
@click.argument("instance", required=False)
@click.option("--person", default="", metavar="EMAIL", help="All that was done for somebody.")
@click.option("--event", default="", metavar="EVENT", help="All that an event started, by its number or id.")
@click.option("--subject", default="", metavar="ENTITY/ID", help="All about a record, such as order/17.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many at most.")
@database_option
def explain(instance: str | None, person: str, event: str, subject: str, limit: int, database: str | None) -> None:
    """Say why somebody got a mail, or did not: step by step.

    \b
    Example:
      dovetail followups explain --person ann@example.com
      dovetail followups explain --subject order/17
    """
    from dovetail.bridge.store import instances, log
    from dovetail.errors import SettingsError, UsageError

    if not (instance or person or event or subject):
        raise UsageError("name an instance, --person, --subject or --event")
    with opened(database) as made, made.read() as connection:
        logged = log.get(connection, OWNER, event) if event else None
        of = logged.event.id if logged else event
        one = instances.get(connection, OWNER, instance) if instance else None
        if instance and one is None:
            raise SettingsError(f"there is no instance `{instance}`. See: dovetail followups explain --person EMAIL")
        found = (
            [one] if one else instances.find(connection, OWNER, person=person, event=of, subject=subject, limit=limit)
        )
        for each in reversed(list(found)):
            began = log.get(connection, OWNER, each.event)
            why = f"{began.event.type} {began.event.subject} ({shown(began.event.time)})" if began else each.event
            reason = f": {each.reason}" if each.reason else ""
            click.echo(f"{each.id}  {each.followup} version {each.version}, by {why}: {each.state}{reason}")
            for passed in instances.passages(connection, each.id):
                click.echo(f"    {shown(passed.at)}  {passed.step or '-':<12} {passed.what}")
            for sent in instances.deliveries(connection, OWNER, each.id):
                times = f"{sent.attempts} attempt{'s' * (sent.attempts != 1)}"
                why = f": {sent.reason}" if sent.reason else ""
                click.echo(f"    {sent.action} {sent.id}, {times}: {sent.state}{why}")
    if not found:
        click.echo("nothing was done", err=True)
        raise click.exceptions.Exit(1)


@command.command()
@click.argument("instance", required=False)
@click.option("--followup", default="", metavar="NAME", help="All failed ones of a follow-up.")
@click.option("--since", default="", metavar="SPAN", help="All that began so long ago or later, and failed: 2d.")
@database_option
def replay(instance: str | None, followup: str, since: str, database: str | None) -> None:
    """Try the step of a failed instance once more, with the same key; or those of many.

    \b
    Example:
      dovetail followups replay fu_…
      dovetail followups replay --followup cart --since 2d
    """
    import time

    from dovetail.bridge.followups import steering
    from dovetail.errors import SettingsError, UsageError
    from dovetail.integrations.durations import EXAMPLES, seconds_of

    seconds, now = seconds_of(since) if since else None, time.time()
    if bool(instance) == bool(followup or since) or (since and not seconds):
        raise UsageError(f"name an instance, or --followup and --since with a span of time, such as {EXAMPLES}")
    with opened(database) as made, made.write() as connection:
        if instance:
            count = int(steering.replay(connection, OWNER, instance, now))
        else:
            count = steering.replay_all(connection, OWNER, now, followup, 0.0 if seconds is None else now - seconds)
    if not count:
        which = f"instance `{instance}`" if instance else "instance among them"
        raise SettingsError(f"there is no failed {which}. See: dovetail followups explain")
    click.echo(
        "It is tried again by: dovetail followups run"
        if instance
        else f"{count} are tried again by: dovetail followups run"
    )


@command.command()
@click.argument("instance")
@database_option
def stop(instance: str, database: str | None) -> None:
    """Take no further step of an instance.

    \b
    Example:
      dovetail followups stop fu_…
    """
    import time

    from dovetail.bridge.followups import steering
    from dovetail.errors import SettingsError

    with opened(database) as made, made.write() as connection:
        if not steering.stop(connection, OWNER, instance, time.time()):
            raise SettingsError(f"there is no instance `{instance}` that waits. See: dovetail followups explain")
    click.echo("It goes no further.")


@command.command()
@click.argument("name")
@database_option
def pause(name: str, database: str | None) -> None:
    """Have new events start a follow-up no more; what runs goes on.

    \b
    Example:
      dovetail followups pause welcome
    """
    _pause(name, database, paused=True)


@command.command()
@click.argument("name")
@database_option
def resume(name: str, database: str | None) -> None:
    """Have new events start a follow-up again.

    \b
    Example:
      dovetail followups resume welcome
    """
    _pause(name, database, paused=False)


def _pause(name: str, database: str | None, *, paused: bool) -> None:
    from dovetail.bridge.store import versions
    from dovetail.errors import SettingsError

    with opened(database) as made, made.write() as connection:
        if not versions.pause(connection, OWNER, name, paused=paused):
            raise SettingsError(f"there is no follow-up `{name}`. See: dovetail followups list")
    click.echo(f"`{name}` is {'paused' if paused else 'running'}.")
