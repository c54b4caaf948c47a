"""How soon the language server answers: `python bench/editor.py [--times N]`.

A template of 1,000 lines, a catalogue of 100,000 products, the Magento double as shop. Prints medians and 99th
percentiles, each beside its goal (facts: editors.md 3), and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from dovetail.commands.accounts import FolderAccounts
from dovetail.engine.ports import Suggestion
from dovetail.lsp.catalogue import Catalogue
from dovetail.lsp.document import Edit, Position
from dovetail.lsp.features.completion import complete
from dovetail.lsp.features.hover import hover
from dovetail.lsp.features.html import html_completions
from dovetail.lsp.server import prepare
from dovetail.lsp.session import Session
from tests.doubles.shop import Shop
from tests.lsp.protocol.conftest import write_settings

PRODUCTS = 100_000
WORDS = "blue red mug shirt table lamp chair green wood steel bag hat shoe ring bottle".split()  # noqa: SIM905
GOALS = {
    "handler p50": 5.0, "handler p99": 20.0, "round trip p50": 8.0, "round trip p99": 30.0,
    "round trip while findings run p50": 8.0, "round trip while findings run p99": 30.0,
    "hover p99": 30.0, "cold remote max": 150.0, "findings after the last key p50": 300.0, "memory MB": 150.0,
    "first answer": 800.0, "preview of W1 p50": 150.0,
}  # fmt: skip


def template() -> str:
    """1,000 lines as a newsletter has them, the last with the cursor."""
    block = [
        "{foreach $mywebshop.products|limit:3 as $product}",
        '<table role="presentation" width="100%"><tr>',
        '<td style="padding: 8px; color: #333333"><img src="{$product.image_url}" alt="" width="200"></td>',
        '<td><a href="{$product.url}">{$product.title|truncate:40}</a> {$product.price|number_format:2}</td>',
        "</tr></table>",
        "{/foreach}",
        "{if $profile.firstname}<p>Dear {$profile.firstname|capitalize},</p>{else}<p>Dear customer,</p>{/if}",
        '{assign var="total" value=$total + 1}',
        "<p>{$mywebshop.product.123456.title} costs {$mywebshop.product.123456.price|number_format:2}</p>",
        "<p>A line of text as mails have it, with nothing in it for the server to think about.</p>",
    ]
    return '<!doctype html>\n<html lang="nl"><body>\n' + "\n".join(block * 100)[:-1] + "\n"


def share(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000


def fill(cache: Path, folder: Path) -> None:
    """100,000 products that were seen before."""
    account = FolderAccounts(None, cache).open(folder)
    catalogue = Catalogue(cache / "catalogue.sqlite", account.owner, lambda *_: False)
    for start in range(0, PRODUCTS, 1000):
        names = [f"{WORDS[n % 15].title()} {WORDS[n // 15 % 15]} {n}" for n in range(start, start + 1000)]
        found = [Suggestion(str(500_000 + start + at), name, f"SKU-{start + at}") for at, name in enumerate(names)]
        catalogue.add("mywebshop", "product", found, time.time())
    catalogue.close()
    account.data.close()


async def in_handler(folder: Path, cache: Path, times: int) -> dict[str, float]:
    session = Session(FolderAccounts(None, cache), cache, lambda _: None)
    uri = (folder / "mail.tpl").as_uri()
    text = template()
    session.open(uri, text + "{$mywebshop.product.", 1)
    typed, version = "blue mug 4", 1
    took, hovered = list[float](), list[float]()
    line = text.count("\n")
    for number in range(times + 20):
        letter = typed[number % len(typed)]
        column = len("{$mywebshop.product.") + number % len(typed)
        began = time.perf_counter()
        version += 1
        if number % len(typed) == 0:
            session.open(uri, text + "{$mywebshop.product.", version)
            began = time.perf_counter()
        opened = session.edit(uri, [Edit(letter, Position(line, column), Position(line, column))], version)
        assert opened is not None
        offset = opened.document.offset(Position(line, column + 1))
        found = session.glance(opened, lambda view, at=offset: (complete(view, at), html_completions(view, at)))  # type: ignore[misc]
        if number >= 20:
            took.append(time.perf_counter() - began)
        assert found[0].items or column
        await asyncio.sleep(0)
        began = time.perf_counter()
        session.glance(opened, lambda view: hover(view, text.index("title} costs") + 2))
        if number >= 20:
            hovered.append(time.perf_counter() - began)
        await asyncio.sleep(0.002)
    session.leave()
    return {
        "handler p50": share(took, 0.5), "handler p99": share(took, 0.99), "hover p99": share(hovered, 0.99),
    }  # fmt: skip


class Remote:
    """A server as an editor starts it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.client = LanguageClient("bench", "1")
        self.uri = (folder / "mail.tpl").as_uri()
        self.folder, self.cache = folder, cache
        self.version = 1
        self.published = asyncio.Event()
        self.shown = -1

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def findings(params: types.PublishDiagnosticsParams) -> None:
            self.shown = params.version or -1
            self.published.set()

        for method in (types.WINDOW_SHOW_MESSAGE, "dovetail/status"):

            @self.client.feature(method)
            def said(params: types.LSPAny | None = None) -> None:
                return None

    async def start(self, text: str) -> None:
        environment = {**os.environ, "DOVETAIL_CACHE": str(self.cache)}
        await self.client.start_io(sys.executable, "-m", "dovetail", "lsp", env=environment)
        capabilities = types.ClientCapabilities()
        await self.client.initialize_async(types.InitializeParams(capabilities, root_uri=self.folder.as_uri()))
        self.client.initialized(types.InitializedParams())
        item = types.TextDocumentItem(self.uri, "smarty", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, text: str, line: int, column: int, end: int | None = None) -> None:
        self.version += 1
        span = types.Range(types.Position(line, column), types.Position(line, column if end is None else end))
        change = types.TextDocumentContentChangePartial(span, text)
        identifier = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    async def complete(self, line: int, column: int) -> types.CompletionList:
        at = types.CompletionParams(types.TextDocumentIdentifier(self.uri), types.Position(line, column))
        found = await self.client.text_document_completion_async(at)
        assert isinstance(found, types.CompletionList)
        return found

    def memory(self) -> float:
        """Resident megabytes of the server."""
        process = self.client._server
        assert process is not None
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()


