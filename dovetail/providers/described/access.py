"""Settings that say where a described API is, what goes with every request, and how to prove who asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

from dovetail.errors import SettingsError, did_you_mean
from dovetail.providers.described.credentials import WAYS, Credentials, Way
from dovetail.providers.described.forms import Reading, Table

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_NAMES: Mapping[Way, str] = {"header": "header", "basic": "username", "oauth2": "client_id"}
"""The setting that says who asks."""
_NEEDED: Mapping[Way, tuple[str, ...]] = {
    "header": ("header", "secret"),
    "bearer": ("secret",),
    "basic": ("username", "secret"),
    "oauth2": ("client_id", "secret", "token_url"),
}


def text_of(settings: Mapping[str, object], name: str) -> str:
    """A setting as text, '' where it is not set."""
    value = settings.get(name)
    return "" if value is None else str(value).strip()


def web_address(identifier: str, name: str, url: str, example: str) -> SplitResult:
    """The parts of the address in the setting `name`, which is as it stands in an address, without a user.

    Raises:
        SettingsError: it is no such address.
    """
    refused = SettingsError(f"the `{name}` of `{identifier}` is not a web address, such as {example}")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise refused from None
    if not usable or "@" in parts.netloc or not url.isascii() or re.search(r"[\s#]", url):
        raise refused
    return parts


def headers_reader(ours: Collection[str], example: str) -> Callable[[Reading], Mapping[str, str]]:
    """Reads the table `headers`, names in lower case. Those of `ours` are not for settings."""

    def read(reading: Reading) -> Mapping[str, str]:
        table = Table({"headers": reading.value}, (), reading.fault).table("headers")
        found: dict[str, str] = {}
        for name in table.names() if table is not None else ():
            assert table is not None
            value = table.get(name)
            if name.lower() in ours:
                table.fault(name, f"`{name}` is not for here", "Secrets have settings of their own: see `auth`")
            elif not _TOKEN.match(name) or not isinstance(value, str) or not value.isascii() or not value.isprintable():
                table.fault(name, "a header has a name and a text in ASCII", f"For example: {example}")
            else:
                found[name.lower()] = value
        return found

    return read


def read_credentials(
    identifier: str, settings: Mapping[str, object], ways: Sequence[Way], refused: Collection[str]
) -> Credentials:
    """How requests prove who asks, one of `ways`; `refused` are headers that cannot carry a secret.

    What only OAuth 2 needs is not read here.

    Raises:
        SettingsError: there is no such way, or its settings are missing or cannot be used.
    """
    word = text_of(settings, "auth") or "none"
    if word not in ways:
        near = did_you_mean(word, list(ways)) or f"There is: {', '.join(ways)}"
        raise SettingsError(f"the `auth` of `{identifier}` is not a way to prove who asks. {near}")
    way = WAYS[word]
    missing = [name for name in _NEEDED.get(way, ()) if not text_of(settings, name)]
    if missing:
        raise SettingsError(f'`{identifier}` with auth = "{way}" needs {", ".join(missing)}')
    name = text_of(settings, _NAMES[way]) if way in _NAMES else ""
    if way == "header" and (not _TOKEN.match(name) or name.lower() in refused):
        raise SettingsError(f"the `header` of `{identifier}` is no name of a header. For example: X-Api-Key")
    if way == "basic" and ":" in name:
        raise SettingsError(f"the `username` of `{identifier}` has a colon, which basic authentication does not allow")
    return Credentials(way=way, name=name, secret=text_of(settings, "secret"))
