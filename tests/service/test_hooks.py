"""Hooks: made for an integration, asked with a signature, taken once; they have the shop read, and nothing more."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from dovetail.bridge.inbound.keys import PublicKeys
from dovetail.bridge.store.feeds import Place, keep
from dovetail.bridge.store.queue import Wanted, claim, put
from dovetail.integrations.store.accounts import Actor, make_account
from dovetail.integrations.store.database import Database
from dovetail.service.app import make_app
from tests.bridge.inbound.senders import names
from tests.bridge.inbound.signing import KEY_NAME, copernica, record
from tests.doubles.shop import Shop
from tests.service.conftest import Service, connected, dovetail
from tests.service.serving import backend_in, serving

TOKENS = dict.fromkeys(("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "x" * 32)


@pytest.fixture(scope="module")
def shop(service_shop: Shop, ann: httpx.Client) -> Iterator[Shop]:
    service_shop.clear()
    assert connected(ann, service_shop, "pushing").status_code == 201
    yield service_shop
    ann.delete("/integrations/pushing")


def push(
    service: Service, url: str, secret: str, name: str, body: str = '{"a": 1}', late: float = 0.0
) -> httpx.Response:
    at = time.time() - late
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(at)),
        "webhook-signature": Webhook(secret).sign(name, datetime.fromtimestamp(at, UTC), body),
    }
    return httpx.post(service.url + url, content=body, headers=headers, trust_env=False, timeout=30)


def test_a_push_has_the_shop_read_at_once(service: Service, ann: httpx.Client, shop: Shop) -> None:
    database = Database(f"sqlite:///{service.folder / 'data' / 'dovetail' / 'accounts.sqlite'}")
    later = time.time() + 3_000
    with database.write() as connection:
        keep(connection, Place("default", "pushing", "order", state="live"))
        put(connection, "default", [Wanted("read", "pushing/order", later, {})], 0.0)
    made = ann.put("/integrations/pushing/hook", json={}).json()
    assert made["secret"].startswith("whsec_")
    began = time.perf_counter()
    assert push(service, made["url"], made["secret"], "msg_1").status_code == 202
    assert time.perf_counter() - began < 1.0
    with database.write() as connection:
        assert [task.key for task in claim(connection, ["read"], time.time(), 60.0, 5)] == ["pushing/order"]
    database.close()


def test_what_is_forged_stale_replayed_or_too_large_is_refused(service: Service, ann: httpx.Client, shop: Shop) -> None:
    made = ann.put("/integrations/pushing/hook", json={}).json()
    url, secret = made["url"], made["secret"]
    assert push(service, url, secret, "msg_1").status_code == 202
    assert push(service, url, secret, "msg_1").status_code == 409
    assert push(service, url, secret, "msg_2").status_code == 202
    assert push(service, url, "whsec_" + "A" * 44, "msg_3").status_code == 401
    assert push(service, url, secret, "msg_4", late=1000).status_code == 401
    assert push(service, url, secret, "msg_5", body="x" * 300_000).status_code == 413
    assert push(service, "/hooks/hook_nothing", secret, "msg_6").status_code == 404
    assert httpx.post(service.url + url, content=b"\xff\x00", trust_env=False).status_code == 401
    # Another one takes its place, and after it is removed there is none.
    again = ann.put("/integrations/pushing/hook", json={"scheme": "mage-os", "secret": "verification-token"}).json()
    assert push(service, url, secret, "msg_7").status_code == 404
    assert ann.delete("/integrations/pushing/hook").status_code == 204
    assert push(service, again["url"], secret, "msg_8").status_code == 404
    assert ann.delete("/integrations/pushing/hook").status_code == 404


def test_a_push_is_answered_before_anything_is_read(service: Service, ann: httpx.Client, shop: Shop) -> None:
    made = ann.put("/integrations/pushing/hook", json={}).json()
    times = list[float]()
    with httpx.Client(base_url=service.url, trust_env=False) as client:
        for number in range(30):
            head = {"webhook-id": f"quick_{number}", "webhook-timestamp": str(int(time.time()))}
            signed = Webhook(made["secret"]).sign(head["webhook-id"], datetime.now(UTC), "{}")
            began = time.perf_counter()
            answer = client.post(made["url"], content="{}", headers=head | {"webhook-signature": signed})
            times.append(time.perf_counter() - began)
            assert answer.status_code in (202, 401)
    assert sorted(times)[len(times) // 2] < 0.04


def test_its_secret_is_encrypted_and_goes_with_the_keys(service: Service, ann: httpx.Client, shop: Shop) -> None:
    given = {"scheme": "mage-os", "secret": "a-token-that-nobody-finds"}
    made = ann.put("/integrations/pushing/hook", json=given).json()
    data = service.folder / "data" / "dovetail"
    assert not [path for path in data.iterdir() if b"a-token-that-nobody-finds" in path.read_bytes()]
    assert "a-token-that-nobody-finds" not in ann.get("/audit").text + ann.get("/integrations/pushing").text
    assert dovetail(service.environment, "database", "reseal")
    assert made["url"].startswith("/hooks/")


def test_other_accounts_make_none(bob: httpx.Client, ann: httpx.Client, shop: Shop) -> None:
    assert bob.put("/integrations/pushing/hook", json={}).status_code == 404
    assert bob.delete("/integrations/pushing/hook").status_code == 404
    assert ann.put("/integrations/pushing/hook", json={"scheme": "none"}).status_code == 400
    assert ann.put("/integrations/pushing/hook", json={"secret": "no base64!"}).status_code == 422
    assert ann.put("/integrations/pushing/hook", json={"scheme": "copernica"}).status_code == 400


def test_adobes_challenge_is_answered_as_text(service: Service, ann: httpx.Client, shop: Shop) -> None:
    given = {"scheme": "adobe-io-events", "secret": "our-client-id"}
    url = service.url + ann.put("/integrations/pushing/hook", json=given).json()["url"]
    asked = httpx.get(url, params={"challenge": "8ec8d794-e0ab"}, trust_env=False)
    assert (asked.status_code, asked.text) == (200, "8ec8d794-e0ab")
    assert asked.headers["content-type"].startswith("text/plain")
    assert httpx.get(url, params={"challenge": "<script>"}, trust_env=False).status_code == 400
    assert httpx.post(url, content=b"{}", trust_env=False).status_code == 401
    url = service.url + ann.put("/integrations/pushing/hook", json={}).json()["url"]
    assert httpx.get(url, params={"challenge": "8ec8d794-e0ab"}, trust_env=False).status_code == 404


@pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
def test_what_copernica_signed_for_this_address_is_taken(tmp_path: Path) -> None:
    with names() as copernicas:
        copernicas.texts[KEY_NAME] = record(0)
        backend = backend_in(tmp_path, PublicKeys(resolver=copernicas.resolver))
        database, shelf = backend.database, backend.shelf
        with database.write() as connection:
            actor = Actor(make_account(connection, "Ours", 1.0), "test")
            shelf.create(connection, actor, "mywebshop", "magento2", {"url": "https://shop.example"}, TOKENS, 1.0)
            hook = backend.hooks.make(connection, actor, "mywebshop", "copernica", "1234", 1.0)
        target = f"/hooks/{hook}?from=copernica%20us"
        with serving(make_app(backend)) as at:
            signed = copernica(at=time.time(), target=target, host=at)
            for path, status in ((target, 202), (target, 409), (f"/hooks/{hook}", 401)):
                answer = httpx.post(f"http://{at}{path}", content=signed.body, headers=signed.headers, trust_env=False)
                assert answer.status_code == status, answer.text
            copernicas.failing = True
            backend.public_keys = PublicKeys(resolver=copernicas.resolver)
            answer = httpx.post(f"http://{at}{target}", content=signed.body, headers=signed.headers, trust_env=False)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        backend.close()
