"""Recordings: made once of the real system, without its secrets, and all that tests see afterwards."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dovetail.engine.ports import Request, Response
from dovetail.errors import ProviderError, UnreachableError, UsageError
from dovetail.providers.magento2.settings import KIND
from dovetail.testing import Recorder, Tape, UnknownRequest
from dovetail.testing.worlds import recorder

SECRET = "r3al/s3cret key"
SHOWN = "made-up-key"
ADDRESS = {"https://cards.real": "https://cards.example", "cards.real": "cards.example", SECRET: SHOWN}


class Real:
    """Replies with the same to everything, and notes what it was asked."""

    def __init__(self, body: bytes = b"{}", status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.reply: Response | ProviderError = Response(status, named, body, 1234.56)
        self.asked: list[Request] = []

    def __call__(self, requests: Sequence[Request]) -> list[Response | ProviderError]:
        self.asked.extend(requests)
        return [self.reply for _ in requests]


def recorded(tmp_path: Path, real: Real, *requests: Request) -> tuple[list[Response | ProviderError], str]:
    """What the provider sees of it, and what is in the file."""
    recorder = Recorder(Tape(tmp_path / "recorded.json"), real, ADDRESS, [SECRET])
    replies = recorder(requests)
    return replies, (tmp_path / "recorded.json").read_text()


def get(path: str = "/v1/cards") -> Request:
    return Request("GET", f"https://cards.example{path}")


def body(reply: Response | ProviderError) -> bytes:
    assert isinstance(reply, Response)
    return reply.body


@pytest.mark.parametrize("given", [b'{"a": [1, 2.5, null, "\xc3\xa9"]}', b"<html>\xc3\xa9</html>", b"\xff\xfe", b""])
def test_what_was_recorded_is_replayed(tmp_path: Path, given: bytes) -> None:
    real = Real(given, status=201, content_type="application/json")
    asked = [get(), Request("POST", "https://cards.example/v1/find", body=b'{"b":1}')]
    seen, _ = recorded(tmp_path, real, *asked)
    replayed = Tape.read(tmp_path / "recorded.json")(asked)
    for one, other in zip(seen, replayed, strict=True):
        assert isinstance(other, Response)
        assert (other.status, other.headers) == (201, {"content-type": "application/json"})
        assert other.at == 1235
        same = body(one) == body(other) or json.loads(body(one)) == json.loads(body(other))
        assert same


def test_requests_are_told_apart_by_method_address_and_body(tmp_path: Path) -> None:
    post = Request("POST", "https://cards.example/v1/find", body=b"one")
    recorded(tmp_path, Real(), post)
    tape = Tape.read(tmp_path / "recorded.json")
    for other in (Request("PUT", post.url, body=b"one"), Request("POST", post.url, body=b"two"), get("/v1/find")):
        with pytest.raises(UnknownRequest):
            tape([other])


def test_an_unknown_request_says_which_and_how_to_record_it(tmp_path: Path) -> None:
    recorded(tmp_path, Real(), get("/v1/cards?numbers=1"))
    with pytest.raises(UnknownRequest) as raised:
        Tape.read(tmp_path / "recorded.json")([get("/v1/cards?numbers=2")])
    told = str(raised.value)
    assert "GET https://cards.example/v1/cards?numbers=2 is not in the recording recorded.json" in told
    assert "did you mean `https://cards.example/v1/cards?numbers=1`?" in told
    assert "DOVETAIL_RECORD=" in told


def test_the_provider_sees_made_up_settings_only_and_the_system_its_real_ones(tmp_path: Path) -> None:
    real = Real(b'{"next": "https://cards.real/v1/cards?after=5", "escaped": "https:\\/\\/cards.real\\/x"}')
    asked = Request("POST", "https://cards.example/v1/login", {"x-key": SHOWN}, f'{{"key": "{SHOWN}"}}'.encode())
    (reply,), kept = recorded(tmp_path, real, asked)
    (sent,) = real.asked
    assert sent.url == "https://cards.real/v1/login"
    assert sent.headers == {"x-key": SECRET}
    assert sent.body == f'{{"key": "{SECRET}"}}'.encode()
    assert json.loads(body(reply)) == {
        "next": "https://cards.example/v1/cards?after=5",
        "escaped": "https://cards.example/x",
    }
    assert "cards.real" not in kept


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        "r3al%2Fs3cret%20key",
        "r3al%2Fs3cret+key",
        "r3al\\/s3cret key",
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_secret_in_a_reply_is_replaced_however_it_is_spelled(tmp_path: Path, form: str) -> None:
    real = Real(b'{"you": "' + form.encode() + b'"}', link=f"<https://cards.real/?k={form}>")
    _, kept = recorded(tmp_path, real, get())
    assert form not in kept
    assert "r3al" not in kept


def test_a_secret_in_bytes_is_refused_and_not_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a secret would stay in recorded\.json") as raised:
        recorded(tmp_path, Real(b"\xff" + SECRET.encode()), get())
    assert SECRET not in str(raised.value)
    assert not (tmp_path / "recorded.json").exists()


def test_headers_that_prove_who_asks_and_cookies_are_not_kept(tmp_path: Path) -> None:
    asked = Request("GET", "https://cards.example/", {"authorization": "Bearer of a token"})
    _, kept = recorded(tmp_path, Real(set_cookie="session=5", x_trace="abc", retry_after="5"), asked)
    assert "Bearer" not in kept
    assert "session" not in kept
    assert "x-trace" not in kept
    assert '"retry-after": "5"' in kept


def test_tokens_in_replies_are_blanked_and_real_again_when_they_are_sent_back(tmp_path: Path) -> None:
    real = Real(b'{"access_token": "t0ken-of-today", "expires_in": 3600, "more": [{"api_key": "k3y-of-today"}]}')
    recorder = Recorder(Tape(tmp_path / "recorded.json"), real, ADDRESS, [SECRET])
    (reply,) = recorder([get("/login")])
    shown = json.loads(body(reply))
    assert shown == {
        "access_token": "masked-token-1",
        "expires_in": 3600,
        "more": [{"api_key": "masked-token-2"}],
    }
    recorder([Request("GET", "https://cards.example/v1", {"authorization": f"Bearer {shown['access_token']}"})])
    assert real.asked[-1].headers["authorization"] == "Bearer t0ken-of-today"
    assert "of-today" not in (tmp_path / "recorded.json").read_text()


def test_the_same_request_is_recorded_once(tmp_path: Path) -> None:
    real = Real(b'{"n": 1}')
    recorder = Recorder(Tape(tmp_path / "recorded.json"), real, ADDRESS)
    recorder([get()])
    real.reply = Response(200, {}, b'{"n": 2}', 1.0)
    assert [json.loads(body(reply)) for reply in recorder([get(), get("/other")])] == [{"n": 1}, {"n": 2}]
    assert len(real.asked) == 2


def test_no_reply_is_nothing_to_record(tmp_path: Path) -> None:
    real = Real()
    real.reply = UnreachableError("`cards` does not answer in time")
    with pytest.raises(UsageError, match="nothing can be recorded of"):
        recorded(tmp_path, real, get())


def test_a_missing_or_foreign_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no recording .* DOVETAIL_RECORD="):
        Tape.read(tmp_path / "recorded.json")
    for text in ("{", "[]", '{"format": "something else"}'):
        (tmp_path / "recorded.json").write_text(text)
        with pytest.raises(UsageError, match="is not a recording of this version"):
            Tape.read(tmp_path / "recorded.json")


# --- from a settings file


def settings_file(tmp_path: Path, lines: str) -> Path:
    path = tmp_path / "dovetail.toml"
    path.write_text(f"[integrations.shop]\n{lines}\n")
    return path


REAL = 'kind = "magento2"\nurl = "https://shop.real/"\nstore = "nl"\ntoken = { env = "SHOP_TOKEN" }'
MADE_UP = {"url": "https://shop.example", "store": "nl", "token": "made-up-token"}


@pytest.mark.parametrize(
    ("lines", "made_up", "told"),
    [
        (REAL, {**MADE_UP, "token": "abc"}, r"needs a made-up `token` of 6 letters or more"),
        (REAL, {**MADE_UP, "token": SECRET}, r"needs a made-up `token`"),
        (REAL, {"url": "https://shop.example", "store": "nl"}, r"needs a made-up `token`"),
        (
            REAL,
            {**MADE_UP, "store": "de"},
            r"`store` is 'de' in the test and 'nl' in .*: addresses and secrets may differ",
        ),
    ],
)
def test_settings_that_do_not_fit_the_test_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, made_up: dict[str, object], told: str
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    with pytest.raises(UsageError, match=told) as raised:
        recorder(tmp_path / "recorded.json", settings_file(tmp_path, lines), KIND, "shop", made_up)
    assert SECRET not in str(raised.value)


def test_addresses_and_secrets_are_translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    made = recorder(tmp_path / "recorded.json", settings_file(tmp_path, REAL), KIND, "shop", MADE_UP)
    assert made.replaced == {
        "https://shop.real": "https://shop.example",
        "shop.real": "shop.example",
        SECRET: "made-up-token",
    }
    assert made.secrets == [SECRET]


def test_an_integration_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = replace(KIND, name="loyalty")
    with pytest.raises(UsageError, match="is of the kind magento2, and the test is about loyalty"):
        recorder(tmp_path / "recorded.json", settings_file(tmp_path, REAL), other, "shop", MADE_UP)
