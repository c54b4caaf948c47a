"""Requests whose answer changes texts: formatting, renaming, fixes."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from dovetail.lsp.connection import Connection
from dovetail.lsp.features.actions import actions
from dovetail.lsp.features.formatting import format_edits, format_range
from dovetail.lsp.features.on_type import on_type
from dovetail.lsp.features.rename import rename, rename_span, renamed_files
from dovetail.lsp.features.results import Refusal
from dovetail.lsp.folders import path_of
from dovetail.lsp.session import Stale


class Refused(Exception):
    """What was asked cannot be done; the sentence is shown to the user."""


async def on_format(connection: Connection, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """The whole text in its usual form."""
    found = connection.look(params.text_document.uri, lambda view, _: format_edits(view))
    return None if found is None else found[1].edits(found[0])


async def on_format_range(
    connection: Connection, params: types.DocumentRangeFormattingParams
) -> list[types.TextEdit] | None:
    """A part of the text in its usual form."""
    found = connection.look(
        params.text_document.uri, lambda view, places: format_range(view, places.span(params.range))
    )
    return None if found is None else found[1].edits(found[0])


async def on_key(connection: Connection, params: types.DocumentOnTypeFormattingParams) -> list[types.TextEdit] | None:
    """What a key brings along: a closing tag, the end of a comment."""
    found = connection.look(
        params.text_document.uri, lambda view, places: on_type(view, places.offset(params.position), params.ch)
    )
    return None if found is None else found[1].edits(found[0])


async def on_prepare_rename(connection: Connection, params: types.PrepareRenameParams) -> types.Range | None:
    """What would be renamed here.

    Raises:
        Refused: it has a name that is not the template's to change.
    """
    found = connection.look(
        params.text_document.uri, lambda view, places: rename_span(view, places.offset(params.position))
    )
    if found is None or found[0] is None:
        return None
    if isinstance(found[0], Refusal):
        raise Refused(found[0].message)
    return found[1].range(found[0])


async def on_rename(connection: Connection, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """The edits of a renaming, in all templates.

    Raises:
        Refused: the name cannot be changed, or the new one cannot be used.
    """
    opened = connection.opened(params.text_document.uri)
    found = connection.look(
        params.text_document.uri, lambda view, places: rename(view, places.offset(params.position), params.new_name)
    )
    if opened is None or found is None:
        return None
    if isinstance(found[0], Refusal):
        raise Refused(found[0].message)
    return connection.change(opened.folder, found[0])


async def on_rename_files(connection: Connection, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """The edits that keep includes right when templates are renamed."""
    changes = dict[str, list[types.TextEdit]]()
    for file in params.files:
        folder = connection.session.folder_of(file.old_uri)
        path = path_of(file.new_uri)
        if path is None or not path.is_relative_to(folder.root):
            continue
        old, new = folder.name_of(file.old_uri), path.relative_to(folder.root).as_posix()
        found = connection.look(file.old_uri, lambda view, _, old=old, new=new: renamed_files(view, old, new))  # type: ignore[misc]
        if found is not None and found[0] is not None:
            edit = connection.change(folder, found[0])
            for uri, edits in _edits(edit):
                changes.setdefault(uri, []).extend(edits)
    return types.WorkspaceEdit(changes=changes) if changes else None


def _edits(edit: types.WorkspaceEdit) -> Sequence[tuple[str, list[types.TextEdit]]]:
    found = list((edit.changes or {}).items())
    for each in edit.document_changes or ():
        if isinstance(each, types.TextDocumentEdit):
            plain = [
                types.TextEdit(one.range, one.new_text)
                for one in each.edits
                if isinstance(one, types.TextEdit | types.AnnotatedTextEdit)
            ]
            found.append((each.text_document.uri, plain))
    return [(uri, list(edits)) for uri, edits in found]


async def on_actions(
    connection: Connection, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command] | None:
    """What can be done at a place: fixes of its findings, and other changes."""
    opened = connection.opened(params.text_document.uri)
    found = connection.look(params.text_document.uri, lambda view, places: actions(view, places.span(params.range)))
    if opened is None or found is None or not connection.client.action_literals:
        return None
    wanted = params.context.only
    made = list[types.CodeAction | types.Command]()
    for action in found[0]:
        if not connection.client.create_files and any(
            connection.document_of(opened.folder, name) is None for name in action.change.edits
        ):
            continue
        if wanted and not any(action.kind == kind or action.kind.startswith(f"{kind}.") for kind in wanted):
            continue
        item = types.CodeAction(
            title=action.change.title,
            kind=action.kind,
            diagnostics=[each for each in params.context.diagnostics if each.code in action.codes] or None,
            is_preferred=action.preferred or None,
        )
        if connection.client.resolve_action_edit:
            item.data = {"uri": opened.uri, "version": opened.document.version, "range": _plain(params.range)}
        else:
            item.edit = connection.change(opened.folder, action.change)
        made.append(item)
    if connection.client.last_word and params.context.diagnostics:
        # Kate 22.12 asks so for its quick fix, and does all of them: it is given the best one.
        fixes = [each for each in made if isinstance(each, types.CodeAction) and each.diagnostics]
        return [*sorted(fixes, key=lambda each: not each.is_preferred)[:1]]
    return made


async def on_resolve_action(connection: Connection, item: types.CodeAction) -> types.CodeAction:
    """The edit of one of the actions.

    Raises:
        Stale: the text was changed since they were offered.
    """
    data = item.data if isinstance(item.data, dict) else {}
    opened = connection.opened(str(data.get("uri")))
    if opened is None or opened.document.version != data.get("version"):
        raise Stale
    given = data.get("range")
    four = [int(each) for each in given] if isinstance(given, list) else [0, 0, 0, 0]
    at = types.Range(types.Position(four[0], four[1]), types.Position(four[2], four[3]))
    found = connection.look(opened.uri, lambda view, places: actions(view, places.span(at)))
    same = next((each.change for each in found[0] if each.change.title == item.title), None) if found else None
    if same is None:
        raise Stale
    item.edit = connection.change(opened.folder, same)
    return item


def _plain(given: types.Range) -> list[int]:
    return [given.start.line, given.start.character, given.end.line, given.end.character]
