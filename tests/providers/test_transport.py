from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dovetail.engine.ports import Ask, Request
from dovetail.errors import OddAnswerError, UnreachableError
from dovetail.providers import transport
from dovetail.providers.connections import Connections
from dovetail.providers.kinds import Integration, Policy
from tests.providers.station import Reply, Station, Things, asking, connected, error, thing, value

HTML = b"<!DOCTYPE html><html><title>Maintenance</title></html>"
A = thing("a")


def test_a_url_is_sent_byte_for_byte_because_it_may_be_signed(station: Station, things: Things) -> None:
    path = "a[0]%5B1%5D/%2F%2f+c%20d!*'()~%E2%82%AC?q[x][]=1,2&e=%3D&f=+&g=a;b|c"
    with Connections([connected(things)]) as connections:
        connections.run(asking(thing(path)))
    assert station.seen[0].line == f"GET /{path} HTTP/1.1"


@pytest.mark.parametrize(
    "fault",
    [
        Reply(503, HTML),
        Reply(502, b""),
        Reply(504, HTML),
        Reply(429, HTML),
        Reply(500, b'{"message":"Internal Error"}'),
        Reply(drop=True),
        Reply(200, b'{"items":[', promised=500),
        Reply(200, b'{"items":['),
        Reply(200, HTML),
        Reply(200, b'Warning: fopen() in x.php<br />{"items":[]}'),
        Reply(200, b""),
    ],
    ids=["503", "502", "504", "429", "500", "dropped", "truncated", "cut", "html", "php warning", "empty"],
)
def test_a_passing_fault_is_asked_again_and_signed_anew(station: Station, things: Things, fault: Reply) -> None:
    station.script("a", fault)
    with Connections([connected(things)]) as connections:
        answers = connections.run(asking(A))
    assert value(answers, A) == "fine"
    assert answers.requests == 2
    assert [seen.headers["x-attempt"] for seen in station.seen] == ["0", "1"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406])
def test_a_refusal_is_not_asked_again(station: Station, things: Things, status: int) -> None:
    station.script("a", Reply(status, b'{"message":"no"}'))
    with Connections([connected(things)]) as connections:
        connections.run(asking(A))
    assert len(station.seen) == 1


def test_a_post_is_never_sent_twice(station: Station, things: Things) -> None:
    station.script("a", Reply(503, HTML))
    posting = replace(things, request=Request("POST", "", body=b"{}"))
    with Connections([connected(posting)]) as connections:
        answers = connections.run(asking(A))
    assert len(station.seen) == 1
    assert error(answers, A).retryable


def test_an_overload_that_stays_is_handed_to_the_provider_after_a_few_attempts(
    station: Station, things: Things
) -> None:
    station.script("a", *[Reply(503, HTML)] * 10)
    with Connections([connected(things)]) as connections:
        answers = connections.run(asking(A))
    assert isinstance(error(answers, A), UnreachableError)
    assert "503" in error(answers, A).message
    assert 2 < len(station.seen) < 7


def test_a_web_page_that_stays_is_handed_to_the_provider_as_well(station: Station, things: Things) -> None:
    station.script("a", *[Reply(200, HTML)] * 10)
    with Connections([connected(things)]) as connections:
        answers = connections.run(asking(A))
    assert isinstance(error(answers, A), OddAnswerError)


def test_retry_after_is_honoured(station: Station, things: Things) -> None:
    station.script("a", Reply(429, HTML, {"retry-after": "1"}))
    begun = time.monotonic()
    with Connections([connected(things)]) as connections:
        assert value(connections.run(asking(A)), A) == "fine"
    assert time.monotonic() - begun >= 1.0


def test_nobody_waits_for_an_hour(station: Station, things: Things) -> None:
    station.script("a", Reply(429, HTML, {"retry-after": "3600"}))
    with Connections([connected(things)]) as connections:
        answers = connections.run(asking(A))
    assert "3600 seconds" in error(answers, A).message
    assert len(station.seen) == 1


def test_one_refusal_for_too_many_requests_holds_the_others_back(station: Station, things: Things) -> None:
    station.script("a", Reply(429, HTML, {"retry-after": "1"}))
    with Connections([connected(things, concurrency=1)]) as connections:
        begun = time.monotonic()
        connections.run(asking(A, thing("b"), thing("c")))
    assert time.monotonic() - begun >= 1.0
    assert station.paths()[0] == "/a"
    assert sorted(station.paths()[1:]) == ["/a", "/b", "/c"]


def test_a_server_that_is_off_is_an_unreachable_error_that_says_where(station: Station, things: Things) -> None:
    station.close()
    with Connections([connected(things)]) as connections:
        answers = connections.run(asking(A))
    assert isinstance(error(answers, A), UnreachableError)
    assert error(answers, A).retryable
    assert station.url.removeprefix("http://") in error(answers, A).message
    station._server.server_close()


def test_a_slow_server_is_given_up_after_the_timeout(station: Station, things: Things) -> None:
    station.script("a", *[Reply(delay=1.0)] * 10)
    begun = time.monotonic()
    with Connections([connected(things, timeout=0.1)]) as connections:
        answers = connections.run(asking(A))
    assert "in time" in error(answers, A).message
    assert time.monotonic() - begun < 5


