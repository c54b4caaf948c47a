"""What is told and asked beside single texts: documents that come and go, settings, findings on request, commands."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from lsprotocol import types

from dovetail.lsp.connection import Connection
from dovetail.lsp.convert import Places, diagnostic
from dovetail.lsp.document import Edit, Position
from dovetail.lsp.folders import path_of
from dovetail.lsp.followups.folder import is_followup
from dovetail.lsp.followups.serving import report
from dovetail.lsp.session import Stale

_PREFIX = "dovetail."


# Documents --------------------------------------------------------------------------------------------------


def on_open(connection: Connection, params: types.DidOpenTextDocumentParams) -> None:
    """A text was opened."""
    item = params.text_document
    take = connection.session.open_toml if item.uri.endswith(".toml") else connection.session.open
    opened = take(item.uri, item.text, item.version)
    if opened is not None:
        connection.welcome(opened.folder)
        connection.diagnose_soon(item.uri)
    if item.uri in connection.session.followups:
        connection.triggers_changed()


def on_change(connection: Connection, params: types.DidChangeTextDocumentParams) -> None:
    """A text was edited."""
    edits = [
        Edit(each.text, _position(each.range.start), _position(each.range.end))
        if isinstance(each, types.TextDocumentContentChangePartial)
        else Edit(each.text)
        for each in params.content_changes
    ]
    uri, version = params.text_document.uri, params.text_document.version
    if uri in connection.session.followups:
        connection.session.edit_followup(uri, edits, version)
        connection.diagnose_soon(uri)
        connection.triggers_changed()
    elif connection.session.edit(uri, edits, version) is not None:
        connection.diagnose_soon(uri)
        connection.previews.all_changed()


def _position(given: types.Position) -> Position:
    return Position(given.line, given.character)


def on_close(connection: Connection, params: types.DidCloseTextDocumentParams) -> None:
    """A text was closed."""
    if params.text_document.uri in connection.session.followups:
        connection.triggers_changed()
    connection.session.close(params.text_document.uri)
    connection.token_sets.pop(params.text_document.uri, None)
    connection.forget_findings(params.text_document.uri)


def on_save(connection: Connection, params: types.DidSaveTextDocumentParams) -> None:
    """A text was saved: others may include it."""
    connection.diagnose_templates()


# Folders and settings ---------------------------------------------------------------------------------------


def on_folders(connection: Connection, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Folders of the workspace came or went."""
    gone = {path_of(folder.uri) for folder in params.event.removed}
    came = [path for path in (path_of(folder.uri) for folder in params.event.added) if path is not None]
    kept = [path for path in connection.session.workspace if path not in gone]
    connection.session.workspace = [*kept, *(path for path in came if path not in kept)]


def on_files(connection: Connection, params: types.DidChangeWatchedFilesParams) -> None:
    """Files changed on disk: however many, they are looked at once."""
    paths = [path for path in (path_of(each.uri) for each in params.changes) if path is not None]
    for root, folder in list(connection.session.folders.items()):
        if any(path.is_relative_to(root) for path in paths):
            folder.changed_on_disk()
            if folder.outdated():
                connection.reopen(root)
    if any(is_followup(path) for path in paths):
        connection.triggers_changed()
    else:
        connection.diagnose_templates()


async def on_settings(connection: Connection, params: types.DidChangeConfigurationParams) -> None:
    """The editor's settings changed; some clients send them, others are asked."""
    if connection.client.configuration:
        await pull_settings(connection)
        return
    settings = params.settings
    connection.configure(settings.get("dovetail", settings) if isinstance(settings, dict) else None)


async def pull_settings(connection: Connection) -> None:
    """Ask the editor for its settings."""
    wanted = types.ConfigurationParams([types.ConfigurationItem(section="dovetail")])
    answer = await connection.wire.request(types.WORKSPACE_CONFIGURATION, wanted)
    if isinstance(answer, Sequence) and answer:
        connection.configure(answer[0])


# Findings ---------------------------------------------------------------------------------------------------


