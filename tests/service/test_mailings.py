"""Mailings over HTTP: started, watched, cancelled, fetched; and what becomes of them when the service ends."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.doubles.shop import Shop
from tests.service.conftest import Service, connected


@pytest.fixture(scope="module")
def shop(service_shop: Shop, ann: httpx.Client) -> Iterator[Shop]:
    service_shop.clear()
    assert connected(ann, service_shop).status_code == 201
    yield service_shop
    ann.delete("/integrations/mywebshop")


def people(count: int) -> dict[str, str]:
    return {
        "format": "csv",
        "text": "firstname,email\n" + "".join(f"Ann{n},ann{n}@example.org\n" for n in range(count)),
    }


def ended(client: httpx.Client, id_: str) -> dict[str, Any]:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found: dict[str, Any] = client.get(f"/mailings/{id_}").json()
        if found["state"] != "running":
            return found
        time.sleep(0.1)
    raise AssertionError("it does not end")


def test_a_mailing_is_started_watched_and_fetched(ann: httpx.Client, shop: Shop) -> None:
    product = shop.dump("products", 123456, store=1)
    ann.put("/templates/spring.tpl", json={"text": "Dear {$profile.firstname}, {$mywebshop.product.123456.name}"})
    started = ann.post("/mailings", json={"template": "spring.tpl", "recipients": people(200)})
    assert started.status_code == 201, started.text
    id_ = started.json()["id"]
    assert started.json()["total"] == 200
    seen = list[dict[str, Any]]()
    with ann.stream("GET", f"/mailings/{id_}/events") as events:
        assert events.headers["Content-Type"].startswith("text/event-stream")
        seen += [json.loads(line.removeprefix("data: ")) for line in events.iter_lines() if line.startswith("data: ")]
    assert seen[-1]["state"] == "done"
    assert (seen[-1]["written"], seen[-1]["failed"]) == (200, 0)
    answer = ann.get(f"/mailings/{id_}/result")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        assert len(names) == 200
        assert archive.read(names[0]).decode() == f"Dear Ann0, {product['name']}"
    assert ann.get("/mailings").json()["items"][0]["id"] == id_


def test_rows_without_a_mail_are_named(ann: httpx.Client) -> None:
    ann.put("/templates/strict.tpl", json={"text": "{$profile.n / $profile.d}"})
    started = ann.post(
        "/mailings",
        json={
            "template": "strict.tpl",
            "recipients": {"format": "json", "text": '[{"n": 1, "d": 2}, {"n": 1, "d": 0}]'},
        },
    )
    found = ended(ann, started.json()["id"])
    assert (found["state"], found["written"], found["failed"]) == ("done", 1, 1)
    with zipfile.ZipFile(io.BytesIO(ann.get(f"/mailings/{found['id']}/result").content)) as archive:
        assert archive.read("failures.txt").decode().startswith("2: ")


@pytest.mark.parametrize(
    ("template", "recipients", "status"),
    [
        ("nowhere.tpl", {"text": "a\n1\n"}, 404),
        ("broken.tpl", {"text": "a\n1\n"}, 422),
        ("fine.tpl", {"text": "a,a\n1,2\n"}, 422),
        ("fine.tpl", {"format": "json", "text": "{"}, 422),
        ("fine.tpl", {"format": "xml", "text": "<a/>"}, 400),
    ],
)
def test_what_cannot_be_started_is_told(
    ann: httpx.Client, template: str, recipients: dict[str, str], status: int
) -> None:
    ann.put("/templates/broken.tpl", json={"text": "{if}"})
    ann.put("/templates/fine.tpl", json={"text": "x"})
    before = len(ann.get("/mailings").json()["items"])
    answer = ann.post("/mailings", json={"template": template, "recipients": recipients})
    assert answer.status_code == status, answer.text
    assert "/new/" not in answer.text
    assert len(ann.get("/mailings").json()["items"]) == before


def test_a_mailing_is_cancelled_and_its_repeat_is_the_same(ann: httpx.Client, shop: Shop) -> None:
    ann.put("/templates/slow.tpl", json={"text": "{$x = 0}{for $i = 1 to 20000}{$x = $x + $i}{/for}{$x}"})
    body = {"template": "slow.tpl", "recipients": people(2000)}
    started = [ann.post("/mailings", json=body, headers={"Idempotency-Key": "slow"}).json()["id"] for _ in range(2)]
    assert started[0] == started[1]
    assert ann.get(f"/mailings/{started[0]}/result").status_code == 409
    assert ann.post(f"/mailings/{started[0]}/cancel").status_code == 200
    found = ended(ann, started[0])
    assert found["state"] == "cancelled"
    assert found["written"] < 2000


def test_one_account_does_not_take_all_turns(ann: httpx.Client) -> None:
    ann.put("/templates/slow.tpl", json={"text": "{$x = 0}{for $i = 1 to 20000}{$x = $x + $i}{/for}{$x}"})
    answers = [ann.post("/mailings", json={"template": "slow.tpl", "recipients": people(3000)}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    for answer in answers[:5]:
        ann.post(f"/mailings/{answer.json()['id']}/cancel")
    assert {ended(ann, answer.json()["id"])["state"] for answer in answers[:5]} == {"cancelled"}


def test_a_mailing_of_another_account_is_not_there(ann: httpx.Client, bob: httpx.Client) -> None:
    ann.put("/templates/fine.tpl", json={"text": "x"})
    id_ = ann.post("/mailings", json={"template": "fine.tpl", "recipients": people(1)}).json()["id"]
    ended(ann, id_)
    for path, verb in (("", "GET"), ("/events", "GET"), ("/result", "GET"), ("/cancel", "POST")):
        assert bob.request(verb, f"/mailings/{id_}{path}").status_code == 404
    assert bob.get("/mailings").json()["items"] == []


def test_an_orderly_end_stops_what_runs(tmp_path_factory: pytest.TempPathFactory) -> None:
    service = Service(tmp_path_factory.mktemp("ending"))
    service.start()
    with service.client(service.first_key) as client:
        client.put("/templates/slow.tpl", json={"text": "{for $i = 1 to 20000}{$i}{/for}"})
        id_ = client.post("/mailings", json={"template": "slow.tpl", "recipients": people(5000)}).json()["id"]
    service.stop()
    service.start()
    with service.client(service.key()) as client:
        assert client.get(f"/mailings/{id_}").json()["state"] == "cancelled"
    service.stop()
    assert "Traceback" not in service.log, service.log
