"""One connected editor: its open texts, the folders they stand in, and looks at them.

Everything here runs on the event loop. A request is answered from the `View` that was taken when it began; what the
user types meanwhile makes new documents and changes nothing in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from dovetail.lsp.catalogue import Catalogue
from dovetail.lsp.document import Document, Edit, Encoding
from dovetail.lsp.features.reading import Reading, read
from dovetail.lsp.features.view import Preferences, Sample, View
from dovetail.lsp.folders import TemplateFolder, path_of, root_of
from dovetail.lsp.followups.folder import is_followup
from dovetail.lsp.followups.serving import OpenedFollowup
from dovetail.lsp.live import Look, Memory
from dovetail.lsp.ports import Account, Accounts

T = TypeVar("T")

DEADLINE = 0.12
"""Seconds for which live data are waited for: an answer is given within 0.15, with what is known (editors.md 3)."""


class Stale(Exception):
    """The text was changed while a request about it was being answered."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open text with its reading and the folder it belongs to."""

    uri: str
    document: Document
    reading: Reading
    folder: TemplateFolder


@dataclass(slots=True)
class Session:
    """The state of one connection. `changed`: live data came that an editor should show anew."""

    accounts: Accounts
    cache_folder: Path | None
    changed: Callable[[TemplateFolder], None]
    encoding: Encoding = "utf-16"
    workspace: list[Path] = field(default_factory=list[Path])
    overrides: Callable[[Preferences], Preferences] = lambda given: given
    opened: dict[str, Opened] = field(default_factory=dict[str, Opened])
    followups: dict[str, OpenedFollowup] = field(default_factory=dict[str, OpenedFollowup])
    folders: dict[Path, TemplateFolder] = field(default_factory=dict[Path, TemplateFolder])
    _samples: dict[Path, str] = field(default_factory=dict[Path, str])

    # --- documents

    def open(self, uri: str, text: str, version: int) -> Opened:
        """A template was opened."""
        return self._keep(uri, Document(text, version, self.encoding))

    def open_toml(self, uri: str, text: str, version: int) -> OpenedFollowup | None:
        """A TOML text was opened; None, and nothing is known of it, when it is no follow-up."""
        path = path_of(uri)
        if path is None or not is_followup(path):
            return None
        made = OpenedFollowup(uri, Document(text, version, self.encoding), path, self.folder_of(uri))
        self.followups[uri] = made
        return made

    def edit(self, uri: str, edits: Sequence[Edit], version: int) -> Opened | None:
        """A template was edited; None when it is not open."""
        before = self.opened.get(uri)
        if before is None:
            return None
        return self._keep(uri, before.document.edited(edits, version), before)

    def edit_followup(self, uri: str, edits: Sequence[Edit], version: int) -> None:
        """A follow-up that is open was edited."""
        before = self.followups[uri]
        self.followups[uri] = replace(before, document=before.document.edited(edits, version))

    def close(self, uri: str) -> None:
        """A text was closed: from now on it is what stands on disk."""
        self.opened.pop(uri, None)
        self.followups.pop(uri, None)

    def _keep(self, uri: str, document: Document, before: Opened | None = None) -> Opened:
        folder = before.folder if before is not None else self.folder_of(uri)
        previous = before.reading if before is not None else None
        reading = read(folder.name_of(uri), document.text, document.version, folder.options, previous)
        kept = self.opened[uri] = Opened(uri, document, reading, folder)
        return kept

    # --- folders

    def folder_of(self, uri: str) -> TemplateFolder:
        """The folder of a text; one that is no file belongs to the first folder of the workspace."""
        path = path_of(uri)
        if self.accounts.root is not None:
            root = self.accounts.root
        elif path is not None:
            root = root_of(path, self.workspace)
        else:
            root = self.workspace[0] if self.workspace else Path.cwd()
        folder = self.folders.get(root)
        return folder if folder is not None else self._open_folder(root)

    def _open_folder(self, root: Path) -> TemplateFolder:
        account = self.accounts.open(root)
        catalogue_path = self.cache_folder / "catalogue.sqlite" if self.cache_folder is not None else None
        catalogue = Catalogue(catalogue_path, account.owner, lambda name, member: _personal(account, name, member))
        memory = Memory(account.data, catalogue, lambda: self.changed(folder))
        folder = TemplateFolder(root, account, memory, lambda: self._readings(folder), lambda: self._texts(folder))
        self.folders[root] = folder
        return folder

    def _readings(self, folder: TemplateFolder) -> Mapping[str, Reading]:
        return {each.reading.name: each.reading for each in self.opened.values() if each.folder is folder}

    def _texts(self, folder: TemplateFolder) -> Mapping[Path, str]:
        return {each.path: each.document.text for each in self.followups.values() if each.folder is folder}

    def reopen(self, root: Path) -> TemplateFolder:
        """A folder with its settings read anew, and its open texts with it."""
        before = self.folders.pop(root, None)
        folder = self._open_folder(root)
        for uri, each in list(self.opened.items()):
            if each.folder is before:
                reading = read(each.reading.name, each.document.text, each.document.version, folder.options)
                self.opened[uri] = replace(each, folder=folder, reading=reading)
        for uri, followup in list(self.followups.items()):
            if followup.folder is before:
                self.followups[uri] = replace(followup, folder=folder)
        if before is not None:
            before.memory.close()
        return folder

    def leave(self) -> None:
        """The editor went away."""
        for folder in self.folders.values():
            folder.memory.close()
        self.folders.clear()
        self.opened.clear()

    # --- recipients

    def choose_sample(self, folder: TemplateFolder, label: str) -> bool:
        """Show mails as for another recipient of the sample file; False when there is none of that name."""
        if not any(sample.label == label for sample in folder.account.samples):
            return False
        self._samples[folder.root] = label
        return True

    def samples(self, folder: TemplateFolder) -> Sequence[Sample]:
        """The recipients to look at, the chosen one first."""
        chosen = self._samples.get(folder.root)
        return sorted(folder.account.samples, key=lambda sample: sample.label != chosen)

    # --- looking

    def view(self, opened: Opened, look: Look) -> View:
        """What a feature may see of an open text."""
        folder = opened.folder
        preferences = self.overrides(folder.account.preferences)
        trigger = folder.trigger(opened.reading.name)
        return View(opened.reading, folder, look, self.samples(folder), preferences, trigger)

    def current(self, opened: Opened) -> bool:
        """Whether a text still stands as it stood when it was looked at."""
        now = self.opened.get(opened.uri)
        return now is not None and now.document is opened.document

    async def ask(self, opened: Opened, feature: Callable[[View], T], seconds: float = DEADLINE) -> T:
        """What a feature says of an open text, with live data that can be had within a deadline.

        Raises:
            Stale: the text was changed meanwhile.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        memory = opened.folder.memory
        while True:
            look = memory.look()
            result = feature(self.view(opened, look))
            left = end - loop.time()
            if left <= 0:
                memory.start(look)
                return result
            again = await memory.grant(look, left)
            if not self.current(opened):
                raise Stale
            if not again:
                return result

    def glance(self, opened: Opened, feature: Callable[[View], T]) -> T:
        """What a feature says now; what it misses is asked, and shown when it has come."""
        look = opened.folder.memory.look()
        result = feature(self.view(opened, look))
        opened.folder.memory.start(look)
        return result


def _personal(account: Account, identifier: str, member: str) -> bool:
    schema = account.data.schemas.get(identifier)
    found = schema.members.get(member) if schema is not None else None
    record = schema.records.get(found.record) if schema is not None and found is not None else None
    return record is None or record.personal
