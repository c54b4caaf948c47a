"""The only file that meets pygls: it carries messages between a client and its `Connection`.

What pygls does by itself and we do otherwise (facts: editors.md 0): its documents split lines where Python does; its
server is one for all clients and ends with the first; it logs every message; it shows faults as pop-ups.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from typing import NoReturn, TypeVar, cast, get_args

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInternalError
from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from dovetail.lsp import changing, commanding, including, looking
from dovetail.lsp.client import client_of
from dovetail.lsp.connection import Connection, report
from dovetail.lsp.convert import LEGEND
from dovetail.lsp.document import Encoding
from dovetail.lsp.ports import Accounts
from dovetail.lsp.session import Stale

P = TypeVar("P")

# pygls writes message bodies into logs: they hold what people type and live data of customers.
logging.getLogger("pygls").setLevel(logging.CRITICAL)

_TRIGGERS = [".", "$", "{", "|", ":", "[", '"', "'", "/", "<", " ", "#", "=", ">"]
_NAMES = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*.{tpl,smarty,html,htm,txt,conf}"), scheme="file")]
)

Reader = Callable[[Connection, P], Awaitable[object]]
Teller = Callable[[Connection, P], None]

REQUESTS: Mapping[str, tuple[Reader[object], object]] = cast(
    "Mapping[str, tuple[Reader[object], object]]",
    {
        types.TEXT_DOCUMENT_COMPLETION: (
            looking.on_completion,
            types.CompletionOptions(trigger_characters=_TRIGGERS, resolve_provider=True),
        ),
        types.COMPLETION_ITEM_RESOLVE: (looking.on_completion_resolve, None),
        types.TEXT_DOCUMENT_HOVER: (looking.on_hover, None),
        types.TEXT_DOCUMENT_SIGNATURE_HELP: (
            looking.on_signature,
            types.SignatureHelpOptions(trigger_characters=["|", ":", "("], retrigger_characters=[":", ","]),
        ),
        types.TEXT_DOCUMENT_DEFINITION: (looking.on_definition, None),
        types.TEXT_DOCUMENT_TYPE_DEFINITION: (looking.on_type_definition, None),
        types.TEXT_DOCUMENT_REFERENCES: (looking.on_references, None),
        types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: (looking.on_highlights, None),
        types.TEXT_DOCUMENT_LINKED_EDITING_RANGE: (looking.on_linked, None),
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: (looking.on_symbols, None),
        types.WORKSPACE_SYMBOL: (looking.on_folder_symbols, None),
        types.TEXT_DOCUMENT_FOLDING_RANGE: (looking.on_folds, None),
        types.TEXT_DOCUMENT_SELECTION_RANGE: (looking.on_selection, None),
        types.TEXT_DOCUMENT_DOCUMENT_LINK: (looking.on_links, None),
        types.TEXT_DOCUMENT_DOCUMENT_COLOR: (looking.on_colours, None),
        types.TEXT_DOCUMENT_COLOR_PRESENTATION: (looking.on_presentations, None),
        types.TEXT_DOCUMENT_INLAY_HINT: (looking.on_inlays, None),
        types.TEXT_DOCUMENT_CODE_LENS: (looking.on_lenses, None),
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: (looking.on_tokens, LEGEND),
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA: (looking.on_tokens_delta, LEGEND),
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE: (looking.on_tokens_range, LEGEND),
        types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY: (including.on_prepare_calls, None),
        types.CALL_HIERARCHY_INCOMING_CALLS: (including.on_incoming, None),
        types.CALL_HIERARCHY_OUTGOING_CALLS: (including.on_outgoing, None),
        types.TEXT_DOCUMENT_FORMATTING: (changing.on_format, None),
        types.TEXT_DOCUMENT_RANGE_FORMATTING: (changing.on_format_range, None),
        types.TEXT_DOCUMENT_ON_TYPE_FORMATTING: (
            changing.on_key,
            types.DocumentOnTypeFormattingOptions("/", ["*", ">"]),
        ),
        types.TEXT_DOCUMENT_PREPARE_RENAME: (changing.on_prepare_rename, None),
        types.TEXT_DOCUMENT_RENAME: (changing.on_rename, None),
        types.WORKSPACE_WILL_RENAME_FILES: (changing.on_rename_files, _NAMES),
        types.TEXT_DOCUMENT_CODE_ACTION: (
            changing.on_actions,
            types.CodeActionOptions(code_action_kinds=["quickfix", "refactor", "source.fixAll"], resolve_provider=True),
        ),
        types.CODE_ACTION_RESOLVE: (changing.on_resolve_action, None),
    },
)

NOTIFICATIONS: Mapping[str, Teller[object]] = cast(
    "Mapping[str, Teller[object]]",
    {
        types.TEXT_DOCUMENT_DID_OPEN: commanding.on_open,
        types.TEXT_DOCUMENT_DID_CHANGE: commanding.on_change,
        types.TEXT_DOCUMENT_DID_CLOSE: commanding.on_close,
        types.TEXT_DOCUMENT_DID_SAVE: commanding.on_save,
        types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: commanding.on_folders,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES: commanding.on_files,
    },
)


class _Protocol(LanguageServerProtocol):
    """pygls' protocol without its own copy of the documents, and with an end that ends only this client."""

    ended: Callable[[int], None]

    def _register_builtin_features(self) -> None:
        super()._register_builtin_features()  # type: ignore[no-untyped-call]
        for method in NOTIFICATIONS:
            self.fm.builtin_features.pop(method, None)
        self.fm.builtin_features[types.EXIT] = self._exit
        self.fm.builtin_features[types.WORKSPACE_EXECUTE_COMMAND] = self._run_command
        for name in commanding.COMMANDS:
            self.fm.commands[name] = commanding.COMMANDS[name]

    def _exit(self, *_: object) -> None:
        self.ended(0 if self._shutdown else 1)

    async def _run_command(self, params: types.ExecuteCommandParams) -> object:
        server = cast("Server", self._server)
        command = commanding.COMMANDS.get(params.command)
        if command is None:
            raise JsonRpcException(f"there is no command {params.command}", code=types.ErrorCodes.InvalidParams.value)
        return await server.guarded(command(server.connection, params.arguments or ()))


