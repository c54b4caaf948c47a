"""The settings of a GraphQL API, and the provider made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from dovetail.errors import SettingsError, did_you_mean
from dovetail.providers.described.forms import Formed, Reading, Table, read_all
from dovetail.providers.graphql.describing import read_collections
from dovetail.providers.graphql.introspection import LARGEST, Types
from dovetail.providers.graphql.provider import GraphQL
from dovetail.providers.graphql.spec import Api, Collections
from dovetail.providers.kinds import Kind, Setting
from dovetail.providers.rest.credentials import Credentials, Way

_WAYS: tuple[Way, ...] = ("none", "header", "bearer", "basic")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_OURS = frozenset(
    {"authorization", "cookie", "host", "content-type", "content-length", "transfer-encoding", "connection"}
)


def make(identifier: str, settings: Mapping[str, object]) -> GraphQL:
    """A provider from checked settings.

    Raises:
        SettingsError: the address or the credentials cannot be used, or the description has faults.
    """
    given = read_all(identifier, KIND.settings, settings)
    method = _text(given, "method").upper() or "POST"
    if method not in {"POST", "GET"}:
        raise SettingsError(f'the `method` of `{identifier}` is "POST" or "GET"')
    api = Api(
        identifier,
        _address(identifier, _text(given, "url")),
        cast("Collections", given.get("collections") or Collections({})).by_name,
        headers=cast("Mapping[str, str]", given.get("headers") or {}),
        get=method == "GET",
    )
    return GraphQL(api, _credentials(identifier, given), types=cast("Types | None", given.get("types")))


def _credentials(identifier: str, settings: Mapping[str, object]) -> Credentials:
    word = _text(settings, "auth") or "none"
    way: Way | None = next((each for each in _WAYS if each == word), None)
    if way is None:
        near = did_you_mean(word, list(_WAYS)) or f"There is: {', '.join(_WAYS)}"
        raise SettingsError(f"the `auth` of `{identifier}` is not a way to prove who asks. {near}")
    needed = {"header": ("header", "secret"), "bearer": ("secret",), "basic": ("username", "secret")}.get(way, ())
    missing = [name for name in needed if not _text(settings, name)]
    if missing:
        raise SettingsError(f'`{identifier}` with auth = "{way}" needs {", ".join(missing)}')
    name = _text(settings, {"header": "header", "basic": "username"}.get(way, ""))
    if way == "header" and (not _TOKEN.match(name) or name.lower() in _OURS - {"authorization"}):
        raise SettingsError(f"the `header` of `{identifier}` is no name of a header. For example: X-Api-Key")
    if way == "basic" and ":" in name:
        raise SettingsError(f"the `username` of `{identifier}` has a colon, which basic authentication does not allow")
    return Credentials(way=way, name=name, secret=_text(settings, "secret"))


def _text(settings: Mapping[str, object], name: str) -> str:
    value = settings.get(name)
    return "" if value is None else str(value).strip()


def _address(identifier: str, url: str) -> str:
    refused = SettingsError(f"the `url` of `{identifier}` is not a web address, such as https://api.example/graphql")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise refused from None
    if not usable or "@" in parts.netloc or not url.isascii() or re.search(r"[\s#]", url):
        raise refused
    return url


def _read_headers(reading: Reading) -> Mapping[str, str]:
    table = Table({"headers": reading.value}, (), reading.fault).table("headers")
    found: dict[str, str] = {}
    for name in table.names() if table is not None else ():
        assert table is not None
        value = table.get(name)
        if name.lower() in _OURS:
            table.fault(name, f"`{name}` is not for here", "Secrets have settings of their own: see `auth`")
        elif not _TOKEN.match(name) or not isinstance(value, str) or not value.isascii() or not value.isprintable():
            table.fault(name, "a header has a name and a text in ASCII", 'For example: Store = "default"')
        else:
            found[name.lower()] = value
    return found


def _read_types(reading: Reading) -> Types:
    """`introspect`, or the schema in a file; what is to be asked of the API is read later."""
    text = reading.value
    if not isinstance(text, str) or not text:
        reading.fault(("types",), '`types` is "introspect", or the name of a file', 'Such as "schema.graphql"')
        return Types()
    types = Types(text)
    if text == "introspect":
        return types
    path = reading.folder / Path(text).expanduser()
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
        Formed(name="headers", summary="headers of every request", example='{ Store = "nl" }', read=_read_headers),
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
