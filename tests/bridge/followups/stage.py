"""An account whose follow-ups run by a clock that the test moves, into a folder for mails and a real receiver."""

from __future__ import annotations

import asyncio
import email
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from dovetail.bridge.actions.folder import Folder
from dovetail.bridge.bridge import Bridge
from dovetail.bridge.events.event import Event
from dovetail.bridge.followups import steering
from dovetail.bridge.followups.starting import emit, instance_id, starter
from dovetail.bridge.outlet import AccountTexts, Post, Sending
from dovetail.bridge.store import instances
from dovetail.bridge.store.instances import Instance
from dovetail.engine.loaders import DictLoader
from dovetail.integrations.environment import Environment
from dovetail.integrations.store.database import Database
from dovetail.providers.kinds import Integration

BEGAN = 1_800_000_000.0
"""2027-01-15 08:00 UTC."""


class Receiver(ThreadingHTTPServer):
    """Notes what it is sent; answers with the statuses that it is given, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Any]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), _Request)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def keys(self) -> list[str]:
        return [key for key, _ in self.got]

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Request(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) < int(self.headers["Content-Length"]):
            # Who sent it was killed.
            return
        self.server.got.append((self.headers["webhook-id"], json.loads(body)))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its base's name
        return


@dataclass(slots=True)
class Stage:
    """The account `ours`."""

    database: Database
    folder: Path
    integrations: Sequence[Integration] = ()
    templates: Mapping[str, str] = field(
        default_factory=lambda: {"mail.tpl": "<p>Dear {$profile.firstname|escape}</p>"}
    )
    mails: Post | None = None
    now: float = BEGAN
    bridge: Bridge = field(init=False)

    def __post_init__(self) -> None:
        loader = DictLoader(self.templates)
        plain = Environment(loader=loader, integrations=self.integrations, escape_html=False, cache_folder=None)
        html = Environment(loader=loader, integrations=self.integrations, cache_folder=None)
        texts = AccountTexts(plain, html)
        sending = Sending(
            texts,
            self.mails or Folder(self.folder / "mails"),
            "Shop <shop@example.com>",
            private=True,
            clock=self.clock,
        )
        by_name = {each.provider.identifier: each for each in self.integrations}
        self.bridge = Bridge(self.database, "ours", texts, sending, by_name, clock=self.clock)

    def clock(self) -> float:
        return self.now

    def close(self) -> None:
        self.bridge.texts.plain.close()
        self.bridge.texts.html.close()

    def write(self, **texts: str) -> None:
        """The follow-ups that there are from now on."""
        folder = self.folder / "followups"
        folder.mkdir(exist_ok=True)
        for old in folder.glob("*.toml"):
            old.unlink()
        for name, text in texts.items():
            (folder / f"{name}.toml").write_text(text)
        self.bridge.take_files(folder)

    def happen(self, type_: str, key: str = "1", /, person: str = "ann@example.com", **data: object) -> Event:
        """An event."""
        event = Event(f"test/{type_}/{key}", "test", type_, f"thing/{key}", person, self.now, {"email": person, **data})
        self.emit([event])
        return event

    def emit(self, events: Sequence[Event]) -> Sequence[Event]:
        """Log events; those that are new."""
        # The bridge's own clock: the benchmark lets it run.
        clock = self.bridge.clock
        start = starter("ours", self.bridge.rules.current, clock)
        with self.database.write() as connection:
            return emit(connection, "ours", events, clock(), start)

    def pass_time(self, seconds: float = 0.0) -> None:
        """Let time go by, and do what is due."""
        self.now += seconds

        async def work() -> None:
            worker = self.bridge.worker()
            await worker.run(until_idle=True)
            await self.bridge.sending.close()
            assert worker.counts.faults == 0, worker.counts

        asyncio.run(work())

    def replay(self, instance: str) -> bool:
        with self.database.write() as connection:
            return steering.replay(connection, "ours", instance, self.now)

    def stop(self, instance: str) -> bool:
        with self.database.write() as connection:
            return steering.stop(connection, "ours", instance, self.now)

    def sent(self) -> list[EmailMessage]:
        """The mails that went out, in no order."""
        folder = self.folder / "mails"
        paths = sorted(folder.glob("*.eml")) if folder.is_dir() else []
        return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    def instance(self, followup: str, event: Event) -> Instance:
        with self.database.read() as connection:
            found = instances.get(connection, "ours", instance_id("ours", followup, event.id))
        assert found is not None
        return found

    def story(self, followup: str, event: Event) -> list[str]:
        """What an instance did."""
        with self.database.read() as connection:
            return [each.what for each in instances.passages(connection, instance_id("ours", followup, event.id))]

    def profile(self, address: str) -> dict[str, object] | None:
        with self.database.read() as connection:
            return instances.profile_of(connection, "ours", address)