async def over_the_wire(folder: Path, cache: Path, times: int) -> dict[str, float]:
    text = template()
    line = text.count("\n")
    head = "{$mywebshop.product."
    began = time.perf_counter()
    remote = Remote(folder, cache)
    await remote.start(text + head)
    await remote.complete(line, len(head))
    made = {"first answer": (time.perf_counter() - began) * 1000}

    async def typing(pause: float) -> list[float]:
        took, typed, column = list[float](), "blue mug 4", len(head)
        for number in range(times + 10):
            if number and number % len(typed) == 0:
                remote.change("", line, len(head), column)
                column = len(head)
            began = time.perf_counter()
            remote.change(typed[number % len(typed)], line, column)
            column += 1
            await remote.complete(line, column)
            if number >= 10:
                took.append(time.perf_counter() - began)
            await asyncio.sleep(pause)
        remote.change("", line, len(head), column)
        return took

    plain = await typing(0.005)
    # With pauses in which the findings of the whole text begin, so that the next key meets them.
    busy = await typing(0.14)
    for name, took in (("round trip", plain), ("round trip while findings run", busy)):
        made[f"{name} p50"], made[f"{name} p99"] = share(took, 0.5), share(took, 0.99)
    waited = list[float]()
    for number in range(max(5, times // 20)):
        remote.published.clear()
        began = time.perf_counter()
        remote.change("x", line, len(head) + number)
        while remote.shown < remote.version:
            remote.published.clear()
            await remote.published.wait()
        waited.append(time.perf_counter() - began)
    made["findings after the last key p50"] = share(waited, 0.5)
    made["memory MB"] = remote.memory()
    await remote.stop()
    return made


async def cold(folder: Path, cache: Path, shop: Shop) -> dict[str, float]:
    """Searches that nobody made before, in a shop that takes 5 s."""
    shop.fault(kind="latency", ms=5000)
    remote = Remote(folder, cache)
    head = "{$mywebshop.customer."
    await remote.start(head)
    # Who opens a text looks at it before typing: the server has read its modules by then.
    await asyncio.sleep(1.0)
    took = list[float]()
    for column, letter in enumerate("zwanenburg", len(head)):
        remote.change(letter, 0, column)
        began = time.perf_counter()
        await remote.complete(0, column + 1)
        took.append(time.perf_counter() - began)
    await remote.stop()
    shop.control("faults", method="DELETE")
    return {"cold remote max": max(took) * 1000}


def measure(run: Callable[[], Awaitable[dict[str, float]]]) -> dict[str, float]:
    async def main() -> dict[str, float]:
        return await run()

    return asyncio.run(main())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    times = parser.parse_args().times
    made = dict[str, float]()
    with tempfile.TemporaryDirectory() as work, Shop(profile="2.4.8", products=60, customers=20) as shop:
        folder, cache = Path(work, "mails"), Path(work, "cache")
        folder.mkdir()
        write_settings(folder, shop.url, shop.oauth)
        fill(cache, folder)
        prepare()
        made |= measure(lambda: in_handler(folder, cache, times))
        made |= measure(lambda: over_the_wire(folder, cache, times))
        made |= measure(lambda: cold(folder, cache, shop))
    for name, value in made.items():
        goal = GOALS[name]
        unit = "" if name.endswith("MB") else " ms"
        print(f"{name:40} {value:8.1f}{unit}   goal {goal:g}   {'met' if value <= goal else 'MISSED'}")
    print(json.dumps({name: round(value, 2) for name, value in made.items()}))


if __name__ == "__main__":
    main()