def test_a_redirect_is_not_followed(station: Station, things: Things) -> None:
    station.script("a", Reply(302, b"", {"location": "http://elsewhere.example/steal"}))
    with Connections([connected(things)]) as connections:
        answers = connections.run(asking(A))
    assert "302" in error(answers, A).message
    assert station.paths() == ["/a"]


def test_cookies_are_not_sent_back(station: Station, things: Things) -> None:
    station.script("a", Reply(headers={"set-cookie": "PHPSESSID=1; path=/"}))
    with Connections([connected(things)]) as connections:
        connections.run(asking(A))
        connections.run(asking(thing("b")))
    assert len(station.seen) == 2
    assert all("cookie" not in seen.headers for seen in station.seen)


def test_a_private_address_is_not_asked_unless_that_is_allowed(station: Station, things: Things) -> None:
    with Connections([Integration(things, Policy())]) as connections:
        answers = connections.run(asking(A))
    assert "allow_private_addresses" in error(answers, A).help
    assert station.seen == []


def test_a_name_that_leads_to_a_private_address_is_not_asked_either(station: Station, things: Things) -> None:
    named = replace(things, url=station.url.replace("127.0.0.1", "localhost"))
    with Connections([Integration(named, Policy())]) as connections:
        assert "private address" in error(connections.run(asking(A)), A).message
    assert station.seen == []


def test_a_reply_without_an_end_is_not_read_to_its_end(
    station: Station, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST_REPLY", 1000)
    station.script("a", Reply(200, b'"' + b"x" * 5000 + b'"'))
    with Connections([connected(things)]) as connections:
        assert isinstance(error(connections.run(asking(A)), A), OddAnswerError)


def test_no_more_requests_run_at_once_than_the_policy_says(station: Station, things: Things) -> None:
    names = [thing(f"n{number}") for number in range(12)]
    for ask in names:
        station.script(str(ask.key), Reply(delay=0.03))
    with Connections([connected(things, concurrency=3)]) as connections:
        connections.run(asking(*names))
    assert 1 < station.busiest <= 3


def test_equal_requests_in_flight_share_one_reply(station: Station, things: Things) -> None:
    station.script("a", Reply(delay=0.1))
    with Connections([connected(things)]) as connections:
        answers = connections.run(asking(A, Ask("station", "secret", "a")))
    assert answers.requests == 1
    assert value(answers, A) == value(answers, Ask("station", "secret", "a")) == "fine"


def test_a_reply_that_many_answers_need_is_kept(station: Station, things: Things) -> None:
    keeping = replace(things, request=Request("GET", "", keep_for=60.0))
    with Connections([connected(keeping, ttl={"thing": 0.0})]) as connections:
        assert connections.run(asking(A)).requests == 1
        assert connections.run(asking(A)).requests == 0


def test_an_address_that_is_none_is_said_to_be_unusable(things: Things) -> None:
    with Connections([connected(replace(things, url="ftp://station"))]) as connections:
        assert "usable address" in error(connections.run(asking(A)), A).message


def test_a_customer_s_address_in_a_question_does_not_reach_a_log(
    station: Station, things: Things, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    station.script("jan%40example.org", Reply(503, HTML))
    with Connections([connected(things)]) as connections:
        connections.run(asking(thing("jan%40example.org?email=jan%40example.org")))
    assert station.paths()[0].startswith("/jan%40example.org?email")
    assert caplog.messages
    assert "jan" not in caplog.text


# --- certificates: localhost.pem is a key and certificate for the name `localhost`, signed by itself

CERTIFICATE = Path(__file__).with_name("localhost.pem")


@pytest.fixture
def secure() -> Iterator[Station]:
    station = Station(CERTIFICATE)
    yield station
    station.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Station) -> None:
    with Connections([connected(Things(secure.url))]) as connections:
        found = error(connections.run(asking(A)), A)
    assert isinstance(found, UnreachableError)
    assert "certificate is not valid" in found.message
    assert secure.seen == []


def test_the_checked_address_is_asked_under_the_shop_s_name_and_certificate(
    secure: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Loopback stands in for a public address; what follows the check is as ever.
    monkeypatch.setattr(transport, "is_public", lambda address: True)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with Connections([Integration(Things(secure.url), Policy())]) as connections:
        assert value(connections.run(asking(A)), A) == "fine"
    assert secure.seen[0].headers["host"] == secure.url.removeprefix("https://")


def test_a_certificate_for_another_name_is_refused(secure: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    other = Things(secure.url.replace("localhost", "127.0.0.1"))
    with Connections([connected(other)]) as connections:
        assert "certificate is not valid" in error(connections.run(asking(A)), A).message
    assert secure.seen == []


def test_plain_http_where_https_was_meant_is_said(station: Station) -> None:
    with Connections([connected(Things(station.url.replace("http://", "https://")))]) as connections:
        assert "does not speak TLS" in error(connections.run(asking(A)), A).message
