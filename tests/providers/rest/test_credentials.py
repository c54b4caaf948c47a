"""How requests prove who asks, and that nobody else sees the secret."""

from __future__ import annotations

import base64
import threading

import pytest

from dovetail.engine.ports import Answer, Ask, Request, Response
from dovetail.errors import AccessError, OddAnswerError, SettingsError
from dovetail.providers.rest.settings import make
from tests.providers.connected import Connected
from tests.providers.rest import double
from tests.providers.rest.conftest import Describe
from tests.providers.rest.double import JsonApi

CUSTOMER = '\n[integrations.crm.collections.customer]\none = "customers/{key}"\nentity = "/data"\n'
OAUTH = 'auth = "oauth2"\nclient_id = "me"\nsecret = { env = "CRM_SECRET" }\nscope = "read"\n'


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_SECRET", "s/cret")


def works(crm: Connected, key: int = 7) -> bool:
    (answer,) = crm.answers(Ask("crm", "customer", key))
    return isinstance(answer, Answer) and answer.found


@pytest.mark.parametrize(
    ("lines", "header", "value"),
    [
        ('auth = "bearer"\n', "authorization", "Bearer s/cret"),
        ('auth = "header"\nheader = "X-Api-Key"\n', "x-api-key", "s/cret"),
        ('auth = "basic"\nusername = "jan"\n', "authorization", "Basic " + base64.b64encode(b"jan:s/cret").decode()),
    ],
)
def test_a_header_proves_who_asks(crm: Describe, api: JsonApi, lines: str, header: str, value: str) -> None:
    api.wants = value
    assert works(crm(lines + 'secret = { env = "CRM_SECRET" }\n' + CUSTOMER))
    assert api.calls[0].headers[header] == value


def test_without_auth_nothing_is_added(crm: Describe, api: JsonApi) -> None:
    assert works(crm(CUSTOMER))
    assert "authorization" not in api.calls[0].headers


def test_a_token_is_got_once_and_used_for_all(crm: Describe, api: JsonApi) -> None:
    api.wants = "a token"
    described = crm(OAUTH + f'token_url = "{api.url}/token"\n' + CUSTOMER)
    assert works(described, 1)
    assert works(described, 2)
    assert api.paths() == ["/token", "/customers/1", "/customers/2"]
    assert api.calls[0].body == b"grant_type=client_credentials&scope=read"


def test_a_client_may_prove_itself_in_the_body(crm: Describe, api: JsonApi) -> None:
    api.wants = "a token"
    assert works(crm(OAUTH + f'client_auth = "body"\ntoken_url = "{api.url}/token"\n' + CUSTOMER))
    assert "authorization" not in api.calls[0].headers


def test_a_refused_token_is_replaced_and_only_what_was_refused_is_asked_again(crm: Describe, api: JsonApi) -> None:
    api.wants = "a token"
    described = crm(OAUTH + f'token_url = "{api.url}/token"\n' + CUSTOMER)
    assert works(described, 1)
    api.valid.clear()
    answers = described.answers(Ask("crm", "customer", 2), Ask("crm", "customer", 3))
    assert all(isinstance(each, Answer) and each.found for each in answers)
    # The two are asked at the same time: which of them comes first is chance.
    both = ["/customers/2", "/customers/3"]
    assert (sorted(api.paths()[2:4]), api.paths()[4], sorted(api.paths()[5:])) == (both, "/token", both)


def test_a_token_that_is_always_refused_is_not_asked_for_again_and_again(crm: Describe, api: JsonApi) -> None:
    described = crm(OAUTH + f'token_url = "{api.url}/token"\n' + CUSTOMER)
    api.answers["/customers/7"] = double.Answer({}, 401)
    assert isinstance(described.error("customer", 7), AccessError)
    assert api.tokens == 2


