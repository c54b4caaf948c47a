"""The settings of a JSON API, and the provider made of them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from dovetail.errors import SettingsError, did_you_mean
from dovetail.providers.described.forms import Formed, Reading, Table, read_all
from dovetail.providers.kinds import Kind, Setting
from dovetail.providers.rest.credentials import WAYS, Credentials
from dovetail.providers.rest.describing import parameters_of, read_collections
from dovetail.providers.rest.openapi import LARGEST, Document
from dovetail.providers.rest.provider import Rest
from dovetail.providers.rest.spec import Api, Collections, Parameters

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_OURS = frozenset(
    {"authorization", "cookie", "host", "content-length", "transfer-encoding", "connection", "proxy-authorization"}
)


def make(identifier: str, settings: Mapping[str, object], *, clock: Callable[[], float] = time.time) -> Rest:
    """A provider from checked settings.

    Raises:
        SettingsError: the address or the credentials cannot be used, or the description has faults.
    """
    given = read_all(identifier, KIND.settings, settings)
    collections = cast("Collections", given.get("collections") or Collections({}))
    document = cast("Document | None", given.get("openapi"))
    url = _address(identifier, "url", _text(given, "url"))
    api = Api(
        identifier,
        url,
        collections.by_name,
        headers=cast("Mapping[str, str]", given.get("headers") or {}),
        parameters=cast("Parameters", given.get("parameters") or ()),
    )
    if document is not None:
        for name, item in collections.by_name.items():
            if document.root and item.described_as and not document.has(item.described_as):
                raise SettingsError(
                    f"`{identifier}`: collections.{name}.schema: the OpenAPI document has no schema "
                    f"`{item.described_as}`. Look below components/schemas in it"
                )
    return Rest(api, _credentials(identifier, given), document=document, clock=clock)


def _credentials(identifier: str, settings: Mapping[str, object]) -> Credentials:
    word = _text(settings, "auth") or "none"
    way = WAYS.get(word)
    if way is None:
        near = did_you_mean(word, list(WAYS)) or f"There is: {', '.join(WAYS)}"
        raise SettingsError(f"the `auth` of `{identifier}` is not a way to prove who asks. {near}")
    names = {"basic": "username", "oauth2": "client_id", "header": "header"}
    needed = {
        "none": (),
        "header": ("header", "secret"),
        "bearer": ("secret",),
        "basic": ("username", "secret"),
        "oauth2": ("client_id", "secret", "token_url"),
    }[way]
    missing = [name for name in needed if not _text(settings, name)]
    if missing:
        raise SettingsError(f'`{identifier}` with auth = "{way}" needs {", ".join(missing)}')
    name = _text(settings, names[way]) if way in names else ""
    if way == "header" and (not _TOKEN.match(name) or name.lower() in {"host", "cookie", "content-length"}):
        raise SettingsError(f"the `header` of `{identifier}` is no name of a header. For example: X-Api-Key")
    if way == "basic" and ":" in name:
        raise SettingsError(f"the `username` of `{identifier}` has a colon, which basic authentication does not allow")
    in_body = _text(settings, "client_auth") or "basic"
    if in_body not in {"basic", "body"}:
        raise SettingsError(f'the `client_auth` of `{identifier}` is "basic" or "body"')
    return Credentials(
        way=way,
        name=name,
        secret=_text(settings, "secret"),
        token_url=_address(identifier, "token_url", _text(settings, "token_url")) if way == "oauth2" else "",
        scope=_text(settings, "scope"),
        in_body=in_body == "body",
    )


def _text(settings: Mapping[str, object], name: str) -> str:
    value = settings.get(name)
    return "" if value is None else str(value).strip()


def _address(identifier: str, name: str, url: str) -> str:
    refused = SettingsError(f"the `{name}` of `{identifier}` is not a web address, such as https://api.example/v2")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise refused from None
    if not usable or "@" in parts.netloc or not url.isascii() or re.search(r"[\s#]", url):
        raise refused
    if name == "url" and parts.query:
        raise SettingsError(f"the `url` of `{identifier}` has parameters. Put them into `parameters`")
    return url.rstrip("/") if name == "url" else url


def _read_headers(reading: Reading) -> Mapping[str, str]:
    table = Table({"headers": reading.value}, (), reading.fault).table("headers")
    found: dict[str, str] = {}
    for name in table.names() if table is not None else ():
        assert table is not None
        value = table.get(name)
        if name.lower() in _OURS:
            table.fault(name, f"`{name}` is not for here", "Secrets have settings of their own: see `auth`")
        elif not _TOKEN.match(name) or not isinstance(value, str) or not value.isascii() or not value.isprintable():
            table.fault(name, "a header has a name and a text in ASCII", 'For example: Accept-Language = "nl"')
        else:
            found[name.lower()] = value
    return found


def _read_parameters(reading: Reading) -> Parameters:
    return parameters_of(Table({"parameters": reading.value}, (), reading.fault), "parameters")


def _read_openapi(reading: Reading) -> Document:
    """The document of a local file; one at an address is read by the first connection test or completion."""
    text = reading.value
    if not isinstance(text, str) or not text:
        reading.fault(("openapi",), "`openapi` is a file's name or an address in quotes", 'Such as "api.json"')
        return Document()
    if text.startswith(("https://", "http://")):
        return Document(text)
    path = reading.folder / Path(text).expanduser()
    document = Document()
    try:
        with path.open("rb") as stream:
            document.load(stream.read(LARGEST + 1))
    except OSError as error:
        reading.fault(("openapi",), f"the OpenAPI document {text} cannot be read: {error.strerror}", "")
    except ValueError as error:
        reading.fault(("openapi",), f"the OpenAPI document {text} cannot be used: {error}", "")
    return replace(document, address=text)


KIND = Kind(
    name="rest",
    title="JSON API",
    summary="Any JSON API over HTTP, described in dovetail.toml: see docs/rest.md",
    settings=(
        Setting(
            name="url", type="url", required=True, summary="where the API begins", example="https://api.example/v2"
        ),
        Setting(
            name="auth",
            default="none",
            summary="how to prove who asks: none, header, bearer, basic, oauth2",
            example="bearer",
        ),
        Setting(
            name="secret",
            secret=True,
            summary="the token (bearer), the header's value, the password (basic), or the client's secret (oauth2)",
        ),
        Setting(name="header", summary="auth = header: the header's name", example="X-Api-Key"),
        Setting(name="username", summary="auth = basic: the user's name", example="dovetail"),
        Setting(name="client_id", summary="auth = oauth2: the client's id", example="dovetail"),
        Setting(
            name="token_url",
            type="url",
            summary="auth = oauth2: the address that gives access tokens",
            example="https://login.example/oauth/token",
        ),
        Setting(name="scope", summary="auth = oauth2: the scopes that are asked for", example="customers.read"),
        Setting(
            name="client_auth", summary="auth = oauth2: where the client's secret goes, basic or body", example="body"
        ),
        Formed(
            name="headers", summary="headers of every request", example='{ Accept-Language = "nl" }', read=_read_headers
        ),
        Formed(
            name="parameters", summary="parameters of every request", example='{ tenant = "7" }', read=_read_parameters
        ),
        Formed(
            name="openapi",
            summary="an OpenAPI 3 document (JSON) to take the types of fields from: a file, or an address",
            example="openapi.json",
            read=_read_openapi,
        ),
        Formed(
            name="collections",
            summary="the collections, each a table: [integrations.NAME.collections.customer]",
            read=read_collections,
        ),
    ),
    make=make,
)
