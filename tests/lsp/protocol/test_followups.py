"""Follow-ups through a real server: their own texts, and what templates know by them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities

from tests.lsp.protocol.conftest import MARK, SERVER, Text

FOLLOWUP = 'on = "cart-abandoned"\n\n[[steps]]\nmail = { template = "mail.tpl", subject = "Hello" }\n'


@pytest.fixture
def folder(folder: Path) -> Path:
    (folder / "followups").mkdir()
    (folder / "followups" / "cart.toml").write_text(FOLLOWUP)
    return folder


async def hovered(text: Text) -> str:
    found = await text.client.text_document_hover_async(types.HoverParams(text.identifier, text.position))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


@pytest.mark.asyncio
async def test_each_client_completes_and_checks_a_follow_up_while_it_is_typed(
    client: LanguageClient, folder: Path
) -> None:
    text = Text(client, folder, FOLLOWUP.replace('"cart-abandoned"', f'"cart-abandon{MARK}"'), "followups/cart.toml")
    (fault,) = await text.diagnostics(lambda items: len(items) == 1)
    assert fault.message.startswith("there is no event `cart-abandon`")
    assert (fault.source, fault.range.start, fault.range.end) == (
        "dovetail", types.Position(0, 0), types.Position(0, 2),
    )  # fmt: skip
    assert "cart-abandoned" in await text.labels()
    text.type("ed")
    await text.diagnostics(lambda items: not items)
    assert "an open cart with items" in await hovered(text)


@pytest.mark.asyncio
async def test_a_template_knows_the_event_by_the_follow_up_as_it_stands(code: LanguageClient, folder: Path) -> None:
    mail = Text(code, folder, f"{{$trigger.customer.{MARK}name}}{{$trigger.grand_total}}")
    assert {"name", "email", "id"} <= set(await mail.labels())
    (found,) = await mail.diagnostics(lambda items: any(item.code == "unknown-name" for item in items))
    assert found.message.startswith("`$trigger` has no `grand_total`")
    assert "Of `cart-abandoned`" in await hovered(mail)
    other = Text(code, folder, f"{{$trigger.{MARK}}}", "other.tpl")
    assert await other.labels() == []
    # An order has a total: what is typed into the follow-up counts at once.
    text = Text(code, folder, FOLLOWUP.replace('"cart-abandoned"', f'"order-create"{MARK}'), "followups/cart.toml")
    await mail.diagnostics(lambda items: not items)
    text.type(" # the first")
    assert {"name", "email", "id"} <= set(await mail.labels())
    assert "Of `order-create`" in await hovered(mail)


@pytest_lsp.fixture(config=SERVER, scope="function")
async def asking(lsp_client: LanguageClient, folder: Path) -> AsyncIterator[None]:
    """A client that asks for findings itself, and can be told to ask again."""
    able = client_capabilities("visual-studio-code@1.65.2")
    assert able.text_document is not None
    assert able.workspace is not None
    able.text_document.diagnostic = types.DiagnosticClientCapabilities()
    able.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    await lsp_client.initialize_session(types.InitializeParams(able, root_uri=folder.as_uri()))
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_a_client_that_asks_is_told_when_to_ask_again(asking: LanguageClient, folder: Path) -> None:
    async def found(text: Text, before: str | None = None) -> types.DocumentDiagnosticReport:
        wanted = types.DocumentDiagnosticParams(text.identifier, previous_result_id=before)
        return await asking.text_document_diagnostic_async(wanted)

    mail = Text(asking, folder, f"{{$trigger.grand_total}}{MARK}")
    first = await found(mail)
    assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
    assert "unknown-name" in {item.code for item in first.items}
    text = Text(asking, folder, FOLLOWUP.replace('"cart-abandoned"', f'"order-creat{MARK}"'), "followups/cart.toml")
    fault = await found(text)
    assert isinstance(fault, types.RelatedFullDocumentDiagnosticReport)
    assert len(fault.items) == 1
    assert isinstance(await found(text, fault.result_id), types.RelatedUnchangedDocumentDiagnosticReport)
    before = asking.diagnostic_refresh_count
    text.type("e")
    async with asyncio.timeout(10):
        while asking.diagnostic_refresh_count == before:  # noqa: ASYNC110  # the client only counts
            await asyncio.sleep(0.02)
    now = await found(mail, first.result_id)
    assert isinstance(now, types.RelatedFullDocumentDiagnosticReport)
    assert "unknown-name" not in {item.code for item in now.items}


@pytest.mark.asyncio
async def test_other_toml_is_left_alone(code: LanguageClient, folder: Path) -> None:
    settings = Text(code, folder, f'{{$nothing{MARK}\non = "x"', "pyproject.toml")
    assert await settings.labels() == []
    answer = await code.text_document_document_symbol_async(types.DocumentSymbolParams(settings.identifier))
    assert answer is None
    text = Text(code, folder, f"on = 1{MARK}", "followups/cart.toml")
    assert await text.diagnostics(lambda items: len(items) == 2)
    # Template features say nothing of it.
    assert await code.text_document_folding_range_async(types.FoldingRangeParams(text.identifier)) is None
    assert await code.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text.identifier)) is None
    assert await code.text_document_formatting_async(
        types.DocumentFormattingParams(text.identifier, types.FormattingOptions(4, insert_spaces=True))
    ) is None  # fmt: skip
    assert settings.uri not in code.diagnostics
