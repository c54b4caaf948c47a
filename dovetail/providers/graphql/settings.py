"""The settings of a GraphQL API, and the provider made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from dovetail.errors import SettingsError
from dovetail.providers.described.access import headers_reader, read_credentials, text_of, web_address
from dovetail.providers.described.credentials import Way
from dovetail.providers.described.forms import Formed, Reading, read_all
from dovetail.providers.graphql.describing import read_collections
from dovetail.providers.graphql.introspection import LARGEST, Types
from dovetail.providers.graphql.provider import GraphQL
from dovetail.providers.graphql.spec import Api, Collections
from dovetail.providers.kinds import Kind, Setting

_WAYS: tuple[Way, ...] = ("none", "header", "bearer", "basic")
_OURS = frozenset(
    {"authorization", "cookie", "host", "content-type", "content-length", "transfer-encoding", "connection"}
)


def make(identifier: str, settings: Mapping[str, object]) -> GraphQL:
    """A provider from checked settings.

    Raises:
        SettingsError: the address or the credentials cannot be used, or the description has faults.
    """
    given = read_all(identifier, KIND.settings, settings)
    method = text_of(given, "method").upper() or "POST"
    if method not in {"POST", "GET"}:
        raise SettingsError(f'the `method` of `{identifier}` is "POST" or "GET"')
    url = text_of(given, "url")
    web_address(identifier, "url", url, "https://api.example/graphql")
    api = Api(
        identifier,
        url,
        cast("Collections", given.get("collections") or Collections({})).by_name,
        headers=cast("Mapping[str, str]", given.get("headers") or {}),
        get=method == "GET",
    )
    credentials = read_credentials(identifier, given, _WAYS, _OURS - {"authorization"})
    return GraphQL(api, credentials, types=cast("Types | None", given.get("types")))


def _read_types(reading: Reading) -> Types:
    """`introspect`, or the schema in a file; what is to be asked of the API is read later."""
    text = reading.value
    if not isinstance(text, str) or not text:
        reading.fault(("types",), '`types` is "introspect", or the name of a file', 'Such as "schema.graphql"')
        return Types()
    types = Types(text)
    if text == "introspect":
        return types
    path = reading.file("types", text)
    if path is None:
        return types
    try:
        with path.open("rb") as stream:
            body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise ValueError(f"it is larger than {LARGEST // 1024 // 1024} MB")
        types.load_text(body.decode("utf-8-sig"), sdl=path.suffix.lower() != ".json")
    except OSError as error:
        reading.fault(("types",), f"the schema {text} cannot be read: {error.strerror}", "")
    except ValueError as error:
        reading.fault(("types",), f"the schema {text} cannot be used: {error}", "")
    return types


KIND = Kind(
    name="graphql",
    title="GraphQL API",
    summary="Any GraphQL API, described in dovetail.toml by its queries: see docs/graphql.md",
    settings=(
        Setting(
            name="url",
            type="url",
            required=True,
            summary="where the API takes queries",
            example="https://api.example/graphql",
        ),
        Setting(
            name="auth", default="none", summary="how to prove who asks: none, header, bearer, basic", example="bearer"
        ),
        Setting(name="secret", secret=True, summary="the token (bearer), the header's value, or the password (basic)"),
        Setting(name="header", summary="auth = header: the header's name", example="X-Api-Key"),
        Setting(name="username", summary="auth = basic: the user's name", example="dovetail"),
        Setting(
            name="method",
            default="POST",
            summary="POST, or GET: queries in the address, which caches on the way and repeated attempts need",
            example="GET",
        ),
        Formed(
            name="headers",
            summary="headers of every request",
            example='{ Store = "nl" }',
            read=headers_reader(_OURS, 'Store = "default"'),
        ),
        Formed(
            name="types",
            summary='types of fields for editors: "introspect", or a file with the schema (.graphql or .json)',
            example="introspect",
            read=_read_types,
        ),
        Formed(
            name="collections",
            summary="the collections, each a table: [integrations.NAME.collections.product]",
            read=read_collections,
        ),
    ),
    make=make,
)
