"""One client of the language server: what it can do, what it was told, and what it is told unasked.

Protocol types and no transport: `server.py` gives a `Wire` to it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from lsprotocol import types

from dovetail.errors import Diagnostic
from dovetail.lsp.client import Client
from dovetail.lsp.convert import Places, change, diagnostic
from dovetail.lsp.document import Document
from dovetail.lsp.features.lints import findings
from dovetail.lsp.features.results import Change
from dovetail.lsp.features.view import Preferences, View
from dovetail.lsp.folders import TemplateFolder
from dovetail.lsp.followups.serving import OpenedFollowup, diagnostics
from dovetail.lsp.ports import Accounts
from dovetail.lsp.preferences import preferred
from dovetail.lsp.preview.previews import Previews
from dovetail.lsp.session import Opened, Session

T = TypeVar("T")
log = logging.getLogger("dovetail.lsp")

_QUIET = 0.12
"""Seconds without a key after which findings are looked for: all of them are shown within 0.3 s (editors.md 3)."""
_MOST_FINDINGS = 500
"""Findings that a client is told of one text: who has more begins with these."""
_TOGETHER = 0.2
"""Seconds within which news of live data are shown as one."""

_READERS = ThreadPoolExecutor(1, "dovetail-findings")
"""Findings take longer than a key may wait for; one thread is enough, and leaves the other core to the editor."""


class Wire(Protocol):
    """What is sent to the client."""

    def notify(self, method: str, params: object) -> None:
        """Tell it something."""
        ...

    async def request(self, method: str, params: object) -> object:
        """Ask it something; None when it refuses or went away."""
        ...


@dataclass(slots=True)
class Connection:
    """The state of one client between `initialize` and its end."""

    wire: Wire
    accounts: Accounts
    cache_folder: Path | None
    client: Client = Client()
    session: Session = field(init=False)
    previews: Previews = field(init=False)
    overrides: Mapping[str, object] = field(default_factory=dict[str, object])
    token_sets: dict[str, tuple[str, list[int]]] = field(default_factory=dict[str, tuple[str, list[int]]])
    _pending: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, asyncio.Task[None]])
    _others: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _news: asyncio.TimerHandle | None = None
    _told: dict[tuple[Path, str], str] = field(default_factory=dict[tuple[Path, str], str])
    _noticed: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.session = Session(self.accounts, self.cache_folder, self._live_changed, overrides=self._preferences)
        self.previews = Previews(self.session, self.show_place)

    # --- looking

    def opened(self, uri: str) -> Opened | None:
        """An open text; else a template on disk, as a text of no version."""
        found = self.session.opened.get(uri)
        if found is not None:
            return found
        if uri.endswith(".toml"):
            return None
        folder = self.session.folder_of(uri)
        reading = folder.reading(folder.name_of(uri))
        if reading is None:
            return None
        return Opened(uri, Document(reading.text, -1, self.session.encoding), reading, folder)

    async def ask(self, uri: str, feature: Callable[[View, Places], T]) -> tuple[T, Places] | None:
        """What a feature says of an open text; None when it is not open.

        Raises:
            Stale: the text was changed meanwhile.
        """
        opened = self.session.opened.get(uri)
        if opened is None:
            return None
        places = Places(opened.document)
        return await self.session.ask(opened, lambda view: feature(view, places)), places

    def look(self, uri: str, feature: Callable[[View, Places], T]) -> tuple[T, Places] | None:
        """What a feature says with what is known now; for those that wait for no live data."""
        opened = self.opened(uri)
        if opened is None:
            return None
        places = Places(opened.document)
        return self.session.glance(opened, lambda view: feature(view, places)), places

    def document_of(self, folder: TemplateFolder, name: str) -> tuple[str, Document] | None:
        """The address and text of a template of a folder; its version is -1 when it is not open."""
        for uri, opened in self.session.opened.items():
            if opened.folder is folder and opened.reading.name == name:
                return uri, opened.document
        reading = folder.reading(name)
        return None if reading is None else (folder.uri(name), Document(reading.text, -1, self.session.encoding))

    def change(self, folder: TemplateFolder, given: Change) -> types.WorkspaceEdit:
        """A change of templates of a folder as the client applies it."""
        return change(given, lambda name: self.document_of(folder, name), folder.uri, self.client)

    # --- findings

    @property
    def pulls(self) -> bool:
        """Whether the client asks for findings itself: only one that can be told to ask again is trusted to."""
        return self.client.pull_diagnostics and self.client.refresh_diagnostics

    def diagnose_soon(self, uri: str) -> None:
        """Look for findings once the user pauses, in place of what was about to be looked for."""
        if self.pulls:
            return
        before = self._pending.pop(uri, None)
        if before is not None:
            before.cancel()
        self._pending[uri] = self.start(self._publish(uri, _QUIET))

    def diagnose_templates(self) -> None:
        """Look for the findings of all templates that are open."""
        for uri in self.session.opened:
            self.diagnose_soon(uri)

    def triggers_changed(self) -> None:
        """A follow-up changed: what templates know of `$trigger` may be another now."""
        self.diagnose_templates()
        if self.pulls and self._news is None:
            self._news = asyncio.get_running_loop().call_later(_TOGETHER, self._show_news)

    def forget_findings(self, uri: str) -> None:
        """A text was closed: its findings go."""
        task = self._pending.pop(uri, None)
        if task is not None:
            task.cancel()
        if not self.pulls:
            self.wire.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, types.PublishDiagnosticsParams(uri, []))

    async def findings(self, opened: Opened) -> Sequence[Diagnostic]:
        """Everything that is to be said of a text, found beside the event loop."""
        look = opened.folder.memory.look()
        view = self.session.view(opened, look)
        found = await asyncio.get_running_loop().run_in_executor(
            # A text that is being edited gets new ones: these would only keep the next key waiting.
            _READERS,
            findings,
            view,
            lambda: self.stands(opened),
        )
        opened.folder.memory.start(look)
        return found[:_MOST_FINDINGS]

    def stands(self, opened: Opened) -> bool:
        """Whether a text is as it was when it was looked at; one that is not open is."""
        return opened.uri not in self.session.opened or self.session.current(opened)

    async def _publish(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        followup = self.session.followups.get(uri)
        if followup is not None:
            faults = await self.faults(followup)
            if self.session.followups.get(uri) is followup:
                self._show(uri, faults, followup.document.version)
            return
        opened = self.session.opened.get(uri)
        if opened is None:
            return
        self._reread_settings(opened.folder)
        opened = self.session.opened[uri]
        found = await self.findings(opened)
        if self.session.current(opened):
            places = Places(opened.document)
            self._show(uri, [diagnostic(item, places, self.client) for item in found], opened.document.version)

    async def faults(self, followup: OpenedFollowup) -> list[types.Diagnostic]:
        """What is wrong in a follow-up's text."""
        return await diagnostics(followup, _READERS)

    def _show(self, uri: str, found: list[types.Diagnostic], version: int) -> None:
        told = types.PublishDiagnosticsParams(uri, found, version=version)
        self.wire.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, told)

    # --- news

    def start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Something that nobody waits for; it ends with the connection, and its failure is told in the log."""
        task = asyncio.get_running_loop().create_task(work)
        self._others.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._others.discard(task)
        if not task.cancelled() and task.exception() is not None:
            report(task.exception())

    def _live_changed(self, folder: TemplateFolder) -> None:
        if self._news is None:
            self._news = asyncio.get_running_loop().call_later(_TOGETHER, self._show_news)

    def _show_news(self) -> None:
        """Have the client show live data anew: once for all that came, and only what it can be asked to show."""
        self._news = None
        for folder in self.session.folders.values():
            self._tell_status(folder)
        for uri in list(self.session.opened):
            self.diagnose_soon(uri)
        self.previews.all_changed()
        wanted = {
            types.WORKSPACE_INLAY_HINT_REFRESH: self.client.refresh_inlays,
            types.WORKSPACE_CODE_LENS_REFRESH: self.client.refresh_lenses,
            types.WORKSPACE_DIAGNOSTIC_REFRESH: self.pulls,
        }
        for method, able in wanted.items():
            if able:
                self.start(self._ask_client(method))

    async def _ask_client(self, method: str) -> None:
        await self.wire.request(method, None)

    def _tell_status(self, folder: TemplateFolder) -> None:
        """The state of each integration for a status line; one message when it begins to fail, none each time."""
        for identifier in folder.account.data.schemas:
            trouble = folder.memory.troubles.get(identifier)
            message = trouble.message if trouble else ""
            before = self._told.get((folder.root, identifier), "")
            self._told[folder.root, identifier] = message
            if message and not before:
                self.message(f"{identifier} cannot be asked now: {message}", types.MessageType.Warning)
            if bool(message) != bool(before):
                state = "offline" if message else "ok"
                status = {"state": state, "text": f"{identifier}: {state}", "detail": message, "identifier": identifier}
                self.wire.notify("dovetail/status", status)

    def message(self, text: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """A sentence for the user."""
        self.wire.notify(types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(kind, text))

    async def show_place(self, uri: str, offset: int) -> None:
        """Show a place of a text in the editor, and give it the keyboard."""
        opened = self.session.opened.get(uri)
        if opened is not None and self.client.show_document:
            place = Places(opened.document).position(offset)
            wanted = types.ShowDocumentParams(uri, take_focus=True, selection=types.Range(place, place))
            await self.wire.request(types.WINDOW_SHOW_DOCUMENT, wanted)

    # --- settings

    def _preferences(self, given: Preferences) -> Preferences:
        return preferred(given, self.overrides)[0]

    def configure(self, settings: object) -> None:
        """Take over the editor's settings; of a bad value one message is shown, and the old value stays."""
        if not isinstance(settings, Mapping):
            return
        given = {str(name): value for name, value in settings.items()}
        _, faults = preferred(Preferences(), given)
        bad = {name for name, _ in faults}
        self.overrides = {
            **{name: value for name, value in self.overrides.items() if name in bad},
            **{name: value for name, value in given.items() if name not in bad},
        }
        for _, sentence in faults:
            self.notice(sentence)
        self.refresh_all()

    def notice(self, sentence: str) -> None:
        """Say something once, however often it is found."""
        if sentence not in self._noticed:
            self._noticed.add(sentence)
            self.message(sentence, types.MessageType.Warning)

    def refresh_all(self) -> None:
        """What was shown may look different now."""
        if self._news is None:
            self._news = asyncio.get_running_loop().call_later(0, self._show_news)

    def _reread_settings(self, folder: TemplateFolder) -> None:
        if folder.outdated():
            self.reopen(folder.root)

    def reopen(self, root: Path) -> None:
        """Read a folder's settings anew."""
        folder = self.session.reopen(root)
        for sentence in folder.account.notices:
            self.notice(sentence)
        self.refresh_all()

    def welcome(self, folder: TemplateFolder) -> None:
        """Say what of a folder's settings cannot be used."""
        for sentence in folder.account.notices:
            self.notice(sentence)

    def end(self) -> None:
        """The client went away."""
        if self._news is not None:
            self._news.cancel()
        for task in list(self._others):
            task.cancel()
        self.previews.close()
        self.session.leave()


def report(error: BaseException | None) -> None:
    """A fault of ours in the log: its kind and places, without its message, which may hold somebody's data."""
    if error is None:
        return
    places = list[str]()
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    log.error("%s at %s", type(error).__name__, " < ".join(reversed(places[-8:])))
