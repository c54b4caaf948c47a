"""The previews of one session: which texts have one, rendered again at each change, with clicks in both directions."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from dovetail.lsp.preview.showing import shown
from dovetail.lsp.preview.web import Event, Pages
from dovetail.lsp.session import Opened, Session

ShowPlace = Callable[[str, int], Awaitable[None]]
"""Shows an offset of a text (by its address) in the editor."""


@dataclass(slots=True)
class Previews:
    """Pages for the texts of a session. `show_place` is called for a click in a page."""

    session: Session
    show_place: ShowPlace
    _pages: Pages | None = None
    _uris: dict[str, str] = field(default_factory=dict[str, str])
    _work: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, asyncio.Task[None]])
    _again: set[str] = field(default_factory=set[str])

    async def open(self, uri: str) -> str:
        """The address of a text's page; it shows the text from now on."""
        if self._pages is None:
            self._pages = Pages(self._act, self._opened)
        await self._pages.start()
        name = _name(uri)
        self._uris[name] = uri
        return self._pages.url(name)

    def changed(self, uri: str) -> None:
        """A text or what it shows changed: show it anew, at once or after what is being made."""
        name = _name(uri)
        if name not in self._uris:
            return
        if name in self._work:
            self._again.add(name)
        else:
            self._work[name] = asyncio.get_running_loop().create_task(self._show(name))

    def all_changed(self) -> None:
        """Something changed that any text may show."""
        for uri in list(self._uris.values()):
            self.changed(uri)

    def cursor(self, uri: str, offset: int) -> None:
        """The cursor stands here: the page scrolls to what comes from here."""
        name = _name(uri)
        if self._pages is not None and name in self._uris and self._pages.watched(name):
            self._pages.tell(name, Event("cursor", {"offset": offset}))

    def close(self) -> None:
        """End all pages."""
        for task in self._work.values():
            task.cancel()
        if self._pages is not None:
            self._pages.close()

    async def _show(self, name: str) -> None:
        try:
            while True:
                self._again.discard(name)
                opened = self.session.opened.get(self._uris[name])
                # A page that was closed costs nothing; one that opens is shown the text as it then stands.
                if opened is not None and self._pages is not None and self._pages.watched(name):
                    samples = self.session.samples(opened.folder)
                    picture = await shown(opened, samples[0] if samples else None)
                    self._pages.tell(name, Event("mail", {**picture.as_json(), **self._about(opened)}))
                if name not in self._again:
                    return
        finally:
            self._work.pop(name, None)

    def _about(self, opened: Opened) -> Mapping[str, object]:
        chosen = self.session.samples(opened.folder)
        return {
            "name": opened.reading.name,
            "samples": [sample.label for sample in opened.folder.account.samples],
            "sample": chosen[0].label if chosen else "",
        }

    def _opened(self, name: str) -> None:
        uri = self._uris.get(name)
        if uri is not None:
            self.changed(uri)

    async def _act(self, name: str, action: str, given: Mapping[str, object]) -> None:
        uri = self._uris.get(name)
        opened = self.session.opened.get(uri) if uri is not None else None
        if opened is None:
            return
        offset, label = given.get("offset"), given.get("label")
        if action == "click" and isinstance(offset, int):
            await self.show_place(opened.uri, offset)
        elif action == "sample" and isinstance(label, str) and self.session.choose_sample(opened.folder, label):
            self.all_changed()


def _name(uri: str) -> str:
    """A text's part of the page's address, which says nothing of where it stands."""
    return hashlib.sha256(uri.encode()).hexdigest()[:16]
