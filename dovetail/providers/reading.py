"""A JSON API's reply read: what each status means, in the words of `dovetail.errors`. Pure, for any provider."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from dovetail.engine.ports import Response
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError

_ADDRESS = "is this the address of its API?"


def read_json(reply: Response | ProviderError, identifier: str) -> object:
    """What the JSON of a good reply says; None for 404 and 410: there is nothing under that address.

    No message holds anything of the reply's body, which may be about a person.

    Raises:
        UnreachableError: no reply, 429, 500 and above.
        AccessError: 401, 403, 407.
        OddAnswerError: a redirect, another refusal, HTML, a cut or empty body, `null`.
    """
    if isinstance(reply, ProviderError):
        raise reply
    status = reply.status
    if 200 <= status < 300:
        try:
            found: object = json.loads(reply.body)
        except (ValueError, RecursionError):
            raise _odd(reply, identifier) from None
        if found is None:
            raise OddAnswerError(
                f"`{identifier}` sent null instead of data", identifier=identifier, help=_ADDRESS, retryable=True
            )
        return found
    if status in {404, 410}:
        return None
    if status in {401, 403, 407}:
        raise AccessError(
            f"`{identifier}` refuses these credentials, or they lack a permission (status {status})",
            identifier=identifier,
            help=f"look at the secrets of `{identifier}`, and at what they are allowed over there",
        )
    if status == 429 or status >= 500:
        meaning = "too many requests" if status == 429 else "it is overloaded, in maintenance or broken"
        raise UnreachableError(
            f"`{identifier}` answers with status {status}: {meaning}",
            identifier=identifier,
            help="try again later, or lower `concurrency` in dovetail.toml",
            retryable=True,
        )
    if 300 <= status < 400:
        raise OddAnswerError(
            f"`{identifier}` answers with a redirect instead of data (status {status})",
            identifier=identifier,
            help="set `url` to the address that it really has (https, with or without www)",
        )
    raise OddAnswerError(
        f"`{identifier}` refuses the question (status {status})",
        identifier=identifier,
        help="it may be another version of the API than the one that is expected",
    )


@contextmanager
def reading(identifier: str) -> Iterator[None]:
    """Around code that takes a reply's JSON apart: what is not there, or of another type, is an odd answer.

    Raises:
        OddAnswerError: a LookupError, TypeError, ValueError or AttributeError was raised inside.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError):
        # Not its text: that may hold a customer's data.
        raise OddAnswerError(
            f"`{identifier}` sent data that are not what its API promises",
            identifier=identifier,
            help="it may be another version of the API than the one that is expected",
        ) from None


def _odd(reply: Response, identifier: str) -> OddAnswerError:
    start = reply.body[:200].lstrip().lower()
    if not start:
        what = "an empty reply"
    elif start.startswith((b"<!doctype", b"<html")):
        what = "a web page instead of data"
    else:
        what = "a reply that is not JSON, or only a part of it"
    return OddAnswerError(
        f"`{identifier}` sent {what} (status {reply.status})",
        identifier=identifier,
        help=_ADDRESS,
        retryable=True,
    )
