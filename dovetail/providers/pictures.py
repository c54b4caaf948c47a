"""Whether pictures can be loaded: their servers are asked for the head of each, and for nothing inside a network.

The rules are those of integrations (`addresses.py`): the address that was checked is the one that is used.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urljoin, urlsplit

from dovetail.providers.addresses import is_public

_AT_ONCE = 8
_SECONDS = 10.0
_REDIRECTS = 3
_MOST = 500
_SPELT = "/?%:@!$&'()*+,;=~-._[]"


def faults_of(addresses: Sequence[str], private: frozenset[str] = frozenset()) -> Mapping[str, str]:
    """What is wrong with pictures, by address; of those that are well, nothing.

    `private`: hosts that may be in the own network. At most 500 are looked at. Blocks until all answered, each for
    10 seconds at most.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        results = pool.map(lambda address: _fault(address, private), addresses[:_MOST])
        return {address: fault for address, fault in zip(addresses, results, strict=False) if fault}


def _fault(address: str, private: frozenset[str]) -> str:
    for _ in range(_REDIRECTS + 1):
        try:
            status, place = _head(address, private)
        except PermissionError:
            return "leads to a private address"
        except (OSError, HTTPException, ValueError) as error:
            return "has no server by that name" if isinstance(error, socket.gaierror) else "cannot be loaded"
        if status in (301, 302, 303, 307, 308) and place:
            address = urljoin(address, place)
            continue
        # Some servers know no HEAD; that says nothing about the picture.
        return "" if status < 400 or status in (405, 501) else f"cannot be loaded (status {status})"
    return "is redirected again and again"


def _head(address: str, private: frozenset[str]) -> tuple[int, str]:
    parts = urlsplit(address)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host not in private and not all(is_public(each) for each in found):
        raise PermissionError(host)
    connection = HTTPConnection(host, port, timeout=_SECONDS)
    with socket.create_connection((found[0], port), timeout=_SECONDS) as plain:
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        # People write blanks and accents into addresses, and mail clients load them.
        target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_SPELT)
        connection.request("HEAD", target, headers={"user-agent": "Dovetail"})
        reply = connection.getresponse()
        place = reply.getheader("location") or ""
        connection.close()
        return reply.status, place
