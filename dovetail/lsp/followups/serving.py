"""Requests about a follow-up's text, as the protocol has them."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from dovetail.lsp import convert
from dovetail.lsp.client import Client
from dovetail.lsp.convert import Places
from dovetail.lsp.document import Document

if TYPE_CHECKING:
    from dovetail.lsp.folders import TemplateFolder


@dataclass(frozen=True, slots=True)
class OpenedFollowup:
    """An open follow-up, with the folder of the templates that it sends."""

    uri: str
    document: Document
    path: Path
    folder: TemplateFolder


def completion(opened: OpenedFollowup, position: types.Position, client: Client) -> types.CompletionList:
    """What may be written here."""
    from dovetail.lsp.followups.words import Known, complete

    folder, places = opened.folder, Places(opened.document)
    known = Known(
        [name for name in folder.names() if not name.endswith(".conf")],
        {name: schema.summary for name, schema in folder.account.data.schemas.items()},
        folder.followups.own_events(),
    )
    offset = places.offset(position)
    found = complete(opened.document.text, offset, known)
    return convert.completions(found, offset, opened.uri, places, client)


def resolved(item: types.CompletionItem, key: str, client: Client) -> types.CompletionItem:
    """A completion with its documentation."""
    from dovetail.lsp.followups.words import resolve

    found = resolve(key)
    if found is not None:
        item.documentation = convert.markup(found, markdown=client.markdown_documentation)
    return item


def hover(opened: OpenedFollowup, position: types.Position, client: Client) -> types.Hover | None:
    """What stands here."""
    from dovetail.lsp.followups.words import hover as told

    places = Places(opened.document)
    found = told(opened.document.text, places.offset(position))
    if found is None:
        return None
    return types.Hover(convert.markup(found.prose, markdown=client.markdown_hover), places.range(found.span))


async def diagnostics(opened: OpenedFollowup, beside: Executor) -> list[types.Diagnostic]:
    """What is wrong in the text, found beside the event loop."""
    from dovetail.lsp.followups.findings import findings

    schemas = opened.folder.account.data.schemas
    loop, text = asyncio.get_running_loop(), opened.document.text
    found = await loop.run_in_executor(beside, findings, opened.path, text, schemas)
    places, error = Places(opened.document), types.DiagnosticSeverity.Error
    return [types.Diagnostic(places.range(each.span), each.message, error, source="dovetail") for each in found]


def report(
    items: list[types.Diagnostic], previous: str | None
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    """Findings for a client that asks for them, or that they are those which it has."""
    name = hashlib.sha256(repr(items).encode()).hexdigest()[:16]
    if name == previous:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=name)
    return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=name)
