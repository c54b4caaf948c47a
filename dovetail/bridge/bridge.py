"""The bridge of an account: its feeds read, its follow-ups run, by one worker or many."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dovetail.bridge import polling
from dovetail.bridge.events.event import Event
from dovetail.bridge.followups import starting
from dovetail.bridge.followups.ports import variables_of
from dovetail.bridge.followups.reading import read_followup
from dovetail.bridge.followups.rehearsal import Rehearsed, rehearse
from dovetail.bridge.followups.rules import Rules, files_of, put, text_of
from dovetail.bridge.followups.running import Running
from dovetail.bridge.outlet import AccountTexts, Sending
from dovetail.bridge.polling import Polling, Rhythm, Source
from dovetail.bridge.store import queue, versions
from dovetail.bridge.worker import LEASE, Handler, Worker
from dovetail.errors import SettingsError
from dovetail.providers.feeds import Feed, feed_of

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Database
    from dovetail.providers.kinds import Integration


@dataclass(slots=True)
class Bridge:
    """All that one account needs. `integrations`: those whose feeds are read; `rhythm`: how often."""

    database: Database
    account: str
    texts: AccountTexts
    sending: Sending
    integrations: Mapping[str, Integration] = field(default_factory=dict[str, "Integration"])
    rhythm: Rhythm = Rhythm()
    clock: Callable[[], float] = time.time
    rules: Rules = field(init=False)

    def __post_init__(self) -> None:
        self.rules = Rules()

    def feeds(self) -> Mapping[str, Feed]:
        """The integrations that tell of changes."""
        found = {name: feed_of(each.provider) for name, each in self.integrations.items()}
        return {name: feed for name, feed in found.items() if feed is not None}

    def take_files(self, folder: Path) -> Sequence[versions.Version]:
        """Have new events start the follow-ups of a folder, and no others.

        Raises:
            SettingsError: with every fault of every file; then nothing is changed.
        """
        files, faults, taken = files_of(folder), list[str](), list[versions.Version]()
        with self.database.write() as connection:
            for name, path, text in files:
                try:
                    taken.append(put(connection, self.account, name, str(path), text, self.clock(), self.texts.check))
                except SettingsError as error:
                    faults.append(str(error))
            if faults:
                raise SettingsError("\n".join(faults))
            for each in versions.current(connection, self.account):
                if each.name not in {name for name, _, _ in files}:
                    versions.remove(connection, self.account, each.name)
        return taken

    def watch(self) -> None:
        """Have the feeds read from now on."""
        with self.database.write() as connection:
            polling.watch(connection, self.account, self.feeds(), self.clock())

    async def rehearse(self, name: str, file: Path, events: Sequence[Event]) -> Sequence[Rehearsed]:
        """What a follow-up's file would do for events; nothing is sent or written.

        Raises:
            SettingsError: the file has faults.
        """
        rule = read_followup(name, str(file), text_of(file), self.texts.check)
        made = list[Rehearsed]()
        for event in events:
            if rule.starts_by(event.type, event.source):
                with self.database.read() as connection:
                    variables = variables_of(connection, self.account, event)
                made.append(await rehearse(rule, event, variables, self.texts))
        return made

    def worker(self, *, at_once: int = 32, lease: float = LEASE) -> Worker:
        """A worker for all of it. `lease`: seconds after which others do what a worker that died was doing."""
        return Worker(
            self.database, self.handlers(), account=self.account, at_once=at_once, clock=self.clock, lease=lease
        )

    async def close(self) -> None:
        """End connections to shops and destinations."""
        await self.sending.close()
        self.texts.plain.close()
        self.texts.html.close()

    def handlers(self) -> Mapping[str, Handler]:
        """What does the account's tasks, by their kind."""
        feeds, connections = self.feeds(), self.texts.plain.connections
        sources = {
            name: Source(feed, connections, self.rhythm) for name, feed in feeds.items() if connections is not None
        }
        start = starting.starter(self.account, self.rules.current, self.clock)
        poll = Polling(self.database, sources, start, self.clock)
        run = Running(self.database, self.texts, self.sending, self.rules.of, self.rules.current, self.clock)
        return {polling.KIND: poll.handle, queue.STEP: run.handle}
