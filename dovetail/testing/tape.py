"""A recording transport: exchanges with the real system, kept in a file once and replayed ever after.

What is kept is the request's method, address and body, and the reply's status, body and few headers: neither
the headers that prove who asks nor cookies. Every setting of the recording is replaced by the made-up one of
the tests (so no secret and no real address stays), and tokens in JSON replies are blanked.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast
from urllib.parse import quote, quote_plus

from dovetail.engine.ports import Request, Response
from dovetail.errors import ProviderError, UsageError, did_you_mean
from dovetail.testing.holding import UnknownRequest, World

FORMAT = "dovetail exchanges 1"

_HEADERS = frozenset({"content-type", "link", "retry-after"})
_TOKEN = re.compile(r"(^|_)(token|secret|password|api_?key|session_?id)$", re.IGNORECASE)

_Key = tuple[str, str, bytes]


@dataclass(slots=True)
class Tape:
    """Exchanges by request, of the file at `path`."""

    path: Path
    exchanges: dict[_Key, Response] = field(default_factory=dict[_Key, Response])

    @classmethod
    def read(cls, path: Path) -> Tape:
        """The tape in a file.

        Raises:
            UsageError: there is none, or it is not one.
        """
        try:
            whole: object = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise UsageError(f"there is no recording {path}. {_how(path)}") from None
        except ValueError:
            whole = None
        if not isinstance(whole, dict) or cast("dict[str, object]", whole).get("format") != FORMAT:
            raise UsageError(f"{path} is not a recording of this version of Dovetail. {_how(path)}")
        tape = cls(path)
        for each in cast("list[dict[str, object]]", whole["exchanges"]):
            request = (str(each["method"]), str(each["url"]), _bytes(each, "request_"))
            headers = cast("dict[str, str]", each["headers"])
            tape.exchanges[request] = Response(
                int(cast("int", each["status"])), headers, _bytes(each), float(cast("float", each["at"]))
            )
        return tape

    def write(self) -> None:
        """Put the tape into its file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        rows = [
            {"method": method, "url": url, **_shown(body, "request_"), "status": reply.status}
            | {"headers": dict(reply.headers), "at": reply.at, **_shown(reply.body)}
            for (method, url, body), reply in sorted(self.exchanges.items(), key=lambda each: (each[0][1], each[0]))
        ]
        text = json.dumps({"format": FORMAT, "exchanges": rows}, ensure_ascii=False, indent=1)
        self.path.write_text(f"{text}\n", encoding="utf-8")

    def __call__(self, requests: Sequence[Request]) -> list[Response | ProviderError]:
        """Replay: the recorded reply to each request.

        Raises:
            UnknownRequest: there is none.
        """
        return [self._reply(request) for request in requests]

    def _reply(self, request: Request) -> Response:
        found = self.exchanges.get(_key(request))
        if found is None:
            near = did_you_mean(request.url, [url for _, url, _ in self.exchanges])
            raise UnknownRequest(
                f"{request.method} {request.url} is not in the recording {self.path.name}"
                f"{f' ({near})' if near else ''}. {_how(self.path)}"
            )
        return found


