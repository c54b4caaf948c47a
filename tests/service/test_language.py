"""The language server of an account over WebSocket: with a ticket, for its own templates, and for no file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.doubles.shop import Shop
from tests.service.conftest import Service, connected

ROOT = "dovetail:///templates/"


@pytest.fixture(scope="module")
def shop(service_shop: Shop, ann: httpx.Client) -> Iterator[Shop]:
    service_shop.clear()
    assert connected(ann, service_shop).status_code == 201
    yield service_shop
    ann.delete("/integrations/mywebshop")


class Editor:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0

    async def tell(self, method: str, params: object) -> None:
        await self._connection.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    async def ask(self, method: str, params: object) -> Any:
        self._number += 1
        await self._connection.send(
            json.dumps({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        )
        while True:
            message = json.loads(await asyncio.wait_for(self._connection.recv(), 60))
            if message.get("id") == self._number and "method" not in message:
                return message.get("result")

    async def open(self, uri: str, text: str) -> None:
        await self.ask("initialize", {"processId": None, "rootUri": "file:///etc", "capabilities": {}})
        await self.tell("initialized", {})
        document = {"uri": uri, "languageId": "smarty", "version": 1, "text": text}
        await self.tell("textDocument/didOpen", {"textDocument": document})


def write(client: httpx.Client, name: str) -> None:
    client.put(f"/templates/{name}", json={"text": "a part"})


def socket(service: Service, client: httpx.Client) -> str:
    ticket = client.post("/lsp-tickets").json()["ticket"]
    return f"{service.url.replace('http', 'ws')}/api/v1/lsp?ticket={ticket}"


@pytest.mark.asyncio
async def test_products_are_completed_and_includes_are_those_of_the_account(
    service: Service, ann: httpx.Client, bob: httpx.Client, shop: Shop
) -> None:
    product = shop.dump("products", 123456, store=1)
    await asyncio.to_thread(write, ann, "parts/anns.tpl")
    await asyncio.to_thread(write, bob, "parts/bobs.tpl")
    async with connect(socket(service, ann)) as connection:
        editor = Editor(connection)
        text = "{$mywebshop.product." + product["name"].split()[0].lower()
        await editor.open(ROOT + "mail.tpl", text)
        at = {"textDocument": {"uri": ROOT + "mail.tpl"}, "position": {"line": 0, "character": len(text)}}
        for _ in range(100):
            found = await editor.ask("textDocument/completion", at)
            if product["name"] in {item["label"] for item in found["items"]}:
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError(found)
        change = {
            "textDocument": {"uri": ROOT + "mail.tpl", "version": 2},
            "contentChanges": [{"text": "{include file='"}],
        }
        await editor.tell("textDocument/didChange", change)
        found = await editor.ask("textDocument/completion", {**at, "position": {"line": 0, "character": 15}})
        labels = {item["label"] for item in found["items"]}
        assert "parts/anns.tpl" in labels
        assert not any("bobs" in label or "passwd" in label for label in labels)


@pytest.mark.asyncio
async def test_no_file_of_the_machine_is_looked_at(service: Service, ann: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "dovetail.toml").write_text("")
    (tmp_path / "secret.tpl").write_text("{block name='machine_secret'}x{/block}")
    async with connect(socket(service, ann)) as connection:
        editor = Editor(connection)
        await editor.open((tmp_path / "mail.tpl").as_uri(), "{include file='secret.tpl'}{include file='")
        at = {"textDocument": {"uri": (tmp_path / "mail.tpl").as_uri()}}
        found = await editor.ask("textDocument/completion", {**at, "position": {"line": 0, "character": 42}})
        assert "secret.tpl" not in {item["label"] for item in found["items"]}
        assert (
            await editor.ask(
                "textDocument/documentSymbol", {"textDocument": {"uri": (tmp_path / "secret.tpl").as_uri()}}
            )
            is None
        )
        assert not await editor.ask("textDocument/definition", {**at, "position": {"line": 0, "character": 18}})
        assert not await editor.ask("workspace/symbol", {"query": "machine"})
        assert (
            await editor.ask(
                "workspace/executeCommand",
                {"command": "dovetail.preview", "arguments": [(tmp_path / "mail.tpl").as_uri()]},
            )
            is None
        )


@pytest.mark.asyncio
async def test_a_socket_wants_a_ticket_of_its_own(service: Service, ann: httpx.Client) -> None:
    address = socket(service, ann)
    async with connect(address) as connection:
        await Editor(connection).open(ROOT + "a.tpl", "x")
    for wrong in (address, address + "x", address.split("?")[0]):
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            async with connect(wrong) as connection:
                await connection.recv()
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with connect(socket(service, ann), origin="https://evil.example") as connection:  # type: ignore[arg-type]
            await connection.recv()


def test_a_ticket_wants_a_key(service: Service) -> None:
    assert httpx.post(f"{service.url}/api/v1/lsp-tickets", trust_env=False).status_code == 401
