from __future__ import annotations

import pytest

from dovetail.engine.ports import Request, Response
from dovetail.providers.retries import ATTEMPTS, garbled, retry_after, should_retry, wait

GET = Request("GET", "https://shop.example/")
NOW = 1_700_000_000.0


def reply(status: int, body: bytes = b"{}", **headers: str) -> Response:
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize("status", [429, 502, 503])
def test_an_overload_is_tried_again_until_the_attempts_are_used_up(status: int) -> None:
    assert [should_retry(GET, reply(status), attempt) for attempt in range(1, ATTEMPTS + 1)] == [
        *[True] * (ATTEMPTS - 1),
        False,
    ]


@pytest.mark.parametrize("status", [500, 504])
def test_what_is_often_the_fault_of_one_record_or_page_is_tried_once_more(status: int) -> None:
    assert should_retry(GET, reply(status), 1)
    assert not should_retry(GET, reply(status), 2)


def test_only_a_used_nonce_makes_a_401_worth_another_attempt() -> None:
    assert should_retry(GET, reply(401, b'{"message":"The nonce is already being used"}'), 1)
    assert not should_retry(GET, reply(401, b'{"message":"The signature is invalid"}'), 1)


@pytest.mark.parametrize(("method", "again"), [("GET", True), ("PUT", True), ("DELETE", True), ("POST", False)])
def test_what_may_have_taken_effect_is_not_repeated(method: str, again: bool) -> None:
    assert should_retry(Request(method, "https://shop.example/"), reply(503), 1) is again  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"items":[', b"Warning<br>{}", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_not_json_is_garbled(body: bytes) -> None:
    assert garbled(GET, reply(200, body))


@pytest.mark.parametrize("body", [b"{}", b"[]", b"true", b"null", b"123", b'"pending"', b"\xef\xbb\xbf{}"])
def test_a_bare_value_is_json_as_well(body: bytes) -> None:
    assert not garbled(GET, reply(200, body))


def test_bytes_that_are_wanted_as_they_are_are_never_garbled() -> None:
    assert not garbled(Request("GET", "https://shop.example/a.jpg", expects="bytes"), reply(200, b"\xff\xd8"))


def test_pauses_grow_and_are_spread() -> None:
    calm = [wait(attempt, None, 0.0, NOW) for attempt in (1, 2, 3)]
    assert calm == sorted(calm)
    assert calm[2] >= 4 * calm[0]
    assert wait(1, None, 1.0, NOW) > wait(1, None, 0.0, NOW)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10.0),
        ("Tue, 14 Nov 2023 22:13:10 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after(reply(429, retry_after=header), NOW) == seconds


def test_what_the_server_asks_for_goes_before_our_own_pause() -> None:
    assert wait(1, reply(429, retry_after="5"), 0.5, NOW) == 5.0
