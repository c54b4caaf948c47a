"""Where a broker is: the address that is kept as a secret, read."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from dovetail.bridge.actions.outcome import Undelivered

Kind = Literal["nats", "kafka", "rabbitmq"]
_SCHEMES: Mapping[str, tuple[Kind, bool]] = {
    "nats": ("nats", False),
    "tls": ("nats", True),
    "kafka": ("kafka", False),
    "kafka+ssl": ("kafka", True),
    "amqp": ("rabbitmq", False),
    "amqps": ("rabbitmq", True),
}
_PORTS: Mapping[str, int] = {"nats": 4222, "tls": 4222, "kafka": 9092, "kafka+ssl": 9093, "amqp": 5672, "amqps": 5671}
_OPTIONS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    "nats": {},
    "kafka": {"sasl": ("plain", "scram-sha-256", "scram-sha-512")},
    "rabbitmq": {"exchange": ()},
}
"""What may stand behind `?`, and the values that it may have; none: any."""


@dataclass(frozen=True, slots=True)
class Address:
    """A broker: its hosts with their ports, who comes, and by what. `path`: the virtual host of RabbitMQ."""

    kind: Kind
    tls: bool
    hosts: tuple[tuple[str, int], ...]
    user: str = field(repr=False)
    password: str = field(repr=False)
    path: str
    options: Mapping[str, str]

    @property
    def name(self) -> str:
        """The broker, as people are told."""
        return self.hosts[0][0]

    def encryption(self) -> ssl.SSLContext | None:
        """What connections are encrypted with, if they are."""
        return ssl.create_default_context() if self.tls else None


def read_address(text: str) -> Address:
    """Such as `nats://user:password@host:4222`, `kafka://one:9092,two:9092`, `amqp://host/vhost?exchange=shop`.

    Raises:
        Undelivered: it is none. The text is not repeated, which may hold a password.
    """
    try:
        parts = urlsplit(text.strip())
        kind, tls = _SCHEMES[parts.scheme]
        user, _, servers = parts.netloc.rpartition("@")
        hosts = tuple(_host(each, _PORTS[parts.scheme]) for each in servers.split(","))
    except (KeyError, ValueError):
        known = ", ".join(f"{scheme}://" for scheme in _SCHEMES)
        raise Undelivered(f"the address of the broker is not one; it begins with one of {known}", again=False) from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name, value in options.items():
        if name not in _OPTIONS[kind] or (_OPTIONS[kind][name] and value not in _OPTIONS[kind][name]):
            raise Undelivered("the address of the broker has behind ? what is not known", again=False)
    name, _, password = user.partition(":")
    return Address(kind, tls, hosts, unquote(name), unquote(password), unquote(parts.path.removeprefix("/")), options)


def _host(text: str, usual: int) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.port == 0:
        raise ValueError(text)
    return parts.hostname, parts.port or usual
