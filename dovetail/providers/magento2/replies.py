"""A shop's replies read: what each status means, and what can be done about it (facts/magento.md §5). Pure.

Messages come in the language of the store view, so that status and parameters decide, never the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import cast

from dovetail.engine.ports import Response
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError

_TAGS = re.compile(r"<[^>]*>")

Raw = Mapping[str, object]


class Refusal(ProviderError):
    """The shop understood the question and said no (400, 404, 500 with Magento's own message)."""

    def __init__(self, message: str, status: int, parameters: object, *, identifier: str, help: str = "") -> None:  # noqa: A002
        super().__init__(message, identifier=identifier, help=help, retryable=status == 500)
        self.status = status
        self.parameters = parameters

    def limit(self) -> int | None:
        """The bound that the shop names when a page is too large."""
        if self.status == 400 and isinstance(self.parameters, Mapping):
            most = cast("Raw", self.parameters).get("max")
            return most if isinstance(most, int) and most > 0 else None
        return None


class Overloaded(UnreachableError):
    """The shop's server did not manage (429, 502-504)."""

    def __init__(self, message: str, status: int, *, identifier: str) -> None:
        super().__init__(
            message,
            identifier=identifier,
            help="try again later, or lower `concurrency` in dovetail.toml",
            retryable=True,
        )
        self.status = status


def read(reply: Response | ProviderError, url: str, identifier: str) -> object:
    """The JSON of a good reply.

    Raises:
        AccessError: 401, 403.
        OddAnswerError: no JSON, a redirect.
        Refusal: 400, 404, 500 with Magento's own message.
        Overloaded: 429, 502-504.
    """
    if isinstance(reply, ProviderError):
        raise reply
    if 200 <= reply.status < 300:
        try:
            return json.loads(reply.body)
        except ValueError:
            raise _odd(reply, url, identifier) from None
    if 300 <= reply.status < 400:
        raise OddAnswerError(
            f"{url} answers with a redirect instead of data",
            identifier=identifier,
            help="set `url` to the address that the shop's pages really have (https, with or without www)",
        )
    message, parameters = _message(reply.body)
    if reply.status == 401:
        raise _access(message, parameters, reply, identifier)
    if reply.status == 403:
        raise AccessError(
            f"{url} forbids the request (403); most often a firewall before the shop does that",
            identifier=identifier,
            help="have the address of this server admitted in the shop's firewall or CDN",
        )
    if reply.status in {429, 502, 503, 504}:
        meaning = "too many requests" if reply.status == 429 else "it is overloaded or in maintenance"
        raise Overloaded(f"{url} answers {reply.status}: {meaning}", reply.status, identifier=identifier)
    if not message:
        raise _odd(reply, url, identifier)
    raise Refusal(f"the shop answers {reply.status}: {message}", reply.status, parameters, identifier=identifier)


def _odd(reply: Response, url: str, identifier: str) -> OddAnswerError:
    start = reply.body[:200].lstrip().lower()
    if not reply.body:
        what = "an empty reply"
    elif start.startswith((b"<!doctype", b"<html")):
        what = f"a web page{_title(reply.body)} instead of data"
    elif b"{" in reply.body[:5000] and start.startswith(b"<"):
        what = "a PHP warning before its data"
    else:
        what = "a reply that is not JSON, or only a part of it"
    return OddAnswerError(
        f"{url} sent {what} (status {reply.status})",
        identifier=identifier,
        help="is this the shop's address, and does its REST API answer? Its log tells about PHP warnings",
        retryable=True,
    )


def _access(message: str, parameters: object, reply: Response, identifier: str) -> AccessError:
    resource = _resource(parameters)
    if resource:
        return AccessError(
            f"the shop does not let this integration read {resource}",
            identifier=identifier,
            help=f"either the permission {resource} is missing (System > Integrations > API), or the access "
            "token is wrong, revoked or expired: Magento gives the same answer for both",
        )
    advice = "check the four OAuth values (System > Integrations), and that the integration is active"
    skew = reply.at - server_moment(reply)
    if abs(skew) > 300:
        advice = f"the clock of this computer differs by {abs(skew) / 60:.0f} minutes from the shop's: set it right"
    return AccessError(f"the shop refuses the credentials: {message}", identifier=identifier, help=advice)


def _message(body: bytes) -> tuple[str, object]:
    """Magento's message with its parameters filled in, and the parameters; '' when the body is not Magento's."""
    try:
        parsed: object = json.loads(body)
    except ValueError:
        return "", None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("message"), str):
        return "", None
    error = cast("Raw", parsed)
    parameters = error.get("parameters")
    return substitute(str(error["message"]), parameters), parameters


def substitute(message: str, parameters: object) -> str:
    """`%1`, `%2` from a list and `%name` from an object, the longest names first."""
    named: dict[str, object] = {}
    if isinstance(parameters, list):
        named = {str(at): value for at, value in enumerate(cast("Sequence[object]", parameters), 1)}
    elif isinstance(parameters, Mapping):
        named = dict(cast("Raw", parameters))
    if not named:
        return message
    names = "|".join(re.escape(name) for name in sorted(named, key=len, reverse=True))
    return re.sub(f"%({names})", lambda match: str(named[match[1]]), message)


def denied(reply: Response) -> str:
    """The permission that a 401 names, '' when it names none."""
    return _resource(_message(reply.body)[1]) if reply.status == 401 else ""


def _resource(parameters: object) -> str:
    if isinstance(parameters, Mapping):
        return str(cast("Raw", parameters).get("resources") or "")
    if isinstance(parameters, list) and parameters and "::" in str(parameters[0]):
        return str(parameters[0])
    return ""


def server_moment(reply: Response | ProviderError) -> float:
    """When a reply was made, by the shop's clock (Unix seconds); by ours where it does not tell."""
    if isinstance(reply, ProviderError):
        return 0.0
    try:
        return parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
    except ValueError:
        return reply.at


def _title(body: bytes) -> str:
    found = re.search(rb"<title>(.{0,80}?)</title>", body[:20_000], re.IGNORECASE | re.DOTALL)
    title = _TAGS.sub("", found[1].decode("utf-8", "replace")).strip() if found else ""
    return f" (“{title}”)" if title else ""
