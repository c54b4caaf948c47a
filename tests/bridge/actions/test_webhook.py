"""Webhooks to a real receiver, which verifies them with the reference package of Standard Webhooks."""

from __future__ import annotations

import base64
import logging
import threading
import time
from collections.abc import AsyncIterator, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import pytest_asyncio
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from dovetail.bridge.actions.outcome import Undelivered
from dovetail.bridge.actions.webhook import LARGEST_PAYLOAD, Destination, check, post, retry_delay
from dovetail.errors import DovetailError, SettingsError, UsageError

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
NEXT = "whsec_" + base64.b64encode(b"n" * 24).decode()
BODY = b'{"type":"order.placed","data":{"name":"Ren\xc3\xa9e"}}'


class Receiver:
    """Answers with what it is told, and keeps what it got."""

    def __init__(self) -> None:
        self.status = 204
        self.headers: dict[str, str] = {}
        self.body = b""
        self.pause = 0.0
        self.drop = False
        self.endless = False
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.connections: set[tuple[str, int]] = set()
        self.ended = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                receiver.connections.add(self.client_address)
                if receiver.drop:
                    self.close_connection = True
                    return
                receiver.ended.wait(receiver.pause)
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(10**9 if receiver.endless else len(receiver.body)))
                self.end_headers()
                try:
                    self.wfile.write(receiver.body)
                    while receiver.endless and not receiver.ended.wait(0.02):
                        self.wfile.write(b"x" * 100)
                except OSError:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook/T0KEN?to=a%2Fb"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.ended.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    # Redirects on: that they are not followed must not hang on how the client was made.
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as client:
        yield client


async def refused(client: httpx.AsyncClient, destination: Destination, now: float | None = None) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await post(client, destination, "evt_1", BODY, time.time() if now is None else now)
    assert isinstance(caught.value, DovetailError)
    assert str(caught.value) == caught.value.reason
    for secret in ("T0KEN", "Ren", SECRET, SECRET[6:]):
        assert secret not in caught.value.reason
    return caught.value


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_a_post_is_signed_as_the_reference_verifies_it(
    receiver: Receiver, client: httpx.AsyncClient, status: int
) -> None:
    receiver.status = status
    now = time.time()
    await post(client, Destination(receiver.url, (SECRET,)), "evt_1", BODY, now)
    (path, headers, body) = receiver.got[0]
    assert path == "/hook/T0KEN?to=a%2Fb"
    assert body == BODY
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == "evt_1"
    assert headers["webhook-timestamp"] == str(int(now))
    assert Webhook(SECRET).verify(body, headers) == {"type": "order.placed", "data": {"name": "Renée"}}
    with pytest.raises(WebhookVerificationError):
        Webhook(NEXT).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", headers)


@pytest.mark.asyncio
async def test_an_address_that_was_looked_up_is_connected_to_whatever_the_name_says_now(
    receiver: Receiver, client: httpx.AsyncClient
) -> None:
    port = receiver.server.server_port
    where = Destination(f"http://nowhere.invalid:{port}/hook?to=1", (SECRET,))
    await post(client, where, "evt_1", BODY, time.time(), "127.0.0.1")
    path, headers, body = receiver.got[0]
    assert (path, headers["host"]) == ("/hook?to=1", f"nowhere.invalid:{port}")
    assert Webhook(SECRET).verify(body, headers)


@pytest.mark.asyncio
async def test_while_secrets_change_both_verify(receiver: Receiver, client: httpx.AsyncClient) -> None:
    await post(client, Destination(receiver.url, (NEXT, SECRET)), "evt_1", BODY, time.time())
    _, headers, body = receiver.got[0]
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (SECRET, NEXT):
        assert Webhook(secret).verify(body, headers)


@pytest.mark.asyncio
async def test_each_attempt_has_the_same_id_and_its_own_time(receiver: Receiver, client: httpx.AsyncClient) -> None:
    now = time.time()
    for later in (0, 5):
        await post(client, Destination(receiver.url, (SECRET,)), "evt_1", BODY, now + later)
    first, second = (headers for _, headers, _ in receiver.got)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 5
    assert first["webhook-signature"] != second["webhook-signature"]
    assert Webhook(SECRET).verify(BODY, second)


