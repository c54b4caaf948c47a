"""What a connected editor can show, read once from what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types


@dataclass(frozen=True, slots=True)
class Client:
    """Abilities of the client as plain values; what it does not say it cannot do."""

    name: str = ""
    last_word: bool = False
    """It replaces the last word at the cursor, whatever an edit says: Kate 22.12, which says nothing of completion."""
    snippets: bool = False
    label_details: bool = False
    markdown_documentation: bool = False
    markdown_hover: bool = False
    markdown_signature: bool = False
    resolve_action_edit: bool = False
    action_literals: bool = False
    document_changes: bool = False
    change_annotations: bool = False
    create_files: bool = False
    symbol_tree: bool = False
    null_active_parameter: bool = False
    pull_diagnostics: bool = False
    refresh_diagnostics: bool = False
    refresh_inlays: bool = False
    refresh_lenses: bool = False
    refresh_tokens: bool = False
    show_document: bool = False
    apply_edit: bool = False
    configuration: bool = False
    watch_files: bool = False
    diagnostic_tags: frozenset[int] = frozenset()
    diagnostic_links: bool = False
    link_tooltips: bool = False


def client_of(params: types.InitializeParams) -> Client:
    """What `initialize` says of the client."""
    given = params.capabilities
    text = given.text_document or types.TextDocumentClientCapabilities()
    workspace = given.workspace or types.WorkspaceClientCapabilities()
    window = given.window or types.WindowClientCapabilities()
    item = (text.completion.completion_item if text.completion else None) or types.ClientCompletionItemOptions()
    signature = text.signature_help.signature_information if text.signature_help else None
    edits = workspace.workspace_edit or types.WorkspaceEditClientCapabilities()
    actions = text.code_action
    said = text.publish_diagnostics
    markdown = types.MarkupKind.Markdown
    return Client(
        name=params.client_info.name if params.client_info else "",
        last_word=text.completion is None,
        snippets=bool(item.snippet_support),
        label_details=bool(item.label_details_support),
        markdown_documentation=markdown in (item.documentation_format or ()),
        markdown_hover=markdown in ((text.hover.content_format if text.hover else None) or ()),
        markdown_signature=markdown in ((signature.documentation_format if signature else None) or ()),
        resolve_action_edit=bool(
            actions
            and actions.data_support
            and actions.resolve_support
            and "edit" in actions.resolve_support.properties
        ),
        action_literals=bool(actions and actions.code_action_literal_support),
        document_changes=bool(edits.document_changes),
        change_annotations=edits.change_annotation_support is not None,
        create_files=bool(edits.document_changes and "create" in (edits.resource_operations or ())),
        symbol_tree=bool(text.document_symbol and text.document_symbol.hierarchical_document_symbol_support),
        null_active_parameter=bool(signature and signature.no_active_parameter_support),
        pull_diagnostics=text.diagnostic is not None,
        refresh_diagnostics=bool(workspace.diagnostics and workspace.diagnostics.refresh_support),
        refresh_inlays=bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
        refresh_lenses=bool(workspace.code_lens and workspace.code_lens.refresh_support),
        refresh_tokens=bool(workspace.semantic_tokens and workspace.semantic_tokens.refresh_support),
        show_document=bool(window.show_document and window.show_document.support),
        apply_edit=bool(workspace.apply_edit),
        configuration=bool(workspace.configuration),
        watch_files=bool(
            workspace.did_change_watched_files and workspace.did_change_watched_files.dynamic_registration
        ),
        diagnostic_tags=frozenset(said.tag_support.value_set) if said and said.tag_support else frozenset(),
        diagnostic_links=bool(said and said.code_description_support),
        link_tooltips=bool(text.document_link and text.document_link.tooltip_support),
    )
