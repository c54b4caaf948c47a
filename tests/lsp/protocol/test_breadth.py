"""Every request over the wire, with the abilities of real clients: what breaks the specification is an error."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.doubles.shop import Shop
from tests.lsp.protocol.conftest import Text

MAIL = """<!doctype html>
<html><body style="color: #336699">
{include file="parts/footer.tpl" year=2026}
{foreach $mywebshop.products|limit:2 as $product}
<p>{$product.title|upper}</p>
{/foreach}
{assign var=total value=3}
<a href="https://shop.example">{$total▮}</a>
<img src="x.png">
{if $profile.vip}yes{else}no{/if}
</body></html>
"""


@pytest.mark.asyncio
async def test_every_client_gets_completion_hover_and_findings(client: LanguageClient, folder: Path) -> None:
    text = Text(client, folder, MAIL)
    assert "$total" in await text.labels()
    hover = await client.text_document_hover_async(types.HoverParams(text.identifier, text.position))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert "set in line 7" in hover.contents.value
    found = await text.diagnostics(lambda items: any(item.code == "no-alt" for item in items))
    assert {item.source for item in found} == {"dovetail"}


@pytest.mark.asyncio
async def test_every_request_has_an_answer(client: LanguageClient, folder: Path) -> None:
    text = Text(client, folder, MAIL)
    here, at = text.identifier, text.position
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    options = types.FormattingOptions(2, True)
    assert await client.text_document_definition_async(types.DefinitionParams(here, at))
    assert await client.text_document_type_definition_async(types.TypeDefinitionParams(here, at))
    context = types.ReferenceContext(include_declaration=True)
    places = await client.text_document_references_async(types.ReferenceParams(context, here, at))
    assert places is not None
    assert len(places) == 2
    assert await client.text_document_document_highlight_async(types.DocumentHighlightParams(here, at))
    assert await client.text_document_document_symbol_async(types.DocumentSymbolParams(here))
    assert await client.text_document_folding_range_async(types.FoldingRangeParams(here))
    assert await client.text_document_selection_range_async(types.SelectionRangeParams(here, [at]))
    links = await client.text_document_document_link_async(types.DocumentLinkParams(here))
    assert links is not None
    assert {link.target for link in links} == {(folder / "parts/footer.tpl").as_uri(), "https://shop.example"}
    (colour,) = await client.text_document_document_color_async(types.DocumentColorParams(here))
    assert await client.text_document_color_presentation_async(
        types.ColorPresentationParams(here, colour.color, colour.range)
    )
    full = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(here))
    assert full is not None
    assert full.data
    assert full.result_id
    delta = await client.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(here, full.result_id)
    )
    assert isinstance(delta, types.SemanticTokensDelta)
    assert not delta.edits
    part = await client.text_document_semantic_tokens_range_async(types.SemanticTokensRangeParams(here, whole))
    assert part is not None
    assert part.data == full.data
    assert await client.text_document_code_lens_async(types.CodeLensParams(here))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(here, whole))
    assert hints is not None
    edits = await client.text_document_rename_async(types.RenameParams(here, at, "sum"))
    assert edits is not None
    assert await client.text_document_formatting_async(types.DocumentFormattingParams(here, options)) is not None
    assert (
        await client.text_document_range_formatting_async(types.DocumentRangeFormattingParams(here, whole, options))
        is not None
    )
    (item,) = await client.text_document_prepare_call_hierarchy_async(types.CallHierarchyPrepareParams(here, at)) or ()
    (call,) = await client.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(item)) or ()
    assert call.to.name == "parts/footer.tpl"
    assert await client.workspace_symbol_async(types.WorkspaceSymbolParams("foot"))


@pytest.mark.asyncio
async def test_a_live_product_is_found_by_its_name(code: LanguageClient, folder: Path, editor_shop: Shop) -> None:
    product = editor_shop.dump("products", 123456, store=1)
    text = Text(code, folder, "{$mywebshop.product.▮}")
    text.type(product["name"].lower())
    found: list[types.CompletionItem] = []
    while not found:
        answer = await code.text_document_completion_async(types.CompletionParams(text.identifier, text.position))
        assert isinstance(answer, types.CompletionList)
        # The editor keeps what we matched by what is typed now; whoever types on must be answered anew.
        assert answer.is_incomplete or not answer.items
        found = [item for item in answer.items if item.label == product["name"]]
        await asyncio.sleep(0.05)
    item = found[0]
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == str(product["id"])
    assert item.filter_text == product["name"].lower()
    resolved = await code.completion_item_resolve_async(item)
    assert resolved.documentation is not None


@pytest.mark.asyncio
async def test_a_fix_mends_what_it_is_for(code: LanguageClient, folder: Path) -> None:
    text = Text(code, folder, '<img▮ src="https://shop.example/x.png" width="10">')
    (finding,) = await text.diagnostics(lambda items: any(item.code == "no-alt" for item in items))
    actions = await code.text_document_code_action_async(
        types.CodeActionParams(text.identifier, finding.range, types.CodeActionContext([finding]))
    )
    assert actions
    fix = next(each for each in actions if isinstance(each, types.CodeAction) and each.diagnostics)
    if fix.edit is None:
        fix = await code.code_action_resolve_async(fix)
    assert fix.edit is not None
    assert ' alt=""' in str(fix.edit)


@pytest.mark.asyncio
async def test_what_cannot_be_renamed_says_why(code: LanguageClient, folder: Path) -> None:
    text = Text(code, folder, "{$myweb▮shop.product.1}")
    with pytest.raises(Exception, match=r"its name is set in dovetail\.toml"):
        await code.text_document_rename_async(types.RenameParams(text.identifier, text.position, "other"))


@pytest.mark.asyncio
async def test_findings_go_when_a_text_is_closed(code: LanguageClient, folder: Path) -> None:
    text = Text(code, folder, "{if $x")
    await text.diagnostics(lambda items: bool(items))
    code.text_document_did_close(types.DidCloseTextDocumentParams(text.identifier))
    await text.diagnostics(lambda items: not items)


@pytest.mark.asyncio
async def test_findings_follow_the_text(code: LanguageClient, folder: Path) -> None:
    text = Text(code, folder, "{if $x▮")
    await text.diagnostics(lambda items: bool(items))
    text.type("}a{/if}")
    await text.diagnostics(lambda items: not items)


@pytest.mark.asyncio
async def test_settings_that_cannot_be_read_are_said_once_and_nothing_else_stops(
    code: LanguageClient, folder: Path
) -> None:
    (folder / "dovetail.toml").write_text("[integrations.mywebshop]\nkind = 'nosuch'\n")
    text = Text(code, folder, "{assign var=total value=1}{$t▮}")
    assert "$total" in await text.labels()
    other = Text(code, folder, "{$▮}", "other.tpl")
    assert await other.labels() is not None
    assert [message.message for message in code.messages if "nosuch" in message.message][1:] == []
    assert any("nosuch" in message.message for message in code.messages)


@pytest.mark.asyncio
async def test_a_preview_is_opened_by_command(code: LanguageClient, folder: Path) -> None:
    text = Text(code, folder, "<p>Hello</p>")
    address = await code.workspace_execute_command_async(types.ExecuteCommandParams("dovetail.preview", [text.uri]))
    assert isinstance(address, str)
    assert address.startswith("http://127.0.0.1:")
    used = await code.workspace_execute_command_async(types.ExecuteCommandParams("dovetail.usedVariables", [text.uri]))
    assert used == []
