"""Public keys of those who push: Adobe's from its site, Copernica's from DNS; fetched when they are met, and kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dovetail.bridge.inbound.verify import ADOBE_KEYS
from dovetail.errors import DovetailError

if TYPE_CHECKING:
    from dns.resolver import Resolver

_DAY = 86_400.0
_MISSED = 60.0
"""Seconds for which a key that is not there is not asked for again: whoever knows a hook's address may name many."""
_PATIENCE = 5.0
_LARGEST = 16_384
_KEPT = 256


class KeysUnreachable(DovetailError):
    """Keys could not be fetched; the same request may be good a little later."""


class PublicKeys:
    """Fetches keys and keeps them: Adobe's for a day, Copernica's for as long as DNS says, an hour at most.

    `adobe`: where Adobe's are; `resolver`: who is asked in place of the system's DNS. For threads.
    """

    def __init__(
        self,
        adobe: str = ADOBE_KEYS,
        resolver: Resolver | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._adobe = adobe
        self._resolver = resolver
        self._clock = clock
        self._lock = threading.Lock()
        self._kept = dict[str, tuple[float, str | None]]()

    def of_paths(self, paths: Sequence[str]) -> Mapping[str, str]:
        """Adobe's keys (PEM) by path; those that are not there are left out.

        Raises:
            KeysUnreachable: a key could not be fetched.
        """
        return self._found(paths, self._fetched)

    def of_name(self, name: str) -> Mapping[str, str]:
        """The TXT record of a name in DNS, or nothing.

        Raises:
            KeysUnreachable: DNS does not answer.
        """
        return self._found([name], self._looked_up)

    def _found(self, names: Sequence[str], fetch: Callable[[str], tuple[float, str | None]]) -> Mapping[str, str]:
        found = dict[str, str]()
        for name in names:
            until, text = self._kept.get(name, (0.0, None))
            if self._clock() >= until:
                kept_for, text = fetch(name)
                with self._lock:
                    if len(self._kept) >= _KEPT:
                        self._kept.clear()
                    self._kept[name] = (self._clock() + kept_for, text)
            if text is not None:
                found[name] = text
        return found

    def _fetched(self, path: str) -> tuple[float, str | None]:
        import httpx

        try:
            answer = httpx.get(self._adobe + path, timeout=_PATIENCE, follow_redirects=False)
        except httpx.HTTPError:
            raise KeysUnreachable("the sender's public key cannot be fetched at this moment") from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise KeysUnreachable("the sender's public key cannot be fetched at this moment")
        if answer.status_code != 200 or len(answer.content) > _LARGEST:
            return _MISSED, None
        return _DAY, answer.text

    def _looked_up(self, name: str) -> tuple[float, str | None]:
        import dns.exception
        import dns.resolver

        resolver = self._resolver or dns.resolver.get_default_resolver()
        try:
            answer = resolver.resolve(f"{name}.", "TXT", lifetime=_PATIENCE, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return _MISSED, None
        except dns.exception.DNSException:
            raise KeysUnreachable("the sender's public key cannot be looked up at this moment") from None
        # A record longer than 255 bytes comes in pieces, which are one text (RFC 7208 §3.3).
        texts = [b"".join(each.strings).decode("ascii", "replace") for each in answer]
        return min(float(answer.rrset.ttl) if answer.rrset else 0.0, 3_600.0), texts[0]
