"""What each status means. Decided by status and parameters, never by the text, which may be in any language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dovetail.engine.ports import Response
from dovetail.errors import AccessError, OddAnswerError, ProviderError, UnreachableError
from dovetail.providers.magento2.replies import Refusal, read, substitute

EXAMPLES = Path(__file__).parent.parent / "examples"
URL = "https://shop.example"


def reply(status: int, body: object, **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, headers, content, at=1_700_000_000.0)


def example(name: str) -> Response:
    recorded = json.loads((EXAMPLES / f"{name}.json").read_text())
    return reply(recorded["status"], recorded["body"])


def failure(response: Response | ProviderError) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        read(response, URL, "mywebshop")
    assert caught.value.identifier == "mywebshop"
    return caught.value


@pytest.mark.parametrize("name", ["error-unauthorized", "error-unauthorized-nl"])
def test_a_401_names_the_permission_and_both_possible_causes(name: str) -> None:
    error = failure(example(name))
    assert isinstance(error, AccessError)
    assert "Magento_" in error.message
    assert "permission" in error.help
    assert "revoked or expired" in error.help


def test_a_401_about_the_signature_speaks_of_the_credentials() -> None:
    error = failure(reply(401, {"message": "The signature is invalid. Verify and try again."}))
    assert isinstance(error, AccessError)
    assert "The signature is invalid" in error.message
    assert "four OAuth values" in error.help


def test_a_401_from_a_shop_with_another_time_speaks_of_the_clock() -> None:
    error = failure(
        reply(401, {"message": "An error occurred validating the nonce"}, date="Tue, 14 Nov 2023 21:13:20 GMT")
    )
    assert "the clock of this computer differs by 60 minutes" in error.help


def test_parameters_are_filled_in_longest_name_first() -> None:
    assert substitute("No %fieldName = %field", {"field": 7, "fieldName": "id"}) == "No id = 7"
    assert substitute("%1 of %10", [*"abcdefghij"]) == "a of j"
    assert substitute("100%", []) == "100%"
    assert "No such entity with customerId = 99999" in failure(example("error-customer-404")).message


def test_a_400_about_the_page_size_gives_the_limit() -> None:
    error = failure(example("error-page-size"))
    assert isinstance(error, Refusal)
    assert error.limit() == 300
    other = failure(example("error-bad-store-code"))
    assert isinstance(other, Refusal)
    assert other.limit() is None


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_an_overloaded_shop_may_be_asked_again(status: int) -> None:
    error = failure(reply(status, b"<html><title>Backend fetch failed</title></html>"))
    assert isinstance(error, UnreachableError)
    assert error.retryable


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<!DOCTYPE html><title>Just a moment</title>", "a web page (“Just a moment”) instead of data"),
        (b'<br />\n<b>Warning</b>: Undefined in x.php\n{"items":[]}', "a PHP warning before its data"),
        (b'{"items":[{"id":1', "only a part of it"),
        (b"", "an empty reply"),
        (b"\xff\xfe{", "not JSON"),
    ],
)
def test_a_good_status_with_something_else_than_json_is_odd_and_may_pass(body: bytes, what: str) -> None:
    error = failure(reply(200, body))
    assert isinstance(error, OddAnswerError)
    assert error.retryable
    assert what in error.message


def test_a_403_speaks_of_a_firewall_and_a_redirect_of_the_address() -> None:
    assert "firewall" in failure(reply(403, b"<html>Sucuri</html>")).help
    assert "`url`" in failure(reply(301, b"", location="https://www.shop.example/")).help


def test_a_failure_of_the_transport_is_passed_on() -> None:
    error = UnreachableError("no answer", identifier="mywebshop", retryable=True)
    assert failure(error) is error


def test_bare_scalars_are_good_replies() -> None:
    assert read(reply(200, b'"pending"'), URL, "mywebshop") == "pending"
    assert read(reply(200, b"true"), URL, "mywebshop") is True
