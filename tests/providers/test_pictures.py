"""Whether pictures can be loaded, asked of a server over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dovetail.providers.pictures import faults_of

OWN = frozenset({"127.0.0.1"})


@dataclass
class Pictures:
    """A server of pictures: what was asked of it, and its address."""

    port: int
    asked: list[str] = field(default_factory=list)

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            served.asked.append(self.path)
            name = self.path.partition("?")[0]
            status = {"/mug.jpg": 200, "/na%C3%AFve%20mug.jpg": 200, "/get-only.jpg": 405, "/busy.jpg": 503}.get(
                name, 404
            )
            if name in ("/moved.jpg", "/round.jpg", "/inside.jpg"):
                self.send_response(302)
                inside = f"http://localhost:{served.port}/mug.jpg"
                places = {"/moved.jpg": "/mug.jpg", "/round.jpg": "/round.jpg", "/inside.jpg": inside}
                self.send_header("location", places[name])
            else:
                self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Pictures(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/mug.jpg", "/mug.jpg?w=100", "/moved.jpg", "/get-only.jpg", "/naïve mug.jpg"])
def test_of_a_picture_that_is_there_nothing_is_said(pictures: Pictures, path: str) -> None:
    assert faults_of([pictures.at(path)], OWN) == {}
    assert pictures.asked


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/gone.jpg", "cannot be loaded (status 404)"),
        ("/busy.jpg", "cannot be loaded (status 503)"),
        ("/round.jpg", "is redirected again and again"),
    ],
)
def test_of_a_picture_that_cannot_be_loaded_it_is_said_why(pictures: Pictures, path: str, fault: str) -> None:
    assert faults_of([pictures.at(path), pictures.at("/mug.jpg")], OWN) == {pictures.at(path): fault}


def test_nothing_in_a_private_network_is_asked_unless_it_is_one_s_own(pictures: Pictures) -> None:
    address = pictures.at("/mug.jpg")
    assert faults_of([address]) == {address: "leads to a private address"}
    assert pictures.asked == []


def test_a_redirect_does_not_lead_inside_either(pictures: Pictures) -> None:
    address = pictures.at("/inside.jpg")
    assert faults_of([address], OWN) == {address: "leads to a private address"}
    assert pictures.asked == ["/inside.jpg"]


def test_an_address_that_is_none_is_a_fault_and_no_crash() -> None:
    addresses = ["http://", "http://127.0.0.1:99999/x", "http://127.0.0.1:1/x"]
    assert set(faults_of(addresses, OWN)) == set(addresses)
