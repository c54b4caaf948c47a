"""Events over HTTP: told once, listed, and by those only who may."""

from __future__ import annotations

import httpx
import pytest

from dovetail.bridge.followups.starting import instance_id
from dovetail.bridge.store import instances, versions
from dovetail.integrations.store.database import Database
from tests.service.conftest import Service


def test_an_event_is_logged_and_starts_what_is_on_it(service: Service, ann: httpx.Client) -> None:
    database = Database(f"sqlite:///{service.folder / 'data' / 'dovetail' / 'accounts.sqlite'}")
    text = 'on = "user-register"\n[[steps]]\nwait = "1h"\n'
    with database.write() as connection:
        versions.put(connection, "default", "welcome", text, 1.0)
    told = ann.post("/events/user/register", json={"email": "Ann@Example.com", "shoe_size": 39})
    assert told.status_code == 202
    assert told.json()["new"]
    with database.read() as connection:
        found = instances.get(connection, "default", instance_id("default", "welcome", told.json()["id"]))
    database.close()
    assert found is not None
    assert (found.person, found.state) == ("ann@example.com", "waiting")
    listed = ann.get("/events", params={"person": "ann@example.com", "type": "user-register"}).json()["items"]
    assert [(each["type"], each["data"]["shoe_size"]) for each in listed] == [("user-register", 39)]


def test_the_same_key_is_the_same_event(ann: httpx.Client) -> None:
    body, head = {"id": "c1", "sku": "a", "count": 2}, {"Idempotency-Key": "cart c1 a"}
    first = ann.post("/events/webshop/cart/add", json=body, headers=head)
    again = ann.post("/events/webshop/cart/add", json=body, headers=head)
    assert (first.json()["new"], again.json()["new"]) == (True, False)
    assert first.json()["id"] == again.json()["id"]
    assert len(ann.get("/events", params={"type": "cart-add"}).json()["items"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("user/register", {}, 422),
        ("webshop/cart/add", {"id": "1", "sku": ""}, 422),
        ("order/paid", {"email": "a@b.c"}, 422),
        ("Our/Event", {}, 404),
        ("x", {}, 404),
        ("our/event", [1], 400),
        ("our/event", {"any": {"thing": [1]}}, 202),
    ],
)
def test_what_is_taken(ann: httpx.Client, path: str, body: object, status: int) -> None:
    answer = ann.post(f"/events/{path}", json=body)
    assert answer.status_code == status, answer.text


def test_nobody_sees_the_events_of_others(ann: httpx.Client, bob: httpx.Client) -> None:
    ann.post("/events/our/secret", json={"email": "ann@example.com"})
    assert bob.get("/events").json()["items"] == []


def test_a_long_list_goes_on(ann: httpx.Client) -> None:
    for number in range(5):
        ann.post("/events/many/times", json={"number": number})
    seen, before = list[int](), None
    while True:
        page = ann.get(
            "/events", params={"type": "many-times", "limit": 2, **({"before": before} if before else {})}
        ).json()
        seen += [each["data"]["number"] for each in page["items"]]
        if page["next"] is None:
            break
        before = page["next"]
    assert seen == [4, 3, 2, 1, 0]
