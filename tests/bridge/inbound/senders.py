"""Where public keys are: a site as Adobe's, and a DNS server as Copernica's, on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

from tests.providers.loopback import Loopback, reply


class Site(Loopback):
    """Gives texts by path, and writes down what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = dict[str, str]()
        self.asked = list[str]()
        self.failing = False

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        text = self.texts.get(handler.path, "")
        reply(handler, 503 if self.failing else 200 if text else 404, {}, text.encode())


@dataclass
class Names:
    """Gives TXT records by name; `resolver` asks it and nobody else."""

    resolver: dns.resolver.Resolver
    texts: dict[str, str] = field(default_factory=dict)
    ttl: int = 600
    asked: list[str] = field(default_factory=list)
    failing: bool = False


@contextmanager
def site() -> Iterator[Site]:
    made = Site()
    try:
        yield made
    finally:
        made.close()


@contextmanager
def names() -> Iterator[Names]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], listening.getsockname()[1]
        made = Names(resolver)
        thread = threading.Thread(target=_answer, args=(listening, made))
        thread.start()
        try:
            yield made
        finally:
            listening.sendto(b"", listening.getsockname())
            thread.join()


def _answer(listening: socket.socket, made: Names) -> None:
    while True:
        wire, whom = listening.recvfrom(4096)
        if not wire:
            return
        question = dns.message.from_wire(wire)
        answer = dns.message.make_response(question)
        asked = question.question[0].name
        name = asked.to_text(omit_final_dot=True).lower()
        made.asked.append(name)
        text = made.texts.get(name)
        if made.failing:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif text is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            # A text of a record has 255 bytes at most: a key comes in several.
            pieces = " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))
            answer.answer.append(dns.rrset.from_text(asked, made.ttl, "IN", "TXT", pieces))
        listening.sendto(answer.to_wire(), whom)
