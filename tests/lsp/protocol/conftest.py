"""A language server as an editor starts it, over the standard streams, with a shop to ask."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from tests.doubles.shop import Shop

SECRETS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


def editor() -> LanguageClient:
    """A client that does what editors do when they are asked: register, show, look anew."""
    made = make_test_lsp_client()
    for method in (
        types.CLIENT_REGISTER_CAPABILITY,
        types.WORKSPACE_INLAY_HINT_REFRESH,
        types.WORKSPACE_CODE_LENS_REFRESH,
    ):

        @made.feature(method)
        def done(params: types.LSPAny | None = None) -> None:
            return None

    @made.feature("dovetail/status")
    def status(params: types.LSPAny | None = None) -> None:
        return None

    return made


SERVER = ClientServerConfig(
    server_command=[sys.executable, "-m", "dovetail", "lsp", "--stdio", "--clientProcessId=1"], client_factory=editor
)


@pytest.fixture(scope="session")
def editor_shop() -> Iterator[Shop]:
    with Shop(profile="2.4.8", products=60, customers=20, orders=30, carts=5) as shop:
        yield shop


@pytest.fixture
def folder(editor_shop: Shop, tmp_path: Path) -> Path:
    """A folder of templates with settings for the shop, and recipients to look at."""
    editor_shop.clear()
    write_settings(tmp_path, editor_shop.url, editor_shop.oauth)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "footer.tpl").write_text("<p>{$year}</p>\n")
    return tmp_path


def write_settings(folder: Path, url: str, oauth: dict[str, str]) -> None:
    keys = folder / "keys"
    keys.mkdir(exist_ok=True)
    for name in SECRETS:
        (keys / name).write_text(oauth[name])
    (folder / "dovetail.toml").write_text(
        f'[integrations.mywebshop]\nkind = "magento2"\nurl = "{url}"\nstore = "nl"\nallow_private_addresses = true\n'
        + "".join(f'{name} = {{ file = "keys/{name}" }}\n' for name in SECRETS)
    )


@pytest_lsp.fixture(
    params=["visual-studio-code@1.65.2", "neovim@0.11.0", "neovim@0.7.0", "emacs@29.1"], config=SERVER, scope="function"
)
async def client(lsp_client: LanguageClient, request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[None]:
    """Clients that can do much and clients that can do little."""
    await begin(lsp_client, request.param, folder)
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=SERVER, scope="function")
async def code(lsp_client: LanguageClient, folder: Path) -> AsyncIterator[None]:
    """One client that can do much."""
    await begin(lsp_client, "visual-studio-code@1.65.2", folder)
    yield
    await lsp_client.shutdown_session()


async def begin(lsp_client: LanguageClient, name: str, folder: Path) -> types.InitializeResult:
    return await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(name),
            workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "mails")],
            root_uri=folder.as_uri(),
        )
    )


MARK = "▮"


class Text:
    """An open text with a mark in it."""

    def __init__(self, client: LanguageClient, folder: Path, text: str, name: str = "mail.tpl") -> None:
        self.client = client
        self.uri = (folder / name).as_uri()
        before = text.split(MARK)[0]
        self.text = text.replace(MARK, "")
        self.line, self.column = before.count("\n"), len(before.rpartition("\n")[2].encode("utf-16-le")) // 2
        self.version = 1
        client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(self.uri, "smarty", 1, self.text))
        )

    @property
    def identifier(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    @property
    def position(self) -> types.Position:
        return types.Position(self.line, self.column)

    def type(self, text: str) -> None:
        """Put text in at the mark."""
        self.version += 1
        at = self.position
        change = types.TextDocumentContentChangePartial(range=types.Range(at, at), text=text)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(self.version, self.uri), [change])
        )
        self.column += len(text)

    async def labels(self) -> list[str]:
        found = await self.client.text_document_completion_async(types.CompletionParams(self.identifier, self.position))
        assert isinstance(found, types.CompletionList)
        return [item.label for item in found.items]

    async def diagnostics(self, wanted: Callable[[list[types.Diagnostic]], bool]) -> list[types.Diagnostic]:
        """The findings that were published last, once they are what is waited for."""
        while True:
            found = list(self.client.diagnostics.get(self.uri, ()))
            if wanted(found):
                return found
            await asyncio.wait_for(self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS), 30)
