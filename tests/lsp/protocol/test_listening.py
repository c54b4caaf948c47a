"""Many clients over TCP and WebSocket, each with texts of its own; pages only with the token and from named places."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

MESSAGE = {"jsonrpc": "2.0"}


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """A server in a folder; the address that it prints."""
    command = [sys.executable, "-m", "dovetail", "lsp", *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


class Page:
    """A client that sends and reads JSON, as the editor in a page does."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.number = 0

    async def tell(self, method: str, params: object) -> None:
        await self.connection.send(json.dumps({**MESSAGE, "method": method, "params": params}))

    async def ask(self, method: str, params: object) -> object:
        self.number += 1
        await self.connection.send(json.dumps({**MESSAGE, "id": self.number, "method": method, "params": params}))
        while True:
            frame = await asyncio.wait_for(self.connection.recv(), 60)
            assert isinstance(frame, str), "pages read text frames"
            message = json.loads(frame)
            if message.get("id") == self.number and "method" not in message:
                return message["result"]

    async def begin(self, text: str) -> None:
        await self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        await self.tell("initialized", {})
        document = {"uri": "inmemory://mail.tpl", "languageId": "smarty", "version": 1, "text": text}
        await self.tell("textDocument/didOpen", {"textDocument": document})

    async def labels(self, column: int) -> list[str]:
        at = {"textDocument": {"uri": "inmemory://mail.tpl"}, "position": {"line": 0, "character": column}}
        found = await self.ask("textDocument/completion", at)
        assert isinstance(found, dict)
        return [item["label"] for item in found["items"]]


def test_twelve_pages_with_one_address_have_each_their_own_text(tmp_path: Path) -> None:
    async def one(address: str, number: int) -> None:
        async with connect(address) as connection:
            page = Page(connection)
            text = f"{{assign var=mine{number} value=1}}{{$mi"
            await page.begin(text)
            for _ in range(5):
                labels = await page.labels(len(text))
                assert [label for label in labels if label.startswith("$mine")] == [f"$mine{number}"]
            await page.ask("shutdown", None)
            await page.tell("exit", None)

    async def all_of_them(address: str) -> None:
        await asyncio.gather(*(one(address, number) for number in range(12)))
        # The first to leave ended only itself.
        await one(address, 99)

    with serving(tmp_path, "--ws", "127.0.0.1:0") as address:
        asyncio.run(all_of_them(address))


@pytest.mark.parametrize(
    ("change", "origin", "status"),
    [
        (lambda address: address, "https://evil.example", 403),
        (lambda address: address, "null", 403),
        (lambda address: address[:-1], None, 401),
        (lambda address: address.split("?")[0], None, 401),
    ],
)
def test_who_lacks_the_token_or_comes_from_elsewhere_is_turned_away(
    tmp_path: Path, change: object, origin: str | None, status: int
) -> None:
    async def knock(address: str) -> None:
        headers = {"Origin": origin} if origin else {}
        with pytest.raises(InvalidStatus) as refused:
            async with connect(change(address), additional_headers=headers):  # type: ignore[operator]
                pass
        assert refused.value.response.status_code == status

    with serving(tmp_path, "--ws", "127.0.0.1:0") as address:
        asyncio.run(knock(address))


def test_a_page_from_a_named_place_is_let_in(tmp_path: Path) -> None:
    async def visit(address: str) -> None:
        headers = {"Origin": "https://console.example"}
        async with connect(address, additional_headers=headers) as connection:
            page = Page(connection)
            await page.begin("{$pro")
            assert "$profile" in await page.labels(5)

    with serving(tmp_path, "--ws", "127.0.0.1:0", "--origin", "https://console.example") as address:
        asyncio.run(visit(address))


def test_editors_over_tcp(tmp_path: Path) -> None:
    async def visit(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = json.dumps(
            {
                **MESSAGE,
                "id": 1,
                "method": "initialize",
                "params": {"processId": None, "rootUri": None, "capabilities": {}},
            }
        )
        writer.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
        length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        reply = json.loads(await reader.readexactly(length))
        assert reply["result"]["serverInfo"]["name"] == "dovetail"
        writer.close()
        await writer.wait_closed()

    async def twice(port: int) -> None:
        await visit(port)
        await visit(port)

    with serving(tmp_path, "--tcp", "127.0.0.1:0") as address:
        asyncio.run(twice(int(address.rpartition(":")[2])))


@pytest.mark.parametrize("options", [("--tcp", "0.0.0.0:7000"), ("--tcp", "x"), ("--stdio", "--ws", "127.0.0.1:0")])
def test_wrong_use_is_said(tmp_path: Path, options: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "dovetail", "lsp", *options]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2
    assert ran.stderr.startswith("dovetail: ")
