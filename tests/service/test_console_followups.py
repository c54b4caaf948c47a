"""Events and follow-ups in the console: what happened, what it led to, why somebody got a mail, and what to do then."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from dovetail.bridge.store.feeds import Place, keep
from tests.bridge.happenings import Happenings
from tests.service.browsing import CHROMIUM, PATIENCE, Console, browser, console
from tests.service.conftest import Service

__all__ = ["browser", "console"]

pytestmark = [pytest.mark.external(CHROMIUM), pytest.mark.timeout(300)]

THANKS = """on = "order-paid"

[[steps]]
mail = { template = "thanks.tpl", subject = "Order {$trigger.id}" }
"""
LATER = 'on = "order-create"\n\n[[steps]]\nwait = "1h"\n'
REASON = "the mail server refused it: 550"


@pytest.fixture(scope="module")
def happenings(service: Service, ann: httpx.Client) -> Iterator[Happenings]:
    """A day in a shop: orders that came and were paid, thanks that were sent, and one that was refused."""
    database = service.database()
    made, chance, now = Happenings(database, "default"), random.Random(1), time.time()
    for name, text in (("thanks", THANKS), ("later", LATER)):
        assert ann.put(f"/followups/{name}", json={"text": text}).status_code == 200
    with database.write() as connection:
        keep(connection, Place("default", "mywebshop", "order", state="live", read_at=now - 20, swept_at=now - 9_000))
        keep(
            connection,
            Place("default", "mywebshop", "cart", read_at=now - 50, reason="the shop did not answer in 20 s"),
        )
    for number in range(36):
        at, key, person = now - 23 * 3_600 + number * 2_250, str(100 + number), f"person{number}@example.com"
        made.happen("order-create", key, at, person, grand_total=59.95)
        made.happen(chance.choice(["cart-change", "cart-create", "user-update", "product-change"]), key, at, person)
        if number % 3:
            made.send("thanks", made.happen("order-paid", key, at, person), at + 5)
    made.fail(
        "thanks", made.happen("order-paid", "900", now - 60, "refused@example.com", grand_total=12.5), now, REASON
    )
    yield made
    database.close()


def test_what_failed_is_seen_first_explained_and_tried_again(
    console: Console, happenings: Happenings, ann: httpx.Client
) -> None:
    page = console.page
    console.log_in(console.service.key())
    console.go("Follow-ups")
    failed = page.get_by_role("region", name="Failed")
    expect(failed).to_contain_text("Failed: 1", timeout=PATIENCE)
    expect(failed).to_contain_text(REASON)
    console.accessible()
    console.picture("followups")
    failed.get_by_role("link", name="thanks for refused@example.com").click()
    console.heading("thanks for refused@example.com")
    expect(page.get_by_role("region", name="What started it")).to_contain_text('"grand_total": 12.5')
    expect(page.get_by_text(f"given up: {REASON}")).to_be_visible()
    expect(page.get_by_role("region", name="Went out")).to_contain_text("mail")
    console.accessible()
    console.picture("instance")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status").filter(has_text="It is tried again.")).to_be_visible(timeout=PATIENCE)
    waiting = ann.get("/instances?person=refused@example.com&followup=thanks").json()["items"]
    assert [each["state"] for each in waiting] == ["waiting"]
    # It waits now, and may be stopped: asked first.
    page.get_by_role("button", name="Stop", exact=True).click()
    console.accessible()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Yes, stop it").click()
    expect(page.get_by_role("region", name="thanks")).to_contain_text("stopped by hand", timeout=PATIENCE)
    console.go("Follow-ups")
    expect(page.get_by_role("region", name="later")).to_contain_text("36 waiting", timeout=PATIENCE)
    expect(page.get_by_role("region", name="Failed")).to_have_count(0)


def test_a_chart_says_its_numbers_without_being_seen(console: Console, happenings: Happenings) -> None:
    page = console.page
    console.log_in(console.service.key())
    console.go("Follow-ups")
    chart = page.get_by_role("figure").filter(has=page.locator("figcaption", has_text="Ended"))
    told = chart.get_by_role("img", name="Ended")
    expect(told).to_have_accessible_description(re.compile("By the hour, over the last 24 hours. done: 24, "))
    chart.get_by_text("As a table").click()
    rows = chart.get_by_role("row")
    expect(rows).to_have_count(25, timeout=PATIENCE)
    done = [int(row.get_by_role("cell").first.inner_text()) for row in rows.all()[1:]]
    # As many bars as there are hours with something in them, and as many numbers as the key says.
    assert (sum(done), len([each for each in done if each])) == (24, chart.locator("rect.done").count())
    console.accessible()


def test_orders_and_people_are_found_across_follow_ups(console: Console, happenings: Happenings) -> None:
    page = console.page
    console.log_in(console.service.key())
    for wanted, heading in (("101", "order/101"), ("person1@example.com", "person1@example.com")):
        console.go("Follow-ups")
        page.get_by_role("searchbox").fill(wanted)
        page.keyboard.press("Enter")
        console.heading(heading)
        done = page.get_by_role("region", name="What was done")
        expect(done.get_by_role("listitem")).to_have_count(2, timeout=PATIENCE)
        expect(done.get_by_role("link", name="later for person1@example.com")).to_be_visible()
        happened = page.get_by_role("region", name="What happened")
        expect(happened.get_by_text("order-paid")).to_be_visible()
    console.accessible()
    console.picture("found")
    happened.get_by_text("order-paid").click()
    expect(happened.get_by_role("link", name="thanks for person1@example.com")).to_be_visible(timeout=PATIENCE)


def test_events_come_by_themselves_and_what_is_open_stays_open(
    console: Console, happenings: Happenings, ann: httpx.Client
) -> None:
    page = console.page
    console.log_in(console.service.key())
    console.go("Events")
    expect(page.get_by_role("region", name="What is read")).to_contain_text("the shop did not answer in 20 s")
    listed = page.get_by_role("region", name="What happened")
    expect(listed.locator("details")).to_have_count(50, timeout=PATIENCE)
    listed.get_by_role("button", name="Show more").click()
    expect(listed.get_by_role("button", name="Show more")).to_have_count(0, timeout=PATIENCE)
    assert listed.locator("details").count() >= 97
    page.get_by_label("Type").fill("order-paid")
    page.get_by_label("E-mail address").fill("person4@example.com")
    page.keyboard.press("Tab")
    expect(listed.locator("details")).to_have_count(1, timeout=PATIENCE)
    listed.get_by_text("order-paid").click()
    expect(listed.get_by_role("link", name="thanks for person4@example.com")).to_be_visible(timeout=PATIENCE)
    expect(listed).to_contain_text('"id": "104"')
    console.accessible()
    console.picture("events")
    happenings.happen("order-paid", "999", time.time(), "person4@example.com")
    happenings.happen("order-paid", "998", time.time(), "somebody@example.com")
    expect(listed.locator("details")).to_have_count(2, timeout=PATIENCE)
    expect(listed.locator("details").first).to_contain_text("order/999")
    expect(listed.get_by_role("link", name="thanks for person4@example.com")).to_be_visible()


def test_a_follow_up_is_written_tried_paused_and_removed(
    console: Console, happenings: Happenings, ann: httpx.Client
) -> None:
    page = console.page
    console.log_in(console.service.key())
    console.go("Follow-ups")
    page.get_by_label("Name").fill("reminder")
    page.get_by_role("button", name="New follow-up").click()
    console.heading("reminder")
    area = page.get_by_role("textbox", name="reminder")
    area.fill('on = "order-payed"\n\n[[steps]]\nwait = "soon"\n')
    page.get_by_role("button", name="Save", exact=True).click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("line 1 there is no event `order-payed`", timeout=PATIENCE)
    told.get_by_role("button", name="line 4").click()
    expect(area).to_be_focused()
    assert page.evaluate("getSelection().toString()") == 'wait = "soon"'
    console.accessible()
    console.picture("faults")
    # Not saved, and not lost; nor is it when one looks elsewhere.
    console.go("Trail")
    page.goto(f"{console.service.url}/#/followups/reminder")
    expect(page.get_by_text("What you wrote here is not saved yet.")).to_be_visible(timeout=PATIENCE)
    expect(area).to_have_value(re.compile("order-payed"))
    area.fill(THANKS)
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text(re.compile("something would go out or change for 20"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("mail thanks.tpl to person35@example.com: Order 135")).to_be_visible()
    assert ann.get("/followups/reminder").status_code == 404
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible(timeout=PATIENCE)
    console.accessible()
    console.picture("followup")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=PATIENCE)
    assert ann.get("/followups/reminder").json()["paused"]
    # Of two who write, neither is lost unasked.
    revision = ann.get("/followups/reminder").headers["ETag"]
    assert ann.put("/followups/reminder", json={"text": LATER}, headers={"If-Match": revision}).status_code == 200
    area.fill(THANKS + "# mine\n")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Somebody else saved this follow-up meanwhile.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Take theirs").click()
    expect(area).to_have_value(LATER)
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Yes, remove it").click()
    console.heading("Follow-ups")
    expect(page.get_by_role("region", name="reminder")).to_have_count(0)
    assert ann.get("/followups/reminder").status_code == 404


@pytest.mark.parametrize(
    "settings", [{"color_scheme": "dark"}, {"viewport": {"width": 400, "height": 800}}, {"locale": "nl-NL"}]
)
def test_it_is_for_everybody(
    browser: Browser, service: Service, happenings: Happenings, ann: httpx.Client, settings: dict[str, Any]
) -> None:
    console = Console(browser, service, **settings)
    dutch = "locale" in settings
    console.page.get_by_label("API-sleutel" if dutch else "API key").fill(service.key())
    console.page.keyboard.press("Enter")
    instance = ann.get("/instances?followup=thanks&state=done").json()["items"][0]
    for path, heading in (
        ("events", "Gebeurtenissen" if dutch else "Events"),
        ("followups", "Opvolgingen" if dutch else "Follow-ups"),
        ("followups/thanks", "thanks"),
        (f"instances/{instance['id']}", f"thanks {'voor' if dutch else 'for'} {instance['person']}"),
        ("find/subject/order%2F104", "order/104"),
    ):
        console.page.goto(f"{service.url}/#/{path}")
        console.heading(heading)
        assert console.page.evaluate("document.activeElement.tagName") == "H1"
        console.accessible()
        console.picture(f"{path.split('/')[0]}-{path.count('/')}-{'-'.join(map(str, settings))}")
        assert console.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    console.context.close()
    assert not console.faults, console.faults


def test_what_others_wrote_does_nothing(console: Console, ann: httpx.Client, happenings: Happenings) -> None:
    evil = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
    told = ann.post("/events/our/evil", json={"email": f"{evil}@example.com", "id": evil, evil: evil})
    assert told.status_code == 202
    page = console.page
    console.log_in(console.service.key())
    console.go("Events")
    page.get_by_role("region", name="What happened").get_by_text("our-evil").click(timeout=PATIENCE)
    expect(page.get_by_role("region", name="Its data")).to_contain_text(
        "<img src=x onerror=alert(1)>", timeout=PATIENCE
    )
    page.get_by_role("link", name=re.compile("@example.com")).first.click()
    console.heading(f"{evil}@example.com".lower())
    assert page.locator("main img, main script").count() == 0
