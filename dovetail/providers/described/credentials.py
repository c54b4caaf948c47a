"""How requests to a described API prove who asks. Access tokens of OAuth 2 are kept in memory, and nowhere else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar, cast
from urllib.parse import quote_plus, urlencode

from dovetail.engine.ports import Request, Response, Talk
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError

T = TypeVar("T")

Way = Literal["none", "header", "bearer", "basic", "oauth2"]
WAYS: Mapping[str, Way] = {
    "none": "none",
    "header": "header",
    "bearer": "bearer",
    "basic": "basic",
    "oauth2": "oauth2",
}

_UNTOLD = 300.0
"""Seconds that a token is used whose server does not say how long it is good for."""

_MARGIN = 30.0
"""Seconds before its end at which a token is replaced, so that none ends on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """`name`: the header's, the user's, or the client's. `secret` is never shown."""

    way: Way = "none"
    name: str = ""
    secret: str = field(default="", repr=False)
    token_url: str = ""
    scope: str = ""
    in_body: bool = False


class SignIn:
    """Proves who asks, for one integration; with OAuth 2, it gets tokens (client credentials, RFC 6749 §4.4)."""

    __slots__ = ("_clock", "_credentials", "_identifier", "_token", "_until")

    def __init__(self, identifier: str, credentials: Credentials, clock: Callable[[], float]) -> None:
        self._identifier = identifier
        self._credentials = credentials
        self._clock = clock
        self._token = ""
        self._until = 0.0

    @property
    def who(self) -> tuple[str, ...]:
        """Who asks, without the secret: an API may show each user something else."""
        mine = self._credentials
        return (mine.way, mine.name, mine.token_url, mine.scope)

    def authorize(self, request: Request) -> Request:
        """The request with the header that proves who asks. A request for a token proves itself.

        Raises:
            AccessError: the secret has characters that no header can carry.
        """
        mine = self._credentials
        if mine.way == "none" or self._is_for_token(request):
            return request
        if mine.way == "basic":
            name, value = "authorization", _basic(mine.name, mine.secret)
        elif mine.way == "header":
            name, value = mine.name.lower(), mine.secret
        else:
            name, value = "authorization", f"Bearer {self._token if mine.way == 'oauth2' else mine.secret}"
        if not value.isascii() or not value.isprintable():
            raise AccessError(
                f"the secret of `{self._identifier}` has characters that a request cannot carry",
                identifier=self._identifier,
                help="copy it again: most often a quotation mark, a dash or a line end came along",
            )
        return replace(request, headers={**request.headers, name: value})

    def signed(self, talk: Talk[T]) -> Talk[T]:
        """The same conversation, with a token got before its first request and anew when one is refused (401)."""
        try:
            batch = next(talk)
            while True:
                batch = talk.send((yield from self._replies(batch)))
        except StopIteration as done:
            result: T = done.value
            return result

    def _replies(self, batch: Sequence[Request]) -> Talk[Sequence[Response | ProviderError]]:
        if self._credentials.way != "oauth2" or not batch:
            return (yield batch)
        try:
            if not self._token or self._clock() >= self._until:
                yield from self._renew()
        except ProviderError as error:
            return [error] * len(batch)
        used = self._token
        replies = list((yield batch))
        refused = [at for at, reply in enumerate(replies) if isinstance(reply, Response) and reply.status == 401]
        if not refused:
            return replies
        try:
            # Another conversation may have got a new one meanwhile.
            if self._token == used:
                yield from self._renew()
        except ProviderError as error:
            again: Sequence[Response | ProviderError] = [error] * len(refused)
        else:
            again = yield [batch[at] for at in refused]
        for at, reply in zip(refused, again, strict=True):
            replies[at] = reply
        return replies

    def _renew(self) -> Talk[None]:
        mine = self._credentials
        form = {"grant_type": "client_credentials", **({"scope": mine.scope} if mine.scope else {})}
        headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
        if mine.in_body:
            form |= {"client_id": mine.name, "client_secret": mine.secret}
        else:
            # RFC 6749 §2.3.1: both are encoded as in a form first.
            headers["authorization"] = _basic(quote_plus(mine.name), quote_plus(mine.secret))
        asked = Request("POST", mine.token_url, headers, urlencode(form).encode())
        replies = yield [asked]
        self._token, seconds = self._read(replies[0])
        self._until = self._clock() + max(0.0, seconds - min(_MARGIN, seconds / 2))

    def _read(self, reply: Response | ProviderError) -> tuple[str, float]:
        if isinstance(reply, ProviderError):
            raise reply
        name = self._identifier
        if reply.status in {400, 401, 403}:
            raise AccessError(
                f"`{name}` gets no access token: its client_id or secret is refused (status {reply.status})",
                identifier=name,
                help='check client_id, secret and scope; some servers want client_auth = "body"',
            )
        if reply.status == 429 or reply.status >= 500:
            raise UnreachableError(
                f"`{name}` gets no access token: the server that gives them answers {reply.status}",
                identifier=name,
                help="try again later",
                retryable=True,
            )
        try:
            found: object = json.loads(reply.body) if reply.status == 200 else None
        except (ValueError, RecursionError):
            found = None
        members = cast("dict[str, object]", found) if isinstance(found, dict) else {}
        token, seconds = members.get("access_token"), members.get("expires_in", _UNTOLD)
        if not isinstance(token, str) or not token:
            raise OddAnswerError(
                f"`{name}` gets no access token: {_shown(self._credentials.token_url)} sent something else "
                f"(status {reply.status})",
                identifier=name,
                help="is token_url the address that gives tokens?",
            )
        try:
            return token, max(0.0, float(str(seconds)))
        except ValueError:
            return token, _UNTOLD

    def _is_for_token(self, request: Request) -> bool:
        return request.method == "POST" and request.url == self._credentials.token_url


def _shown(address: str) -> str:
    return address.partition("?")[0]


def _basic(name: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode('ascii')}"