@dataclass(slots=True)
class Recorder:
    """Has requests answered by the real system, and keeps each exchange on a tape.

    `replaced`: for each value of the real settings, what stands for it in the tests; the provider sees nothing
    else. `secrets`: real values that may stay nowhere.
    """

    tape: Tape
    real: World
    replaced: Mapping[str, str]
    secrets: Sequence[str] = ()
    _tokens: dict[str, str] = field(default_factory=dict[str, str])

    def __call__(self, requests: Sequence[Request]) -> list[Response | ProviderError]:
        """The real replies, as the tape will give them.

        Raises:
            UsageError: there is none, or a secret would stay on the tape.
        """
        known = self.tape.exchanges
        new = [request for request in requests if _key(request) not in known]
        for request, reply in zip(new, self.real([self._to_real(each) for each in new]) if new else [], strict=True):
            if isinstance(reply, ProviderError):
                raise UsageError(f"nothing can be recorded of {request.url}: {reply.message}")
            headers = {name: self._text(value) for name, value in reply.headers.items() if name in _HEADERS}
            kept = Response(reply.status, headers, self._without_tokens(self._body(reply.body)), round(reply.at))
            self._refuse_secrets(request, kept)
            known[_key(request)] = kept
        if new:
            self.tape.write()
        return [known[_key(request)] for request in requests]

    def _to_real(self, request: Request) -> Request:
        back = {shown: real for real, shown in {**self.replaced, **self._tokens}.items()}
        headers = {name: _translated(value, back) for name, value in request.headers.items()}
        body = _translated_body(request.body, back)
        return replace(request, url=_translated(request.url, back), headers=headers, body=body)

    def _text(self, text: str) -> str:
        return _translated(text, self.replaced)

    def _body(self, body: bytes) -> bytes:
        return _translated_body(body, self.replaced)

    def _without_tokens(self, body: bytes) -> bytes:
        try:
            found: object = json.loads(body)
        except (ValueError, RecursionError):
            return body
        blanked = self._blanked(found)
        return body if blanked == found else json.dumps(blanked, ensure_ascii=False).encode()

    def _blanked(self, value: object) -> object:
        if isinstance(value, dict):
            return {
                name: self._token(item) if isinstance(item, str) and _TOKEN.search(name) else self._blanked(item)
                for name, item in cast("dict[str, object]", value).items()
            }
        if isinstance(value, list):
            return [self._blanked(item) for item in cast("list[object]", value)]
        return value

    def _token(self, real: str) -> str:
        # The provider may have to send it back: each has a name of its own.
        return self._tokens.setdefault(real, f"masked-token-{len(self._tokens) + 1}") if real else real

    def _refuse_secrets(self, request: Request, kept: Response) -> None:
        shown = b"\n".join(
            [request.url.encode(), request.body, kept.body, *(v.encode() for v in kept.headers.values())]
        )
        for secret in (*self.secrets, *self._tokens):
            if any(form.encode() in shown for form in forms(secret)):
                raise UsageError(f"a secret would stay in {self.tape.path.name}, in the exchange with {request.url}")


def _key(request: Request) -> _Key:
    return request.method, request.url, request.body


def _translated(text: str, words: Mapping[str, str]) -> str:
    # The longest first: an address may be the beginning of another.
    for word in sorted(words, key=len, reverse=True):
        for one, other in zip(forms(word), forms(words[word]), strict=True):
            text = text.replace(one, other)
    return text


def _translated_body(body: bytes, words: Mapping[str, str]) -> bytes:
    try:
        return _translated(body.decode(), words).encode()
    except UnicodeDecodeError:
        return body


def forms(value: str) -> list[str]:
    """The ways in which a value is spelled in addresses and bodies: plain, percent-encoded, in JSON, in base64."""
    encoded = base64.b64encode(value.encode()).decode()
    return [
        value,
        quote(value, safe=""),
        quote_plus(value),
        json.dumps(value)[1:-1],
        value.replace("/", "\\/"),
        encoded,
    ]


def _shown(body: bytes, prefix: str = "") -> dict[str, object]:
    """A body in the form that reads best: JSON where that gives the same value, text, else base64."""
    if not body and prefix:
        return {}
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        pass
    else:
        # A request is found by its bytes, so that those have to come back as they were.
        if _json(found) == body or not prefix:
            return {f"{prefix}json": found}
    try:
        return {f"{prefix}text": body.decode()}
    except UnicodeDecodeError:
        return {f"{prefix}base64": base64.b64encode(body).decode()}


def _bytes(row: Mapping[str, object], prefix: str = "") -> bytes:
    if f"{prefix}json" in row:
        return _json(row[f"{prefix}json"])
    if f"{prefix}base64" in row:
        return base64.b64decode(str(row[f"{prefix}base64"]))
    return str(row.get(f"{prefix}text", "")).encode()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _how(path: Path) -> str:
    return f"Record {path.name} again: DOVETAIL_RECORD=path/to/dovetail.toml pytest (see docs/writing-a-provider.md)"
