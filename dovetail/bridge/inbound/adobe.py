"""Adobe I/O Events: a challenge when the webhook is registered, then events with two RSA signatures."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from dovetail.bridge.inbound.pushed import REMEMBERED, Accepted, Pushed, nonce
from dovetail.bridge.inbound.refusal import Refused
from dovetail.bridge.inbound.signatures import rsa_fits

ADOBE_KEYS = "https://static.adobeioevents.com"
"""Where Adobe's public keys are, and the only place to fetch them from: this and a path of `adobe_key_paths`."""

_PATH = re.compile(r"/prod/keys/pub-key-[A-Za-z0-9-]{1,64}\.pem", re.ASCII)
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{1,256}", re.ASCII)


def adobe_challenge(pushed: Pushed) -> str:
    """The challenge of a GET, to be answered with status 200 as `text/plain`.

    Anybody may send one: it has letters, digits and `._~-` only, so that no page can be made of the answer.

    Raises:
        Refused: 400, there is none, or it is odd.
    """
    challenge = pushed.query.get("challenge", "")
    if pushed.method != "GET" or not _CHALLENGE.fullmatch(challenge):
        raise Refused("this is no challenge of Adobe I/O Events", 400)
    return challenge


def adobe_key_paths(pushed: Pushed) -> tuple[str, ...]:
    """Where the public keys of a request's signatures are, below `ADOBE_KEYS`. Adobe asks to keep a key for a day.

    Nothing is verified yet. A path leads to no other host and out of no folder.

    Raises:
        Refused: 400 or 401.
    """
    return tuple(path for path, _ in _signatures(pushed))


def verify_adobe(pushed: Pushed, keys: Mapping[str, str], client_id: str, now: float) -> Accepted:
    """Whether Adobe signed a request, and for us: `client_id` is that of our project.

    `keys`: public keys (PEM) by their path. Adobe signs twice, and either signature suffices. Not every event says
    its time, so an old one is known by its nonce only, for `REMEMBERED` seconds.

    Raises:
        Refused: 400, 401 or 413.
    """
    pushed.check_size()
    if not any(path in keys and rsa_fits(keys[path], text, pushed.body) for path, text in _signatures(pushed)):
        raise Refused("no signature fits a public key that is known")
    if _recipient(pushed.body) != client_id:
        raise Refused("the event is for another client")
    # Of the body only: with one of its signatures taken away a request is the same.
    return Accepted(nonce("adobe", pushed.body), now + REMEMBERED)


def _signatures(pushed: Pushed) -> list[tuple[str, str]]:
    found = list[tuple[str, str]]()
    for number in ("1", "2"):
        signature, path = f"x-adobe-digital-signature-{number}", f"x-adobe-public-key{number}-path"
        if not pushed.headers.get(signature) or not pushed.headers.get(path):
            continue
        at = pushed.header(path)
        if not _PATH.fullmatch(at):
            raise Refused(f"the header {path} is no path of a public key", 400)
        found.append((at, pushed.header(signature)))
    if not found:
        raise Refused("no signature comes with the path of its public key")
    return found


def _recipient(body: bytes) -> object:
    try:
        event: object = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        # Raised here: the error of the parser would bring the body with it.
        raise Refused("the body is no JSON object", 400)
    return event.get("recipient_client_id")
