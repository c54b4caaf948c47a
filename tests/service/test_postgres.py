"""The service on PostgreSQL: upgraded by command, whole after its server was killed, and with names of all kinds."""

from __future__ import annotations

import time

import pytest

from tests.doubles.shop import Shop
from tests.postgres import PostgreSQL
from tests.service.conftest import Service, connected, dovetail

pytestmark = pytest.mark.external("initdb", "pg_ctl")


def test_the_service_on_postgresql(
    postgres: PostgreSQL, tmp_path_factory: pytest.TempPathFactory, service_shop: Shop
) -> None:
    url = postgres.new_database()
    service_shop.clear()
    service = Service(
        tmp_path_factory.mktemp("postgres"),
        ("--allow-private-addresses", "--database", url),
        {"DOVETAIL_DATABASE": url, "DOVETAIL_KEY": dovetail({}, "keys", "seal")},
    )
    assert "upgraded" not in dovetail({"DOVETAIL_DATABASE": url}, "database", "upgrade")
    service.start()
    with service.client(service.first_key) as client:
        assert connected(client, service_shop).status_code == 201
        for path in (
            "/integrations/%00",
            "/templates/a%00.tpl",
            "/templates?after=%00",
            "/integrations?after=%00",
            "/mailings/%00",
            "/followups/%00",
            "/instances?subject=%00",
        ):
            assert client.get(path).status_code in (400, 404), path
        assert client.post("/keys", json={"name": "a\x00b", "scopes": ["read"]}).status_code == 400
        assert client.put("/templates/x.tpl", json={"text": "a\x00b"}).status_code == 422
        followup = 'on = "user-register"\n[[steps]]\nwait = "1h"\n'
        assert client.put("/followups/welcome", json={"text": followup}).status_code == 200
        assert client.post("/followups/welcome/test", json={"event": "a\x00b"}).status_code == 400
        assert client.put("/followups/x", json={"text": followup + "# \x00"}).status_code == 400
        assert client.post("/events/user/register", json={"email": "ann@example.com", "id": 17}).json()["new"]
        assert client.get("/events?before=9007199254740992").json()["items"][0]["type"] == "user-register"
        tried = client.post("/followups/welcome/test", json={})
        assert tried.json()["items"][0]["lines"] == ["wait 1h"], service.log
        hours = client.get("/statistics?hours=2").json()["hours"]
        assert sum(each["events"].get("user-register", 0) for each in hours) == 1
        assert client.get("/instances?subject=17&state=waiting").json()["items"][0]["person"] == "ann@example.com"
        assert client.post("/render", json={"source": "{$mywebshop.product.123456.name}"}).json()["text"]
        # The server goes, and comes back: the service needs no help.
        postgres.stop()
        assert client.get("/integrations").status_code in (500, 503)
        postgres.start()
        end = time.monotonic() + 30
        while client.get("/integrations").status_code != 200:
            assert time.monotonic() < end
            time.sleep(0.2)
        assert [each["identifier"] for each in client.get("/integrations").json()["items"]] == ["mywebshop"]
    service.kill()
    service.start()
    with service.client(service.key()) as client:
        assert client.get("/integrations/mywebshop").json()["secrets"] == sorted(service_shop.oauth)
    service.stop()
