"""Secrets and personal data, planted wherever a shop can put them, must not be found anywhere else afterwards."""

from __future__ import annotations

import io
import json
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from dovetail import Environment, Mailing
from dovetail.engine.ports import Answer, Ask
from dovetail.errors import ProviderError
from dovetail.providers.connections import Connections
from dovetail.providers.vault import new_key
from tests.doubles.shop import Shop
from tests.providers.station import Reply, Station, Things, asking, connected

ANN = "ann.planted@example.org"
PHONE = "+31-planted-phone"
SECRET = "planted-token-0123456789"
PLANTED = (ANN, "ann.planted%40example.org", PHONE, SECRET)

BODY = json.dumps({"email": ANN, "phone": PHONE, "token": SECRET}).encode()
HEADERS = {"set-cookie": f"session={SECRET}; path=/", "x-customer": ANN, "location": f"https://x.example/{PHONE}"}
HTML = f"<html><h1>Fatal error</h1>{ANN} {PHONE} {SECRET}</html>".encode()

REPLIES = {
    "fine": [Reply(body=BODY, headers=HEADERS)],
    "not there": [Reply(404, BODY, HEADERS)],
    "refused": [Reply(401, BODY, HEADERS)],
    "redirect": [Reply(302, BODY, HEADERS)],
    "server error": [Reply(500, HTML, HEADERS)] * 9,
    "maintenance": [Reply(503, HTML, HEADERS)] * 9,
    "too often": [Reply(429, HTML, {**HEADERS, "retry-after": "3600"})] * 9,
    "web page": [Reply(200, HTML, HEADERS)] * 9,
    "cut": [Reply(200, BODY, HEADERS, promised=5000)] * 9,
    "odd": [Reply(200, BODY[:-1], HEADERS)] * 9,
    "odd encoding": [Reply(200, BODY, {**HEADERS, "content-encoding": "gzip"})] * 9,
    "odd length": [Reply(200, BODY, {**HEADERS, "x-odd": "ä"})] * 9,
}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """All that any library logs at DEBUG, with the objects in its records."""
    caplog.set_level(logging.DEBUG)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def everything(folder: Path) -> str:
    files = [each for each in folder.rglob("*") if each.is_file()]
    return "\n".join(each.name + each.read_bytes().decode("latin-1") for each in files)


def said(error: BaseException | None) -> str:
    """All that an error and what caused it can show, also in a log of `logging.exception`."""
    return "" if error is None else "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


def assert_clean(text: str) -> None:
    assert [each for each in PLANTED if each.lower() in text.lower()] == []


class Careful(Things):
    """A provider whose every answer is personal."""

    def lifetime(self, ask):  # type: ignore[no-untyped-def]
        return super().lifetime(Ask("station", "secret", ask.key))


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("personal_cache", ["memory", "encrypted"])
def test_what_a_reply_holds_is_in_no_log_no_error_and_no_file(
    station: Station, log: io.StringIO, tmp_path: Path, reply: str, personal_cache: str
) -> None:
    key = new_key()
    policy: dict[str, object] = {"personal_cache": personal_cache, "personal_key": lambda: key}
    if personal_cache == "encrypted":
        # And with what is said of a source that is left alone.
        policy["breaker_failures"] = 2
    ask = Ask("station", "secret", f"ann.planted%40example.org?token={SECRET}")
    station.script("ann.planted%40example.org", *REPLIES[reply])
    with Connections([connected(Careful(station.url), **policy)], cache_folder=tmp_path) as connections:
        found = connections.run(asking(ask)).by_ask[ask]
        open_files = everything(tmp_path)
        again = connections.run(asking(ask)).by_ask[ask]
    assert station.seen
    for answer in (found, again):
        if isinstance(answer, ProviderError):
            assert_clean(said(answer) + answer.help)
        else:
            assert_clean(" ".join(answer.notes))
    if reply == "fine":
        assert isinstance(found, Answer)
        assert ANN in str(found.value), "the data themselves are there"
    assert_clean(open_files + everything(tmp_path))
    assert log.getvalue()
    assert_clean(log.getvalue())


def test_the_test_above_would_see_it(station: Station, tmp_path: Path) -> None:
    # The same answer of a provider that does not call it personal lies on disk as it is.
    ask = Ask("station", "thing", "a")
    station.script("a", Reply(body=BODY))
    with Connections([connected(Things(station.url))], cache_folder=tmp_path) as connections:
        connections.run(asking(ask))
    with pytest.raises(AssertionError):
        assert_clean(everything(tmp_path))


def test_a_provider_s_own_fault_tells_where_and_not_what(station: Station, log: io.StringIO, tmp_path: Path) -> None:
    class Clumsy(Things):
        def resolve(self, asks):  # type: ignore[no-untyped-def]
            replies = yield from super().resolve(asks)
            raise ValueError(f"cannot read {replies}")

    ask = Ask("station", "secret", "a")
    station.script("a", Reply(body=BODY))
    with Connections([connected(Clumsy(station.url))], cache_folder=tmp_path) as connections:
        error = connections.run(asking(ask)).by_ask[ask]
    assert isinstance(error, ProviderError)
    assert "ValueError" in error.message
    assert_clean(error.message + error.help + str(error) + log.getvalue() + everything(tmp_path))


def test_a_mailing_s_errors_and_notes_name_no_person(station: Station, log: io.StringIO, tmp_path: Path) -> None:
    station.script("ann.planted%40example.org", *REPLIES["web page"])
    people = [{"profile": {"key": "ann.planted%40example.org"}}]
    for on_failure in ("fail", "empty"):
        integration = connected(Careful(station.url), on_failure=on_failure)
        with Environment(integrations=[integration], cache_folder=tmp_path) as environment:
            mailing = Mailing(environment.from_string("{$station.thing[$profile.key]}"))
            (mail,) = mailing.render_many(people)
        if isinstance(mail, Exception):
            assert_clean(str(mail))
        assert_clean(" ".join(mailing.notes))
    assert_clean(log.getvalue() + everything(tmp_path))


def test_a_shop_s_customers_and_credentials_are_in_no_log_and_no_file(log: io.StringIO, tmp_path: Path) -> None:
    from dovetail.providers.kinds import Integration, Policy
    from dovetail.providers.registry import kind

    key = new_key()
    with Shop(profile="strict", products=20, customers=10, orders=20, carts=5) as shop:
        provider = kind("magento2").make("mywebshop", shop.settings())
        policy = Policy(allow_private_addresses=True, personal_cache="encrypted", personal_key=lambda: key)
        asks = [Ask("mywebshop", "product", row["id"]) for row in shop.dump("products")[:5]]
        asks += [Ask("mywebshop", "customer", row["id"]) for row in shop.dump("customers")]
        asks += [Ask("mywebshop", "order", row["id"]) for row in shop.dump("orders")]
        with Connections([Integration(provider, policy)], cache_folder=tmp_path) as connections:
            answers = connections.run(asking(*asks))
            files = everything(tmp_path)
        customers = [shop.dump("customers", row["id"]) for row in shop.dump("customers")]
        secrets = [value for name, value in shop.oauth.items() if name != "consumer_key"]
    assert [ask for ask in asks if not isinstance(answers.by_ask[ask], Answer)] == []
    private = [each[name] for each in customers for name in ("email",) if each.get(name)]
    assert len(private) == 10
    text = (files + everything(tmp_path) + log.getvalue()).lower()
    assert [each for each in (*private, *secrets, key) if each.lower() in text] == []
    assert "mywebshop/" in text, "something was kept"