def test_a_refused_client_is_said(crm: Describe, api: JsonApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_SECRET", "wrong")
    error = crm(OAUTH + f'token_url = "{api.url}/token"\n' + CUSTOMER).error("customer", 7)
    assert isinstance(error, AccessError)
    assert "its client_id or secret is refused" in error.message
    assert "wrong" not in f"{error.message}{error.help}"


@pytest.mark.parametrize("raw", [b"<html>", b'{"token": "x"}', b"[]", b'{"access_token": 7}'])
def test_something_else_than_a_token_is_said(crm: Describe, api: JsonApi, raw: bytes) -> None:
    api.answers["/token"] = double.Answer(raw=raw)
    error = crm(OAUTH + f'token_url = "{api.url}/token?x=hidden"\n' + CUSTOMER)
    api.answers["/token"] = double.Answer(raw=raw)
    found = error.error("customer", 7)
    assert isinstance(found, OddAnswerError)
    assert "is token_url the address that gives tokens?" in found.help
    assert "hidden" not in found.message


def test_a_token_is_renewed_before_it_ends() -> None:
    now = [1000.0]
    settings = {
        "url": "https://api.example",
        "auth": "oauth2",
        "client_id": "me",
        "secret": "x",
        "token_url": "https://api.example/token",
        "collections": {"customer": {"one": "customers/{key}"}},
    }
    provider = make("crm", settings, clock=lambda: now[0])

    def asked(key: int) -> list[str]:
        talk = provider.resolve([Ask("crm", "customer", key)])
        batch, seen = next(talk), list[str]()
        try:
            while True:
                seen += [request.url.rsplit("/", 1)[1] for request in batch]
                body = b'{"access_token": "t", "expires_in": "3600"}' if batch[0].method == "POST" else b'{"id": 7}'
                batch = talk.send([Response(200, {}, body)] * len(batch))
        except StopIteration:
            return seen

    assert asked(7) == ["token", "7"]
    now[0] += 3500
    assert asked(7) == ["7"]
    now[0] += 80
    assert asked(7) == ["token", "7"]


def test_the_secret_goes_to_the_api_only() -> None:
    provider = make("crm", {"url": "https://api.example/v1", "auth": "bearer", "secret": "hush"})
    assert "authorization" in provider.authorize(Request("GET", "https://api.example/v1/x")).headers
    for other in ("https://other.example/x", "http://api.example/v1/x", "https://api.example:444/x"):
        assert provider.authorize(Request("GET", other)).headers == {}


def test_a_secret_that_no_header_can_carry_is_said_without_showing_it() -> None:
    provider = make("crm", {"url": "https://api.example", "auth": "bearer", "secret": "hu“sh"})
    with pytest.raises(AccessError, match="characters that a request cannot carry") as raised:
        provider.authorize(Request("GET", "https://api.example/x"))
    assert "hu" not in str(raised.value).replace("characters that", "")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"auth": "bearer"}, 'with auth = "bearer" needs secret'),
        ({"auth": "basic", "secret": "x"}, "needs username"),
        ({"auth": "oauth2", "secret": "x"}, "needs client_id, token_url"),
        ({"auth": "header", "secret": "x", "header": "X: y"}, "no name of a header"),
        ({"auth": "basic", "secret": "x", "username": "a:b"}, "has a colon"),
        ({"auth": "oauth"}, "did you mean `oauth2`"),
        ({"url": "https://api.example/?x=1"}, "Put them into `parameters`"),
        ({"url": "ftp://api.example"}, "is not a web address"),
    ],
)
def test_settings_that_do_not_fit_together_are_said(settings: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words.replace("(", r"\(").replace("?", r"\?")):
        make("crm", {"url": "https://api.example", **settings})


def test_several_renders_at_once_share_the_integration(crm: Describe, api: JsonApi) -> None:
    api.wants = "a token"
    described = crm(OAUTH + f'token_url = "{api.url}/token"\n' + CUSTOMER)
    results: list[bool] = []
    threads = [threading.Thread(target=lambda key=key: results.append(works(described, key))) for key in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8


USERS: list[tuple[dict[str, object], str, str]] = [
    ({"auth": "basic", "username": "jan"}, "username", "piet"),
    ({"auth": "header", "header": "X-Key"}, "header", "X-Other"),
    ({"auth": "oauth2", "client_id": "a", "token_url": "https://a.example/t"}, "client_id", "b"),
    ({"auth": "oauth2", "client_id": "a", "token_url": "https://a.example/t"}, "token_url", "https://b.example/t"),
    ({"auth": "oauth2", "client_id": "a", "token_url": "https://a.example/t"}, "scope", "more"),
]


@pytest.mark.parametrize(("settings", "name", "other"), USERS)
def test_two_users_of_one_api_never_share_answers(settings: dict[str, object], name: str, other: str) -> None:
    usual: dict[str, object] = {"url": "https://api.example", "secret": "hush-hush", **settings}
    first, second = make("crm", usual).fingerprint, make("crm", {**usual, name: other}).fingerprint
    assert first != second
    assert "hush-hush" not in first
    assert make("crm", {**usual, "secret": "renewed"}).fingerprint == first