async def on_pull(
    connection: Connection, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    """The findings of a text, or that they are those which the client has."""
    followup = connection.session.followups.get(params.text_document.uri)
    if followup is not None:
        faults = await connection.faults(followup)
        if connection.session.followups.get(params.text_document.uri) is not followup:
            raise Stale
        return report(faults, params.previous_result_id)
    opened = connection.opened(params.text_document.uri)
    if opened is None:
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    found = await connection.findings(opened)
    if not connection.stands(opened):
        raise Stale
    digest = hashlib.sha256(repr([(each.code, each.message, each.help, each.span) for each in found]).encode())
    name = digest.hexdigest()[:16]
    if name == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=name)
    places = Places(opened.document)
    items = [diagnostic(each, places, connection.client) for each in found]
    return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=name)


# Commands ---------------------------------------------------------------------------------------------------


async def preview(connection: Connection, arguments: Sequence[object]) -> object:
    """Show a text as a mail in a browser, for a recipient: `[uri, label]`; the address of the page."""
    uri, label = _texts(arguments, 2)
    opened = connection.session.opened.get(uri)
    if opened is None:
        connection.message("Open a template first, then its preview.")
        return None
    if opened.folder.account.templates is not None:
        connection.message("The page that you write in shows the preview itself.")
        return None
    if label:
        connection.session.choose_sample(opened.folder, label)
    address = await connection.previews.open(uri)
    if connection.client.show_document:
        shown = await connection.wire.request(
            types.WINDOW_SHOW_DOCUMENT, types.ShowDocumentParams(address, external=True)
        )
        if isinstance(shown, types.ShowDocumentResult) and shown.success:
            return address
    connection.message(f"The preview is at {address}")
    return address


async def choose_sample(connection: Connection, arguments: Sequence[object]) -> object:
    """Show mails as for another recipient: `[uri, label]`; without a label the user is asked."""
    uri, label = _texts(arguments, 2)
    opened = connection.opened(uri)
    if opened is None:
        return None
    folder = opened.folder
    labels = [sample.label for sample in folder.account.samples]
    if not labels:
        connection.message("There is no sample recipient yet: name a file of them under [lint] in dovetail.toml.")
        return None
    if not label:
        asked = types.ShowMessageRequestParams(
            types.MessageType.Info,
            "Show the mail as for which recipient?",
            [types.MessageActionItem(each) for each in labels[:10]],
        )
        answer = await connection.wire.request(types.WINDOW_SHOW_MESSAGE_REQUEST, asked)
        label = answer.title if isinstance(answer, types.MessageActionItem) else ""
    if label and connection.session.choose_sample(folder, label):
        connection.refresh_all()
        return label
    return None


async def list_samples(connection: Connection, arguments: Sequence[object]) -> object:
    """The names of the sample recipients of a template's folder, the chosen one first: `[uri]`."""
    opened = connection.opened(_texts(arguments, 1)[0])
    return [] if opened is None else [sample.label for sample in connection.session.samples(opened.folder)]


async def refresh(connection: Connection, arguments: Sequence[object]) -> object:
    """Ask the shops anew."""
    for folder in connection.session.folders.values():
        folder.memory.forget()
    return None


async def used_variables(connection: Connection, arguments: Sequence[object]) -> object:
    """The variables and live paths that a template uses, sorted: `[uri]`."""
    from dovetail.engine.analysis import analyse

    opened = connection.opened(_texts(arguments, 1)[0])
    if opened is None:
        return []
    folder = opened.folder
    found = analyse(opened.reading.tree, folder.options, folder.account.data.schemas)
    return sorted(ask.path() for ask in found.asks)


def _texts(arguments: Sequence[object], count: int) -> list[str]:
    given = [each if isinstance(each, str) else "" for each in arguments]
    return (given + [""] * count)[:count]


Command = Callable[[Connection, Sequence[object]], Awaitable[object]]

COMMANDS: Mapping[str, Command] = {
    _PREFIX + "preview": preview,
    _PREFIX + "chooseSample": choose_sample,
    _PREFIX + "listSamples": list_samples,
    _PREFIX + "refreshData": refresh,
    _PREFIX + "usedVariables": used_variables,
}


def folders_of(params: types.InitializeParams) -> list[Path]:
    """The folders that the editor has open."""
    if params.workspace_folders:
        found = [path_of(folder.uri) for folder in params.workspace_folders]
    elif params.root_uri:
        found = [path_of(params.root_uri)]
    else:
        found = [Path(params.root_path)] if params.root_path else []
    return [path for path in found if path is not None]
