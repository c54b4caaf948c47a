"""Addresses of requests, and which may be asked. What comes from templates is one encoded part of an address. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from dovetail.engine.ports import Key, Request
from dovetail.providers.rest.spec import Api, Parameters, Template

_LONGEST_KEY = 300
_LONGEST_ADDRESS = 7_000
"""Many servers refuse longer addresses than 8 KB."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PLAIN_VALUE = re.compile(r"[\w.:@+ -]*\Z", re.ASCII)
_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:\"(?:[^\"\\]|\\.)*\"|[^\s;,\"]+))?)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


def usable(key: Key) -> bool:
    """Whether a key can be a part of an address: `..` would lead elsewhere, an empty one to the whole list."""
    text = str(key)
    return bool(text.strip()) and text not in {".", ".."} and len(text) <= _LONGEST_KEY and not _CONTROL.search(text)


def get(api: Api, path: str, parameters: Parameters = (), keep_for: float = 0.0) -> Request:
    """A question below the API's address."""
    address = f"{api.url}/{path.lstrip('/')}" if path else api.url
    return to(api, with_parameters(address, (*api.parameters, *parameters)), keep_for)


def to(api: Api, address: str, keep_for: float = 0.0) -> Request:
    """A question to a complete address."""
    return Request("GET", address, {"accept": "application/json", **api.headers}, keep_for=keep_for)


def one(api: Api, pattern: str, key: Key, parameters: Parameters) -> Request:
    """The question for the entity with this key, which is `usable`."""
    return get(api, pattern.replace("{key}", quote(str(key), safe="")), parameters)


def with_parameters(address: str, parameters: Parameters) -> str:
    """An address with more parameters; values are encoded as a whole."""
    if not parameters:
        return address
    pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters)
    return f"{address}{'&' if '?' in address else '?'}{pairs}"


def fits(address: str) -> bool:
    """Whether an address is short enough for any server."""
    return len(address) <= _LONGEST_ADDRESS


def filled(template: Template, given: Mapping[str, str]) -> Parameters | None:
    """A template's parameters with values; None where a value could end what stands around it in the template.

    `filter=name eq '{value}'` takes words and numbers only: how a quote is written there, only the API knows.
    """
    found: list[tuple[str, str]] = []
    for name, pattern in template.pairs:
        made = pattern
        for place, value in given.items():
            mark = f"{{{place}}}"
            if mark in pattern and pattern != mark and not _PLAIN_VALUE.match(value):
                return None
            made = made.replace(mark, value)
        found.append((name, made))
    return tuple(found)


def next_in_header(header: str) -> str:
    """The target of `rel="next"` in a Link header (RFC 8288 §3), '' where there is none."""
    for match in _LINK.finditer(header):
        for rel in _REL.finditer(match[2]):
            if "next" in (rel[1] or rel[2] or "").lower().split():
                return match[1].strip()
    return ""


def below(api: Api, current: str, target: str) -> str | None:
    """A link's complete address; None where it leads to another place than the API's, which must not see its secret."""
    try:
        address = urldefrag(urljoin(current, target)).url
        ours, theirs = urlsplit(api.url), urlsplit(address)
        same = (theirs.scheme, theirs.hostname, theirs.port) == (ours.scheme, ours.hostname, ours.port)
    except ValueError:
        return None
    if not same or "@" in theirs.netloc or re.search(r"\s|[^\x21-\x7e]", address):
        return None
    return address
