"""Follow-ups over HTTP: written with their faults told, tried, paused; what they did for whom, and by whom that is seen."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from dovetail.bridge.store import queue
from dovetail.bridge.store.feeds import Place, keep
from tests.bridge.happenings import Happenings
from tests.doubles.shop import Shop
from tests.service.conftest import Service, connected, dovetail

MAIL = '[[steps]]\nmail = { template = "thanks.tpl", subject = "Order {$trigger.id}" }\n'
THANKS = f'on = "order-paid"\n\n{MAIL}'
LATER = 'on = "order-create"\n[[steps]]\nwait = "1h"\n'


@pytest.fixture(scope="module")
def happenings(service: Service, ann: httpx.Client) -> Iterator[Happenings]:
    database = service.database()
    yield Happenings(database, "default")
    database.close()


@pytest.fixture(autouse=True)
def thanks(ann: httpx.Client) -> Iterator[None]:
    """The follow-ups `thanks`, by orders that are paid, and `later`, by new ones, which waits."""
    for name, text in (("thanks", THANKS), ("later", LATER)):
        assert ann.put(f"/followups/{name}", json={"text": text}).status_code == 200
    yield
    for name in ("thanks", "later"):
        ann.delete(f"/followups/{name}")


def test_one_is_written_read_changed_and_removed(ann: httpx.Client) -> None:
    made = ann.put("/followups/welcome", json={"text": 'on = "user-register"\n[[steps]]\nwait = "1h"\n'})
    assert (made.status_code, made.headers["ETag"]) == (200, f'"{made.json()["version"]}"')
    assert ann.get("/followups/welcome").json() == made.json()
    assert made.json()["triggers"] == ["user-register"]
    text = 'on = ["user-register", "user-subscribe"]\n[[steps]]\nwait = "2h"\n'
    changed = ann.put("/followups/welcome", json={"text": text}, headers={"If-Match": made.headers["ETag"]})
    assert changed.json()["version"] == made.json()["version"] + 1
    assert changed.json()["text"] == text
    assert ann.delete("/followups/welcome").status_code == 204
    assert ann.get("/followups/welcome").status_code == 404
    assert ann.delete("/followups/welcome").status_code == 404
    trail = [f"{each['action']} {each['subject']}" for each in ann.get("/audit").json()["items"][:3]]
    assert trail == ["followup.remove welcome", "followup.put welcome", "followup.put welcome"]


def test_nobody_writes_over_what_he_has_not_seen(ann: httpx.Client) -> None:
    seen = ann.get("/followups/thanks").headers["ETag"]
    assert ann.put("/followups/thanks", json={"text": LATER}).status_code == 412
    assert ann.put("/followups/thanks", json={"text": LATER}, headers={"If-Match": seen}).status_code == 200
    assert ann.put("/followups/thanks", json={"text": THANKS}, headers={"If-Match": seen}).status_code == 412
    assert ann.put("/followups/nothing", json={"text": THANKS}, headers={"If-Match": '"1"'}).status_code == 412
    assert ann.get("/followups/thanks").json()["text"] == LATER


def test_all_faults_are_told_with_their_lines(ann: httpx.Client) -> None:
    text = (
        'on = "order-payed"\n\n[[steps]]\nwait = "soon"\n\n[[steps]]\ncheck = """$trigger.id ==\n"""\n\n'
        '[[steps]]\nwait = "1h"\nthen = "no"\n'
    )
    refused = ann.put("/followups/faulty", json={"text": text})
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/problem+json")
    told = [(each["line"], each["message"]) for each in refused.json()["errors"]]
    assert [line for line, _ in told] == [1, 4, 7, 12]
    wanted = ("there is no event `order-payed`", "`wait` is a span", "`{if $trigger.id ==\n}", "there is no step `no`")
    assert all(message.startswith(begin) for (_, message), begin in zip(told, wanted, strict=True)), told
    assert ann.get("/followups/faulty").status_code == 404
    broken = ann.put("/followups/faulty", json={"text": "on = order-create\n"})
    assert (broken.status_code, broken.json()["errors"][0]["line"]) == (400, 1)
    assert ann.put("/followups/Not a name", json={"text": THANKS}).status_code == 400


def test_a_paused_one_is_started_by_nothing_new(ann: httpx.Client, happenings: Happenings) -> None:
    assert ann.post("/followups/later/pause").json()["paused"]
    happenings.happen("order-create", "paused", time.time(), "paused@example.com")
    assert not ann.post("/followups/later/resume").json()["paused"]
    happenings.happen("order-create", "resumed", time.time(), "paused@example.com")
    found = ann.get("/instances", params={"person": "Paused@Example.com"}).json()["items"]
    assert [each["event"] for each in found] == ["mywebshop/order-create/resumed"]
    assert ann.post("/followups/nothing/pause").status_code == 404


def test_it_is_tried_on_past_events_and_nothing_is_done(ann: httpx.Client, happenings: Happenings) -> None:
    now = time.time()
    for number, age in (("old", 9 * 86_400), ("first", 7_200), ("second", 3_600)):
        happenings.happen("order-refunded", number, now - age, "tried@example.com")
    happenings.happen("order-refunded", "elsewhere", now, "tried@example.com", source="othershop")
    text = 'on = "order-refunded"\nsource = "mywebshop"\n[[steps]]\ncheck = "$trigger.id != \'first\'"\n' + MAIL
    tried = ann.post("/followups/thanks/test", json={"text": text}).json()
    assert [(each["event"]["subject"], each["acts"]) for each in tried["items"]] == [
        ("order/second", True),
        ("order/first", False),
    ]
    assert tried["items"][0]["lines"][-1] == "mail thanks.tpl to tried@example.com: Order second"
    assert tried["acting"] == 1
    one = ann.post("/followups/thanks/test", json={"text": text, "event": "mywebshop/order-refunded/old"}).json()
    assert [each["event"]["subject"] for each in one["items"]] == ["order/old"]
    assert ann.get("/instances", params={"person": "tried@example.com"}).json()["items"] == []
    # What is stored, when no other text is given.
    assert ann.post("/followups/thanks/test", json={"event": "mywebshop/order-refunded/old"}).json()["items"] == []
    assert ann.post("/followups/thanks/test", json={"text": "on = 1"}).json()["errors"][0]["line"] == 1
    assert ann.post("/followups/thanks/test", json={"event": "9" * 40}).status_code == 404
    assert ann.post("/followups/nothing/test", json={}).status_code == 404


def test_a_shop_is_asked_as_it_is_now(ann: httpx.Client, happenings: Happenings, service_shop: Shop) -> None:
    service_shop.clear()
    assert connected(ann, service_shop).status_code == 201
    happenings.happen("order-paid", "asked", time.time(), "asked@example.com")
    text = f'on = "order-paid"\n[[steps]]\ncheck = "$mywebshop.product.123456.name != \'\'"\n{MAIL}'
    asked = {"text": text, "event": "mywebshop/order-paid/asked"}
    for _ in range(2):
        before = len(service_shop.log())
        assert ann.post("/followups/thanks/test", json=asked).json()["acting"] == 1
        assert len(service_shop.log()) > before


def test_the_timeline_of_one_order_says_why(ann: httpx.Client, happenings: Happenings) -> None:
    now = time.time()
    began = happenings.happen("order-create", "417", now - 60, "why@example.com")
    paid = happenings.happen("order-paid", "417", now - 30, "why@example.com")
    sent = happenings.send("thanks", paid, now - 20)
    listed = ann.get("/instances", params={"subject": "order/417"}).json()["items"]
    assert [(each["followup"], each["state"]) for each in listed] == [("thanks", "done"), ("later", "waiting")]
    story = ann.get(f"/instances/{sent}").json()
    assert (story["event"]["id"], story["event"]["data"]["id"]) == (paid.id, "417")
    assert [each["what"] for each in story["passages"]] == ["mail went out"]
    assert [(each["action"], each["state"], each["attempts"]) for each in story["deliveries"]] == [("mail", "done", 1)]
    by_event = ann.get("/instances", params={"event": began.id}).json()["items"]
    assert [each["followup"] for each in by_event] == ["later"]
    number = str(story["event"]["number"])
    assert [each["id"] for each in ann.get("/instances", params={"event": number}).json()["items"]] == [sent]
    events = ann.get("/events", params={"subject": "order/417"}).json()["items"]
    assert [(each["type"], each["person"]) for each in events] == [
        ("order-paid", "why@example.com"),
        ("order-create", "why@example.com"),
    ]


def test_a_failed_one_is_tried_again_and_one_that_waits_is_stopped(ann: httpx.Client, happenings: Happenings) -> None:
    now = time.time()
    failed = happenings.fail("thanks", happenings.happen("order-paid", "501", now, "f@example.com"), now)
    assert [each["id"] for each in ann.get("/instances?state=failed&person=f@example.com").json()["items"]] == [failed]
    assert ann.post(f"/instances/{failed}/stop").status_code == 409
    again = ann.post(f"/instances/{failed}/replay")
    assert (again.status_code, again.json()["instance"]["state"]) == (200, "waiting")
    assert ann.post(f"/instances/{failed}/replay").status_code == 409
    with happenings.database.write() as connection:
        due = [task.key for task in queue.claim(connection, ["step"], time.time(), 0.0, 1_000)]
    assert failed in due
    stopped = ann.post(f"/instances/{failed}/stop").json()
    assert (stopped["instance"]["state"], stopped["passages"][-1]["what"]) == ("stopped", "stopped by hand")
    with happenings.database.write() as connection:
        assert failed not in [task.key for task in queue.claim(connection, ["step"], time.time(), 0.0, 1_000)]
    assert ann.post("/instances/fu_nothing/replay").status_code == 404
    assert [each["action"] for each in ann.get("/audit").json()["items"][:2]] == ["instance.stop", "instance.replay"]


def test_a_long_list_goes_on(ann: httpx.Client, happenings: Happenings) -> None:
    now = time.time()
    # Three of one moment, as one page of a shop gives them.
    events = [happenings.happen("order-create", f"long-{n}", now - n // 3, "long@example.com") for n in range(7)]
    seen = _pages(ann, "/instances", "event", person="long@example.com", limit="2")
    assert sorted(seen) == sorted(each.id for each in events)
    assert {each.rpartition("-")[2] for each in seen[:3]} == {"0", "1", "2"}
    assert _pages(ann, "/followups", "name", limit="1") == ["later", "thanks"]


def _pages(client: httpx.Client, path: str, field: str, **asked: str) -> list[str]:
    found, after = list[str](), ""
    while True:
        page = client.get(path, params={**asked, "after": after}).json()
        found += [each[field] for each in page["items"]]
        if page["next"] is None:
            return found
        after = page["next"]


def test_numbers_by_state_and_by_hour(service: Service, happenings: Happenings) -> None:
    account = dovetail(service.environment, "database", "add-account", "Carol's shop")
    carols = Happenings(happenings.database, account)
    now = time.time()
    then = now - 5 * 3_600
    with service.client(service.key(account=account)) as carol:
        for name, text in (("thanks", THANKS), ("later", LATER)):
            carol.put(f"/followups/{name}", json={"text": text})
        old = carols.happen("order-paid", "601", now - 30 * 3_600, "n@example.com")
        carols.send("thanks", old, then)
        carols.fail("thanks", carols.happen("order-paid", "602", then, "n@example.com"), then)
        carols.happen("order-create", "603", now, "n@example.com")
        found = carol.get("/statistics").json()
        assert carol.get("/statistics?hours=1").json()["hours"] == found["hours"][-1:]
        lines = {each["name"]: each["instances"] for each in carol.get("/followups").json()["items"]}
    assert (found["waiting"], found["failed"], len(found["hours"])) == (1, 1, 24)
    busy = {number: each for number, each in enumerate(found["hours"]) if each["begun"] or each["ended"]}
    assert list(busy) == [18, 23]
    at = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(then))
    ended, sent = {"done": 1, "failed": 1}, {"done": 1, "dead": 1}
    assert busy[18] == {"at": at, "events": {"order-paid": 1}, "begun": 1, "ended": ended, "deliveries": sent}
    assert (busy[23]["events"], busy[23]["begun"], busy[23]["ended"]) == ({"order-create": 1}, 1, {})
    assert lines["thanks"] == {"waiting": 0, "done": 1, "stopped": 0, "failed": 1}
    assert lines["later"] == {"waiting": 1, "done": 0, "stopped": 0, "failed": 0}


def test_what_is_read_and_why_it_is_not(ann: httpx.Client, happenings: Happenings) -> None:
    with happenings.database.write() as connection:
        keep(connection, Place("default", "watched", "order", state="live", read_at=1_800_000_000.0))
        keep(connection, Place("default", "watched", "cart", reason="the shop does not answer"))
    found = [each for each in ann.get("/feeds").json()["items"] if each["integration"] == "watched"]
    assert [(each["entity"], each["state"], each["reason"]) for each in found] == [
        ("cart", "first", "the shop does not answer"),
        ("order", "live", ""),
    ]
    assert (found[0]["read_at"], found[1]["read_at"]) == (None, "2027-01-15T08:00:00Z")


def test_other_accounts_see_and_do_nothing(ann: httpx.Client, bob: httpx.Client, happenings: Happenings) -> None:
    now = time.time()
    failed = happenings.fail("thanks", happenings.happen("order-paid", "701", now, "o@example.com"), now)
    for path in ("/followups", "/instances", "/feeds", "/instances?person=o@example.com"):
        assert bob.get(path).json()["items"] == [], path
    statistics = bob.get("/statistics").json()
    assert (statistics["waiting"], statistics["failed"]) == (0, 0)
    assert not any(each["events"] or each["begun"] or each["deliveries"] for each in statistics["hours"])
    assert bob.get("/followups/thanks").status_code == 404
    assert bob.get(f"/instances/{failed}").status_code == 404
    for path in (f"/instances/{failed}/replay", f"/instances/{failed}/stop", "/followups/thanks/pause"):
        assert bob.post(path).status_code == 404, path
    assert bob.delete("/followups/thanks").status_code == 404
    tried = {"text": THANKS, "event": "mywebshop/order-paid/701"}
    assert bob.post("/followups/thanks/test", json=tried).status_code == 404
    assert bob.put("/followups/thanks", json={"text": LATER}).status_code == 200
    assert ann.get("/followups/thanks").json()["text"] == THANKS
    assert ann.get(f"/instances/{failed}").json()["instance"]["state"] == "failed"


def test_a_key_for_one_shop_sees_what_that_one_told(
    service: Service, ann: httpx.Client, happenings: Happenings
) -> None:
    now = time.time()
    own = happenings.happen("order-create", "801", now, "limited@example.com", source="oneshop")
    other = happenings.happen("order-create", "802", now, "limited@example.com")
    ann.post("/events/our/own", json={"email": "limited@example.com"})
    with happenings.database.write() as connection:
        keep(connection, Place("default", "oneshop", "order"))
    made = {"name": "x", "scopes": ["read", "write", "events", "render"], "identifiers": ["oneshop"], "rate": 1000}
    key = ann.post("/keys", json=made).json()["text"]
    person = {"person": "limited@example.com"}
    ids = {each["event"]: each["id"] for each in ann.get("/instances", params=person).json()["items"]}
    with service.client(key) as limited:
        assert [each["id"] for each in limited.get("/events", params=person).json()["items"]] == [own.id]
        assert [each["event"] for each in limited.get("/instances").json()["items"]] == [own.id]
        assert limited.get("/followups").json()["items"][0]["instances"]["waiting"] == 1
        statistics = limited.get("/statistics").json()
        assert (statistics["waiting"], statistics["hours"][-1]["events"]) == (1, {"order-create": 1})
        assert [each["integration"] for each in limited.get("/feeds").json()["items"]] == ["oneshop"]
        assert limited.get(f"/instances/{ids[other.id]}").status_code == 404
        assert limited.post(f"/instances/{ids[other.id]}/stop").status_code == 404
        assert limited.post(f"/instances/{ids[own.id]}/stop").status_code == 200
        tried = limited.post("/followups/later/test", json={}).json()["items"]
        assert [each["event"]["id"] for each in tried] == [own.id]
        assert limited.post("/followups/later/test", json={"event": other.id}).status_code == 404
        # It would have all shops tell what only others may know.
        assert limited.put("/followups/mine", json={"text": THANKS}).status_code == 403
        assert limited.delete("/followups/later").status_code == 403
        assert limited.post("/followups/later/pause").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/followups", "read"),
        ("GET", "/instances", "read"),
        ("GET", "/feeds", "read"),
        ("GET", "/statistics", "read"),
        ("PUT", "/followups/later", "write"),
        ("DELETE", "/followups/later", "write"),
        ("POST", "/followups/later/pause", "write"),
        ("POST", "/followups/later/test", "render"),
        ("POST", "/instances/fu_x/replay", "write"),
        ("POST", "/instances/fu_x/stop", "write"),
    ],
)
def test_each_thing_needs_its_scope(service: Service, ann: httpx.Client, method: str, path: str, scope: str) -> None:
    others = [each for each in ("read", "write", "render", "events", "keys") if each != scope]
    key = ann.post("/keys", json={"name": "x", "scopes": others, "rate": 1000}).json()["text"]
    with service.client(key) as client:
        body = {"text": LATER} if method == "PUT" else {}
        answer = client.request(method, path, json=None if method == "GET" else body)
    assert answer.status_code == 403


def test_two_at_once_make_one(service: Service, ann: httpx.Client) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def write(number: int) -> int:
        return ann.put(
            "/followups/race", json={"text": f'on = "order-paid"\n[[steps]]\nwait = "{number}h"\n'}
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(write, range(1, 9)))
    assert statuses == [200, *[412] * 7]
    ann.delete("/followups/race")
    assert dovetail(service.environment, "followups", "list").count("race") == 0
