"""The Integrations module over HTTP: a shop from its first form to a rendered mail."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.doubles.shop import Shop
from tests.service.conftest import Service, connected

FOUR = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


@pytest.fixture
def shop(service_shop: Shop, ann: httpx.Client) -> Iterator[Shop]:
    service_shop.clear()
    answer = connected(ann, service_shop)
    assert answer.status_code == 201, answer.text
    yield service_shop
    assert ann.delete("/integrations/mywebshop").status_code == 204


def test_a_shop_is_connected_tried_completed_and_rendered(ann: httpx.Client, shop: Shop) -> None:
    product = shop.dump("products", 123456, store=1)
    found = ann.post("/integrations/mywebshop/check").json()
    assert found["findings"]
    assert all(item["ok"] for item in found["findings"]), found["findings"]
    assert ann.get("/integrations/mywebshop").json()["checked_at"] is not None
    items = ann.get("/integrations/mywebshop/suggest", params={"path": "product", "text": product["name"].split()[0]})
    assert product["name"] in {item["label"] for item in items.json()["items"]}
    schema = ann.get("/integrations/mywebshop/schema").json()
    assert schema["members"]["product"]["kind"] == "keyed"
    source = "{$mywebshop.product.123456.name|escape} for {$profile.firstname}"
    made = ann.post("/render", json={"source": source, "variables": {"profile": {"firstname": "Ann"}}})
    assert made.status_code == 200, made.text
    assert made.json()["text"] == f"{product['name']} for Ann"
    assert made.json()["report"]["asks"] == 1


def test_stored_templates_include_each_other(ann: httpx.Client) -> None:
    for name, text in (("mail.tpl", "Hello {include file='parts/name.tpl'}!"), ("parts/name.tpl", "{$name}")):
        assert ann.put(f"/templates/{name}", json={"text": text}).status_code == 200
    render = {"template": "mail.tpl", "variables": {"name": "<Ann>"}}
    assert ann.post("/render", json=render).json()["text"] == "Hello &lt;Ann&gt;!"
    tag = ann.get("/templates/parts/name.tpl").headers["ETag"]
    assert ann.put("/templates/parts/name.tpl", json={"text": "x"}).status_code == 412
    assert ann.put("/templates/parts/name.tpl", json={"text": "you"}, headers={"If-Match": tag}).status_code == 200
    assert ann.post("/render", json=render).json()["text"] == "Hello you!"
    assert ann.get("/templates/parts/name.tpl", headers={"If-None-Match": '"2"'}).status_code == 304
    assert ann.delete("/templates/parts/name.tpl").status_code == 204
    refused = ann.post("/render", json=render)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.status_code == 404


def test_errors_of_a_template_have_their_places(ann: httpx.Client) -> None:
    refused = ann.post("/render", json={"source": "a\n{if $x}"})
    assert refused.status_code == 422
    assert (refused.json()["errors"][0]["line"], refused.json()["errors"][0]["column"]) == (2, 1)


def test_nobody_changes_what_he_has_not_seen(ann: httpx.Client, shop: Shop) -> None:
    seen = ann.get("/integrations/mywebshop")
    tag = {"If-Match": seen.headers["ETag"]}
    assert ann.patch("/integrations/mywebshop", json={"enabled": False}).status_code == 428
    changed = ann.patch("/integrations/mywebshop", json={"enabled": False}, headers=tag)
    assert changed.status_code == 200
    assert ann.patch("/integrations/mywebshop", json={"enabled": True}, headers=tag).status_code == 412
    # One that is switched off says nothing to templates.
    assert ann.post("/render", json={"source": "{$mywebshop.product.123456.name}"}).json()["text"] == ""


def test_what_is_wrong_with_settings_is_said_by_field(ann: httpx.Client) -> None:
    wrong = {"identifier": "profile", "kind": "magento2", "settings": {"url": "file:///etc/passwd", "ttll": 1}}
    refused = ann.post("/integrations", json=wrong)
    assert refused.status_code == 422
    wrong["identifier"] = "mine"
    fields = {item["field"] for item in ann.post("/integrations", json=wrong).json()["errors"]}
    assert {"url", "ttll"} <= fields


def test_a_request_that_comes_twice_is_done_once(ann: httpx.Client, service_shop: Shop) -> None:
    body = {
        "identifier": "twice",
        "kind": "magento2",
        "settings": {"url": "https://shop.example"},
        "secrets": dict.fromkeys(FOUR, "T-1"),
    }
    head = {"Idempotency-Key": "abc"}
    first, second = (ann.post("/integrations", json=body, headers=head) for _ in range(2))
    assert first.status_code == second.status_code == 201, first.text
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()
    assert ann.post("/integrations", json={**body, "enabled": False}, headers=head).status_code == 409
    made = [
        ann.post("/keys", json={"name": "x", "scopes": ["read"]}, headers={"Idempotency-Key": "k"}).json()
        for _ in range(2)
    ]
    assert made[0]["text"].startswith("dvt_")
    assert made[1] == {"key": made[0]["key"], "text": None}
    assert ann.delete("/integrations/twice").status_code == 204


def test_lists_come_in_pages(ann: httpx.Client) -> None:
    for number in range(5):
        ann.put(f"/templates/page/{number}.tpl", json={"text": str(number)})
    names, after = list[str](), ""
    while True:
        page = ann.get("/templates", params={"limit": 2, "after": after}).json()
        names += [item["name"] for item in page["items"] if item["name"].startswith("page/")]
        if page["next"] is None:
            break
        after = page["next"]
    assert names == [f"page/{number}.tpl" for number in range(5)]


@pytest.mark.parametrize("name", ["../x.tpl", "a/../../b", ".hidden", "a\\b", "%2e%2e/x", "x\n"])
def test_names_of_templates_play_no_tricks(ann: httpx.Client, name: str) -> None:
    from urllib.parse import quote

    answer = ann.put(f"/templates/{quote(name, safe='')}", json={"text": "x"})
    assert answer.status_code in (404, 422), answer.text
    assert ann.post("/render", json={"source": f"{{include file='{quote(name)}'}}"}).status_code in (404, 422)


def test_credentials_are_told_nowhere(service: Service, ann: httpx.Client, shop: Shop) -> None:
    ann.post("/integrations/mywebshop/check")
    ann.post("/integrations", json={"identifier": "x y", "kind": "magento2", "secrets": dict(shop.oauth)})
    ann.patch("/integrations/mywebshop", json={"secrets": {"consumer_key": "WRONG-4711"}}, headers={"If-Match": '"1"'})
    ann.post("/integrations/mywebshop/check")
    shown = "".join(
        ann.get(path).text
        for path in ("/integrations", "/integrations/mywebshop", "/integrations/mywebshop/schema", "/audit", "/keys")
    )
    files = b"".join(file.read_bytes() for file in service.folder.rglob("*") if file.is_file())
    for secret in (*shop.oauth.values(), "WRONG-4711", service.first_key):
        assert secret not in shown
        assert secret.encode() not in files
    assert json.loads(ann.get("/integrations/mywebshop").text)["secrets"] == sorted(shop.oauth)