@pytest.mark.asyncio
async def test_a_connection_serves_many_posts(receiver: Receiver, client: httpx.AsyncClient) -> None:
    receiver.status, receiver.body = 200, b"thank you" * 100
    for _ in range(5):
        await post(client, Destination(receiver.url, (SECRET,)), "evt_1", BODY, time.time())
    assert len(receiver.connections) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "again", "disable"),
    [
        *((status, False, False) for status in (300, 301, 302, 303, 304, 307, 308)),
        *((status, False, False) for status in (400, 401, 403, 404, 405, 409, 413, 415, 418, 422, 451, 499)),
        (410, False, True),
        *((status, True, False) for status in (408, 425, 429, 500, 501, 502, 503, 504, 507, 599)),
    ],
)
async def test_what_a_status_means(
    receiver: Receiver, client: httpx.AsyncClient, status: int, again: bool, disable: bool
) -> None:
    receiver.status = status
    receiver.headers = {"location": "/elsewhere"}
    error = await refused(client, Destination(receiver.url, (SECRET,)))
    assert (error.again, error.disable, error.after) == (again, disable, None)
    assert str(status) in error.reason
    assert len(receiver.got) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (formatdate(1_750_000_090, usegmt=True), 90.0),
        (formatdate(1_740_000_000, usegmt=True), 0.0),
        ("soon", None),
        ("-5", None),
        ("9" * 30, 86_400.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_the_pause_that_is_asked_for(
    receiver: Receiver, client: httpx.AsyncClient, status: int, value: str, after: float | None
) -> None:
    receiver.status, receiver.headers = status, {"Retry-After": value}
    error = await refused(client, Destination(receiver.url, (SECRET,)), now=1_750_000_000.0)
    assert (error.again, error.after) == (True, after)


@pytest.mark.asyncio
async def test_a_pause_without_another_try_says_nothing(receiver: Receiver, client: httpx.AsyncClient) -> None:
    receiver.status, receiver.headers = 403, {"Retry-After": "120"}
    error = await refused(client, Destination(receiver.url, (SECRET,)))
    assert (error.again, error.after) == (False, None)


@pytest.mark.asyncio
async def test_no_answer_in_time(receiver: Receiver, client: httpx.AsyncClient) -> None:
    receiver.pause = 5
    start = time.monotonic()
    error = await refused(client, Destination(receiver.url, (SECRET,), timeout=0.2))
    assert error.again
    assert "0.2 seconds" in error.reason
    assert time.monotonic() - start < 3


@pytest.mark.asyncio
@pytest.mark.parametrize(("status", "well"), [(200, True), (500, False)])
async def test_a_body_without_end_changes_no_answer(
    receiver: Receiver, client: httpx.AsyncClient, status: int, well: bool
) -> None:
    receiver.status, receiver.endless = status, True
    destination = Destination(receiver.url, (SECRET,), timeout=0.5)
    if well:
        await post(client, destination, "evt_1", BODY, time.time())
    else:
        assert "500" in (await refused(client, destination)).reason


@pytest.mark.asyncio
async def test_no_more_than_a_bit_of_an_answer_is_read(receiver: Receiver, client: httpx.AsyncClient) -> None:
    receiver.status, receiver.body = 200, b"x" * 50_000_000
    await post(client, Destination(receiver.url, (SECRET,)), "evt_1", BODY, time.time())


@pytest.mark.asyncio
async def test_a_connection_that_breaks_off(receiver: Receiver, client: httpx.AsyncClient) -> None:
    receiver.drop = True
    error = await refused(client, Destination(receiver.url, (SECRET,)))
    assert error.again
    assert "broke off" in error.reason


@pytest.mark.asyncio
async def test_nobody_there(receiver: Receiver, client: httpx.AsyncClient) -> None:
    receiver.close()
    error = await refused(client, Destination(receiver.url, (SECRET,)))
    assert error.again
    assert "cannot be reached" in error.reason


@pytest.mark.asyncio
async def test_a_large_payload_is_not_sent(receiver: Receiver, client: httpx.AsyncClient) -> None:
    destination = Destination(receiver.url, (SECRET,))
    await post(client, destination, "evt_1", b" " * LARGEST_PAYLOAD, time.time())
    with pytest.raises(Undelivered, match="20001 bytes") as caught:
        await post(client, destination, "evt_1", b" " * (LARGEST_PAYLOAD + 1), time.time())
    assert not caught.value.again
    assert len(receiver.got) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("id", ["", "a b", "a\r\nx: y", "a.1", "é", "a" * 257, "a\x00"])
async def test_an_id_that_could_be_misread_is_not_sent(receiver: Receiver, client: httpx.AsyncClient, id: str) -> None:  # noqa: A002
    with pytest.raises(Undelivered) as caught:
        await post(client, Destination(receiver.url, (SECRET,)), id, BODY, time.time())
    assert not caught.value.again
    assert receiver.got == []


@pytest.mark.asyncio
async def test_nothing_of_it_comes_into_the_log(
    receiver: Receiver, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await post(client, Destination(receiver.url, (SECRET,)), "evt_1", BODY, time.time())
    assert "T0KEN" not in caplog.text
    assert SECRET[6:] not in caplog.text
    url = receiver.url.replace("http://", "http://us%20er:pa%40ss@")
    await post(client, Destination(url, (SECRET,)), "evt_1", BODY, time.time())
    assert receiver.got[1][1]["authorization"] == "Basic " + base64.b64encode(b"us er:pa@ss").decode()
    assert "authorization" not in receiver.got[0][1]
    assert "ss@" not in caplog.text
    assert "T0KEN" not in repr(Destination(receiver.url, (SECRET,)))
    assert SECRET not in repr(Destination(receiver.url, (SECRET,)))


def coded(size: int) -> str:
    return "whsec_" + base64.b64encode(b"\xff" * size).decode()


@pytest.mark.parametrize("secret", [coded(24), coded(64), coded(25).rstrip("="), coded(32)])
def test_good_secrets(secret: str) -> None:
    check(Destination("https://example.com/hook", (secret,)))


@pytest.mark.parametrize(
    "secret", ["", "whsec_", coded(23), coded(65), coded(32)[6:], "whsec_" + "!" * 40, "whsk_abc", "whsec_é"]
)
@pytest.mark.asyncio
async def test_bad_secrets(receiver: Receiver, client: httpx.AsyncClient, secret: str) -> None:
    destination = Destination(receiver.url, (SECRET, secret))
    with pytest.raises(SettingsError, match="whsec_") as caught:
        check(destination)
    assert not secret or secret in {"whsec_"} or secret not in str(caught.value)
    assert not (await refused(client, destination)).again
    assert receiver.got == []


@pytest.mark.parametrize(
    "destination",
    [
        Destination("ftp://example.com", (SECRET,)),
        Destination("example.com/hook", (SECRET,)),
        Destination("https://", (SECRET,)),
        Destination("https://example.com:x", (SECRET,)),
        Destination("https://[::1", (SECRET,)),
        Destination("https://example.com", ()),
        Destination("https://example.com", (SECRET,), timeout=0),
        Destination("https://example.com", (SECRET,), timeout=float("nan")),
    ],
)
@pytest.mark.asyncio
async def test_destinations_that_are_none(client: httpx.AsyncClient, destination: Destination) -> None:
    with pytest.raises(SettingsError):
        check(destination)
    assert not (await refused(client, destination)).again


@pytest.mark.asyncio
async def test_an_address_that_only_the_client_refuses(client: httpx.AsyncClient) -> None:
    assert not (await refused(client, Destination("https://exa mple.com/\x00", (SECRET,)))).again


def test_the_schedule() -> None:
    plain = [retry_delay(attempt, 0.0) for attempt in range(1, 12)]
    hours = [3600.0 * hour for hour in (2, 5, 10, 14, 20, 24)]
    assert plain == [0.0, 5.0, 300.0, 1800.0, *hours, None]
    assert retry_delay(2, 1.0) == pytest.approx(5.5)
    assert retry_delay(10, 0.5) == pytest.approx(86_400 * 1.05)
    with pytest.raises(UsageError):
        retry_delay(0, 0.0)
