"""Who may do what: each operation of the OpenAPI document, with each kind of wrong key, and from another account."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.doubles.shop import Shop
from tests.service.conftest import ALL, Service, connected

PUBLIC = {("/health", "get"), ("/ready", "get"), ("/hooks/{hook_id}", "get"), ("/hooks/{hook_id}", "post")}


def operations(service: Service) -> list[tuple[str, str]]:
    document: dict[str, Any] = httpx.get(f"{service.url}/openapi.json", trust_env=False).json()
    return [
        (path, verb)
        for path, item in document["paths"].items()
        for verb in item
        if verb in {"get", "post", "put", "patch", "delete"} and (path, verb) not in PUBLIC
    ]


def asked(service: Service, path: str, verb: str, key: str | None, names: dict[str, str]) -> httpx.Response:
    filled = re.sub(r"\{(\w+)\}", lambda match: names.get(match[1], "x"), path)
    headers = {"If-Match": '"1"'} | ({"Authorization": f"Bearer {key}"} if key is not None else {})
    body = {"json": BODIES.get(path, {})} if verb in {"post", "put", "patch"} else {}
    return httpx.request(verb.upper(), service.url + filled, headers=headers, timeout=30, trust_env=False, **body)  # type: ignore[arg-type]


BODIES: dict[str, dict[str, object]] = {
    "/api/v1/integrations": {
        "identifier": "other",
        "kind": "magento2",
        "settings": {"url": "https://shop.example"},
        "secrets": {"access_token": "x"},
    },
    "/api/v1/integrations/{identifier}": {"enabled": False},
    "/api/v1/keys": {"name": "x", "scopes": ["keys"]},
    "/api/v1/templates/{name}": {"text": "changed"},
    "/api/v1/followups/{name}": {"text": 'on = "our-event"\n[[steps]]\nwait = "1h"\n'},
    "/api/v1/render": {"template": "secret.tpl"},
    "/api/v1/answers": {"asks": [{"identifier": "annsshop", "collection": "product", "key": 123456}]},
    "/api/v1/mailings": {"template": "secret.tpl", "recipients": {"text": "a\n1\n"}},
}


def test_every_operation_wants_a_living_key(service: Service) -> None:
    revoked = service.key()
    key = re.search(r"key_\S+", next(line for line in listed(service) if revoked[:12] in line))
    assert key is not None
    with service.client(service.first_key) as client:
        assert client.delete(f"/keys/{key[0]}").json()["revoked_at"]
    expired = service.key("--days", "0.000001")
    found = operations(service)
    assert len(found) >= 18
    for path, verb in found:
        for wrong in (None, "x", "dvt_aaaaaaaa_" + "b" * 43, revoked, expired, service.first_key + "x"):
            answer = asked(service, path, verb, wrong, {})
            assert answer.status_code == 401, (path, verb, answer.text)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def listed(service: Service) -> list[str]:
    from tests.service.conftest import dovetail

    return dovetail(service.environment, "keys", "list").splitlines()


def test_a_key_does_what_it_is_for_only(service: Service) -> None:
    keys = {scope: service.key(scopes=(scope,)) for scope in ALL}
    for path, verb in operations(service):
        allowed = [scope for scope, key in keys.items() if asked(service, path, verb, key, {}).status_code != 403]
        assert len(allowed) == 1, (path, verb, allowed)


def test_no_operation_reaches_another_account(
    service: Service, ann: httpx.Client, bob: httpx.Client, service_shop: Shop
) -> None:
    assert connected(ann, service_shop, "annsshop").status_code == 201
    assert ann.put("/templates/secret.tpl", json={"text": "Ann's own text"}).status_code == 200
    key = ann.post("/keys", json={"name": "Ann's own key", "scopes": ["read"]}).json()["key"]["id"]
    mailing = ann.post("/mailings", json={"template": "secret.tpl", "recipients": {"text": "a\n1\n"}}).json()["id"]
    followup = {"text": '# Ann\'s own\non = "our-event"\n[[steps]]\nwait = "1h"\n'}
    assert ann.put("/followups/secret", json=followup).status_code == 200
    assert ann.post("/events/our/event", json={"note": "Ann's own event"}).status_code == 202
    instance = ann.get("/instances?followup=secret").json()["items"][0]["id"]
    ids = {"identifier": "annsshop", "key_id": key, "mailing_id": mailing, "instance_id": instance}
    before = everything(ann)
    bobs = bob.headers["Authorization"].removeprefix("Bearer ")
    for path, verb in operations(service):
        names = {**ids, "name": "secret" if "/followups/" in path else "secret.tpl"}
        answer = asked(service, path, verb, bobs, names)
        assert "Ann's own" not in answer.text, (path, verb)
        assert service_shop.url not in answer.text, (path, verb)
        own = "{" not in path or (path.endswith("{name}") and verb == "put")
        assert answer.status_code in ((200, 201, 404, 412, 422) if own else (404,)), (path, verb, answer.text)
    assert everything(ann) == before


def everything(client: httpx.Client) -> list[object]:
    return [
        client.get("/integrations").json(),
        client.get("/templates/secret.tpl").json(),
        client.get("/followups/secret").json(),
        client.get("/instances?followup=secret").json(),
        [{**item, "used_at": None} for item in client.get("/keys").json()["items"]],
    ]


def test_a_key_for_one_integration_sees_no_other(service: Service, ann: httpx.Client, service_shop: Shop) -> None:
    for name in ("one", "two"):
        assert connected(ann, service_shop, name).status_code == 201
    with service.client(service.key("--integration", "one")) as limited:
        assert [item["identifier"] for item in limited.get("/integrations").json()["items"]] == ["one"]
        assert limited.get("/integrations/two").status_code == 404
        assert limited.delete("/integrations/two").status_code == 404
        source = {"source": "{$one.product.123456.name}|{$two.product.123456.name}"}
        one, two = limited.post("/render", json=source).json()["text"].split("|")
        assert one
        assert not two
        for identifiers in (None, ["one", "two"]):
            asked_for = {"name": "x", "scopes": ["read"], "identifiers": identifiers}
            assert limited.post("/keys", json=asked_for).status_code == 403
    with service.client(service.key(scopes=("keys",))) as maker:
        assert maker.post("/keys", json={"name": "x", "scopes": ["write"]}).status_code == 403


def test_a_key_asks_as_often_as_it_may(service: Service, ann: httpx.Client) -> None:
    made = ann.post("/keys", json={"name": "slow", "scopes": ["read"], "rate": 2}).json()["text"]
    with service.client(made) as slow:
        answers = [slow.get("/kinds") for _ in range(6)]
    assert answers[0].status_code == 200
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"source": 1}', b"\xff\xfe", b'{"source": "x", "nobody": 1}', b"[" * 100_000]
)
def test_bodies_that_are_none_are_refused(ann: httpx.Client, body: bytes) -> None:
    answer = ann.post("/render", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_refused(ann: httpx.Client) -> None:
    answer = ann.post("/render", json={"source": "x" * 3_000_000})
    assert answer.status_code == 413


def test_private_addresses_are_the_operators_choice(
    tmp_path_factory: pytest.TempPathFactory, service_shop: Shop
) -> None:
    careful = Service(tmp_path_factory.mktemp("careful"))
    careful.start()
    try:
        with careful.client(careful.first_key) as client:
            refused = connected(client, service_shop)
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["field"] == "allow_private_addresses"
            for url in (
                service_shop.url,
                "http://169.254.169.254",
                "http://[::1]:80",
                "http://2130706433",
                "http://localhost",
            ):
                body = {
                    "identifier": "inner",
                    "kind": "magento2",
                    "settings": {"url": url},
                    "secrets": dict(service_shop.oauth),
                }
                if client.post("/integrations", json=body).status_code == 201:
                    found = client.post("/integrations/inner/check").json()["findings"]
                    assert not any(item["ok"] for item in found), url
                    client.delete("/integrations/inner")
        assert careful.stop() in (0, -15)
    finally:
        if careful.runs:
            careful.kill()


def test_a_slow_shop_keeps_nobody_else_waiting(service: Service, ann: httpx.Client, service_shop: Shop) -> None:
    assert connected(ann, service_shop, "slowshop").status_code == 201
    service_shop.fault(kind="latency", ms=6000)
    try:
        with ThreadPoolExecutor(12) as pool:
            asked_for = [{"path": "product", "text": f"word{number}"} for number in range(12)]
            waiting = [pool.submit(ann.get, "/integrations/slowshop/suggest", params=each) for each in asked_for]
            time.sleep(1)
            began = time.monotonic()
            assert ann.get("/kinds").status_code == 200
            assert ann.get("/integrations").status_code == 200
            assert time.monotonic() - began < 2
            assert not all(each.done() for each in waiting)
    finally:
        service_shop.control("faults", method="DELETE")
        ann.delete("/integrations/slowshop")


def test_health_and_metrics_need_no_key(service: Service) -> None:
    assert httpx.get(f"{service.url}/health", trust_env=False).json()["status"] == "ok"
    assert httpx.get(f"{service.url}/ready", trust_env=False).json()["status"] == "ok"
    assert "dovetail_requests_total" in httpx.get(f"{service.url}/metrics", trust_env=False).text
