"""What a preview shows of one text: the mail of the chosen recipient, or why there is none, with places in the text."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dovetail.errors import DovetailError, TemplateError
from dovetail.lsp.features.html.hygiene import CLIPPED
from dovetail.lsp.features.view import Sample
from dovetail.lsp.preview.marks import marked, unmarked
from dovetail.lsp.session import Opened
from dovetail.mailing.plain_text import plain_text

_PATIENCE = 20.0
"""Seconds after which a shop that does not answer is given up for this picture."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no mail; `offset` is the place in the text, -1 when it has none."""

    message: str
    offset: int = -1
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of a text. `html` has marks; `size` is in bytes as it is sent, `notes` of the render for people."""

    version: int
    html: str
    text: str
    size: int
    notes: Sequence[str] = ()
    fault: Fault | None = None

    def as_json(self) -> Mapping[str, object]:
        """For the page."""
        fault = self.fault
        return {
            "version": self.version,
            "html": self.html,
            "text": self.text,
            "size": self.size,
            "clipped": self.size > CLIPPED,
            "notes": list(self.notes),
            "fault": None
            if fault is None
            else {"message": fault.message, "offset": fault.offset, "line": fault.line, "column": fault.column},
        }


async def shown(opened: Opened, sample: Sample | None) -> Shown:
    """The mail of a text as it stands."""
    version = opened.document.version
    with_marks = marked(opened.reading.tree)
    try:
        variables = sample.variables if sample is not None else {}
        async with asyncio.timeout(_PATIENCE):
            mail = await opened.folder.account.render(opened.reading.name, with_marks.text, variables)
    except TimeoutError:
        return Shown(version, "", "", 0, fault=Fault("the shop does not answer; try again in a while"))
    except TemplateError as error:
        item = error.diagnostic
        message = item.message + (f" ({item.help})" if item.help else "")
        if item.source.name != opened.reading.name:
            return Shown(version, "", "", 0, fault=Fault(f"in {item.source.name}: {message}"))
        offset = with_marks.original(item.span).start
        place = opened.reading.source.place(offset)
        return Shown(version, "", "", 0, fault=Fault(message, offset, place.line, place.column))
    except DovetailError as error:
        return Shown(version, "", "", 0, fault=Fault(str(error)))
    plain = unmarked(mail)
    notes = [*mail.report.notes, *(f"not known: {name}" for name in mail.report.undefined)]
    return Shown(version, str(mail), plain_text(plain), len(plain.encode("utf-8", "replace")), notes)