class Server(LanguageServer):
    """The server of one client. `ended` is called with an exit code when the client says `exit`."""

    def __init__(
        self, accounts: Accounts, cache_folder: Path | None, version: str, ended: Callable[[int], None] = lambda _: None
    ) -> None:
        super().__init__("dovetail", version, protocol_cls=_Protocol, max_workers=2)
        cast("_Protocol", self.protocol).ended = ended
        self.connection = Connection(self, accounts, cache_folder)
        self.feature(types.INITIALIZE)(_telling(self._initialize))
        self.feature(types.INITIALIZED)(_reading(self._initialized))
        self.feature(types.SHUTDOWN)(_telling(self._shut_down))
        self.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(_reading(self._settings))
        for method, (reader, options) in REQUESTS.items():
            self._register(method, options, reader)
        for method, teller in NOTIFICATIONS.items():
            self.feature(method)(_telling(partial(teller, self.connection)))

    # --- the wire

    def notify(self, method: str, params: object) -> None:
        """Tell the client something."""
        self.protocol.notify(method, params)

    async def request(self, method: str, params: object) -> object:
        """Ask the client something; None when it refuses.

        The reply is taken by a future of its own: one that is cancelled breaks pygls' reader (its issue 621).
        """
        try:
            return cast("object", await asyncio.shield(self.protocol.send_request_async(method, params)))
        except JsonRpcException:
            return None

    def report_server_error(self, error: Exception, source: object) -> None:
        """A fault in the log; nothing pops up for it."""
        report(error)

    # --- from pygls to the connection

    def _register(self, method: str, options: object, reader: Reader[object]) -> None:
        async def answer(params: object) -> object:
            return await self.guarded(reader(self.connection, params))

        self.feature(method, options)(_reading(answer))

    async def guarded(self, work: Awaitable[object]) -> object:
        """An answer, or the protocol's error for why there is none."""
        try:
            return await work
        except Stale:
            raise JsonRpcContentModified from None
        except changing.Refused as refused:
            raise JsonRpcException(str(refused), code=types.LSPErrorCodes.RequestFailed.value) from None
        except JsonRpcException:
            raise
        except Exception as error:  # noqa: BLE001  # whatever is wrong in a feature, the client gets one reply
            report(error)
            raise JsonRpcInternalError("dovetail could not answer this; its log says where it failed") from None

    async def _settings(self, params: types.DidChangeConfigurationParams) -> None:
        await commanding.on_settings(self.connection, params)

    def _initialize(self, params: types.InitializeParams) -> None:
        connection = self.connection
        connection.client = client_of(params)
        connection.session.workspace = commanding.folders_of(params)
        chosen = str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))
        connection.session.encoding = next((each for each in get_args(Encoding) if each == chosen), "utf-16")
        if connection.pulls:
            options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False)
            self._register(types.TEXT_DOCUMENT_DIAGNOSTIC, options, cast("Reader[object]", commanding.on_pull))
        given = params.initialization_options
        if isinstance(given, dict):
            asyncio.get_running_loop().call_soon(connection.configure, given)

    async def _initialized(self, params: types.InitializedParams) -> None:
        if self.connection.client.watch_files:
            watchers = [
                types.FileSystemWatcher("**/*.{tpl,smarty,html,htm,txt,conf}"),
                types.FileSystemWatcher("**/dovetail.toml"),
                types.FileSystemWatcher("**/followups/*.toml"),
            ]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            wanted = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            await self.request(types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams([wanted]))
        if self.connection.client.configuration:
            await commanding.pull_settings(self.connection)

    def _shut_down(self, params: None) -> None:
        self.connection.end()


