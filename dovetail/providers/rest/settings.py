"""The settings of a JSON API, and the provider made of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from dovetail.errors import SettingsError
from dovetail.providers.described.access import headers_reader, read_credentials, text_of, web_address
from dovetail.providers.described.credentials import WAYS, Credentials
from dovetail.providers.described.forms import Formed, Reading, Table, read_all
from dovetail.providers.kinds import Kind, Setting
from dovetail.providers.rest.describing import parameters_of, read_collections
from dovetail.providers.rest.openapi import LARGEST, Document
from dovetail.providers.rest.provider import Rest
from dovetail.providers.rest.spec import Api, Collections, Parameters

_OURS = frozenset(
    {"authorization", "cookie", "host", "content-length", "transfer-encoding", "connection", "proxy-authorization"}
)
_NO_SECRETS = frozenset({"host", "cookie", "content-length"})
_EXAMPLE = "https://api.example/v2"


def make(identifier: str, settings: Mapping[str, object], *, clock: Callable[[], float] = time.time) -> Rest:
    """A provider from checked settings.

    Raises:
        SettingsError: the address or the credentials cannot be used, or the description has faults.
    """
    given = read_all(identifier, KIND.settings, settings)
    collections = cast("Collections", given.get("collections") or Collections({}))
    document = cast("Document | None", given.get("openapi"))
    url = text_of(given, "url")
    if web_address(identifier, "url", url, _EXAMPLE).query:
        raise SettingsError(f"the `url` of `{identifier}` has parameters. Put them into `parameters`")
    api = Api(
        identifier,
        url.rstrip("/"),
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
    found = read_credentials(identifier, settings, list(WAYS.values()), _NO_SECRETS)
    in_body = text_of(settings, "client_auth") or "basic"
    if in_body not in {"basic", "body"}:
        raise SettingsError(f'the `client_auth` of `{identifier}` is "basic" or "body"')
    token_url = text_of(settings, "token_url") if found.way == "oauth2" else ""
    if token_url:
        web_address(identifier, "token_url", token_url, _EXAMPLE)
    return replace(found, token_url=token_url, scope=text_of(settings, "scope"), in_body=in_body == "body")


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
    document = Document()
    path = reading.file("openapi", text)
    if path is None:
        return document
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
            name="headers",
            summary="headers of every request",
            example='{ Accept-Language = "nl" }',
            read=headers_reader(_OURS, 'Accept-Language = "nl"'),
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
