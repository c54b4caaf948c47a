"""Folders of templates: which template stands where, as it is in the editor or on disk, and the account behind them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from dovetail.engine.compiler.options import Options
from dovetail.integrations.folder import SUFFIXES
from dovetail.lsp.features.reading import Reading, read
from dovetail.lsp.followups.folder import NAME, Followups, is_followup
from dovetail.lsp.live import Memory
from dovetail.lsp.ports import Account

if TYPE_CHECKING:
    from dovetail.bridge.events.data import Trigger

_NAMES_LIFETIME = 3.0
"""Seconds for which the list of files is believed, for editors that do not tell of new ones."""
_MOST_FILES = 20_000
_LONGEST = 1_000_000
"""Bytes of a file that is no template any more, whatever it is called."""
_PASSED_OVER = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__"})


def path_of(uri: str) -> Path | None:
    """The file of a `file:` address; None for a text that is no file (`untitled:`, `inmemory:`)."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    return Path(url2pathname(parts.path))


def uri_of(path: Path) -> str:
    """The `file:` address of a path."""
    return path.absolute().as_uri()


ELSEWHERE = "dovetail:///templates/"
"""Where the addresses of templates begin that stand in no folder of this machine."""


def root_of(path: Path, workspace: Sequence[Path]) -> Path:
    """The folder from which a template's names count.

    That of the nearest dovetail.toml above it, else the outermost folder of the workspace with it, else its own; of a
    follow-up, that beside which its folder stands.
    """
    path = path.parent if is_followup(path) else path
    within = [folder for folder in workspace if path.parent.is_relative_to(folder)]
    top = min(within, key=lambda folder: len(folder.parts), default=None)
    for parent in path.parents:
        if (parent / "dovetail.toml").is_file():
            return parent
        if parent == top:
            break
    return top or path.parent


@dataclass(slots=True)
class TemplateFolder:
    """The templates below a folder, as features see them.

    `open_readings` are those of open documents by name, `open_followups` the texts of those that are open by file.
    """

    root: Path
    account: Account
    memory: Memory
    open_readings: Callable[[], Mapping[str, Reading]]
    open_followups: Callable[[], Mapping[Path, str]]
    _names: tuple[float, tuple[str, ...]] = (-_NAMES_LIFETIME, ())
    _files: dict[str, tuple[int, int, Reading]] = field(default_factory=dict[str, tuple[int, int, Reading]])
    followups: Followups = field(init=False)
    _made_from: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._made_from = _states(self.account.files)
        self.followups = Followups(self.root / NAME, self.open_followups)

    @property
    def options(self) -> Options:
        """The dialect and delimiters of this account."""
        return self.account.options

    def name_of(self, uri: str) -> str:
        """The name under which others include a template; a text that is no file has the last part of its address."""
        if self.account.templates is not None and uri.startswith(ELSEWHERE):
            return unquote(uri.removeprefix(ELSEWHERE))
        path = path_of(uri)
        if path is None:
            return PurePosixPath(unquote(urlsplit(uri).path or uri)).name
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name

    def uri(self, name: str) -> str:
        """The address of a template."""
        if self.account.templates is not None:
            return ELSEWHERE + quote(name)
        return uri_of(self.root / name)

    def names(self) -> Sequence[str]:
        """The names of all templates, those too that are only in the editor."""
        names = self._stored_names()
        opened = self.open_readings()
        return sorted({*names, *opened}) if not opened.keys() <= set(names) else names

    def reading(self, name: str) -> Reading | None:
        """A template by name, as it stands in the editor, else on disk."""
        opened = self.open_readings().get(name)
        if opened is not None:
            return opened
        if self.account.templates is not None:
            return self._elsewhere(name, self.account.templates.texts().get(name))
        path = self.root / name
        try:
            state = path.stat()
            kept = self._files.get(name)
            if kept is not None and kept[:2] == (state.st_mtime_ns, state.st_size):
                return kept[2]
            if state.st_size > _LONGEST or not path.resolve().is_relative_to(self.root.resolve()):
                return None
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            # Not there, not ours to read, or no text.
            return None
        reading = read(name, text, None, self.options)
        self._files[name] = (state.st_mtime_ns, state.st_size, reading)
        return reading

    def trigger(self, name: str) -> Trigger | None:
        """What `$trigger` is in a template; None: no follow-up sends it."""
        return None if self.account.templates is not None else self.followups.trigger(name)

    def _elsewhere(self, name: str, text: str | None) -> Reading | None:
        kept = self._files.get(name)
        if text is None or (kept is not None and kept[2].text == text):
            return None if kept is None or text is None else kept[2]
        reading = read(name, text, None, self.options)
        self._files[name] = (0, len(text), reading)
        return reading

    def _stored_names(self) -> tuple[str, ...]:
        if self.account.templates is not None:
            return tuple(sorted(self.account.templates.texts()))
        at, names = self._names
        now = time.monotonic()
        if now - at >= _NAMES_LIFETIME:
            names = tuple(self._on_disk())
            self._names = (now, names)
        return names

    def outdated(self) -> bool:
        """Whether a file that the account was made from has changed since, came or went."""
        return _states(self.account.files) != self._made_from

    def changed_on_disk(self) -> None:
        """Files came, went or were renamed: look anew."""
        self._names = (-_NAMES_LIFETIME, ())
        self.followups.changed_on_disk()

    def _on_disk(self) -> Sequence[str]:
        found = list[str]()
        pending = [self.root]
        while pending and len(found) < _MOST_FILES:
            folder = pending.pop()
            try:
                entries = sorted(folder.iterdir())
            except OSError:
                continue
            for entry in entries:
                if entry.suffix.lower() in SUFFIXES and entry.is_file():
                    found.append(entry.relative_to(self.root).as_posix())
                elif entry.name not in _PASSED_OVER and entry.is_dir() and not entry.is_symlink():
                    pending.append(entry)
        return sorted(found)


def _states(files: Sequence[Path]) -> tuple[int, ...]:
    found = list[int]()
    for file in files:
        try:
            found.append(file.stat().st_mtime_ns)
        except OSError:
            found.append(0)
    return tuple(found)