_MAKING = Lock()


async def new_server(
    accounts: Accounts, cache_folder: Path | None, version: str, ended: Callable[[int], None]
) -> Server:
    """A server for one more client, made beside the event loop, which others' keys need meanwhile.

    One at a time: lsprotocol goes through its types when a converter is made, and changes them the first time.
    """

    def make() -> Server:
        with _MAKING:
            return Server(accounts, cache_folder, version, ended)

    return await asyncio.to_thread(make)


class _Parameters:
    """The parameters of a message: pygls looks at a handler's first annotation for whether it wants the server."""


def _reading(handler: Callable[[P], Awaitable[object]]) -> Callable[[_Parameters], Awaitable[object]]:
    async def handle(params: _Parameters) -> object:
        return await handler(cast("P", params))

    return handle


def _telling(handler: Callable[[P], None]) -> Callable[[_Parameters], None]:
    def handle(params: _Parameters) -> None:
        handler(cast("P", params))

    return handle


class Messages:
    """A server whose messages are values that somebody else carries: `take` the client's, `send` those for it."""

    def __init__(self, server: Server, send: Callable[[str], None]) -> None:
        self._protocol = server.protocol
        self._send = send
        self._protocol.set_writer(self, include_headers=False)

    def take(self, message: str | bytes) -> None:
        """A message of the client, as JSON.

        Raises:
            ValueError: it is none.
        """
        self._protocol.handle_message(json.loads(message, object_hook=self._protocol.structure_message))

    def write(self, data: bytes) -> None:
        """A message for the client (pygls' writer)."""
        self._send(data.decode())

    def close(self) -> None:
        """The end of the messages."""
        self._send("")


def prepare() -> None:
    """Make this process one that answers keys.

    A thread that looks for findings gives way at once in place of after five milliseconds, at each of the half dozen
    times that a message changes hands on its way in; and what lives as long as the process is kept out of the garbage
    collector's way: going through it would take longer than an answer may.
    """
    sys.setswitchinterval(0.00002)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 200)


def serve_stdio(accounts: Accounts, cache_folder: Path | None, version: str) -> NoReturn:
    """Serve the client at the standard streams until it leaves, and end the process with the code it deserves.

    It ends at once: threads that ask shops take seconds to end, and the editor waits for this process. What they write,
    the caches, may be left at any moment.
    """
    prepare()
    asyncio.run(_serve_streams(accounts, cache_folder, version))
    raise AssertionError("the process has ended")


async def _serve_streams(accounts: Accounts, cache_folder: Path | None, version: str) -> None:
    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def leave(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    server = Server(accounts, cache_folder, version, leave)
    server.protocol.set_writer(StdoutWriter(sys.stdout.buffer))
    reader = asyncio.StreamReader()
    Thread(target=_feed, args=(loop, reader), daemon=True).start()

    async def listen() -> None:
        with suppress(BrokenPipeError, asyncio.IncompleteReadError):
            await run_async(Event(), reader, server.protocol, error_handler=server.report_server_error)
        leave(1)

    listening = loop.create_task(listen())
    code = await ended
    listening.cancel()
    server.connection.end()
    os._exit(code)


def _feed(loop: asyncio.AbstractEventLoop, reader: asyncio.StreamReader) -> None:
    """Hand on what comes in, as much at a time as there is: each hand-over costs time while findings are looked for."""
    while chunk := os.read(sys.stdin.fileno(), 262_144):
        loop.call_soon_threadsafe(reader.feed_data, chunk)
    loop.call_soon_threadsafe(reader.feed_eof)


async def converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    accounts: Accounts,
    cache_folder: Path | None,
    version: str,
) -> None:
    """Serve one client of a socket until it leaves."""
    stop = Event()

    def ended(_: int) -> None:
        stop.set()
        writer.close()

    server = await new_server(accounts, cache_folder, version, ended)
    server.protocol.set_writer(writer)
    try:
        await run_async(
            stop_event=stop, reader=reader, protocol=server.protocol, error_handler=server.report_server_error
        )
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        server.connection.end()
        writer.close()
