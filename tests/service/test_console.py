"""The console in a real browser: what a newcomer does with it, for everybody, and against everybody."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.doubles.shop import Shop
from tests.service.browsing import CHROMIUM, PATIENCE, Console, browser, console
from tests.service.conftest import Service, connected

__all__ = ["browser", "console"]

EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"

pytestmark = [pytest.mark.external(CHROMIUM), pytest.mark.timeout(300)]


def test_a_newcomer_connects_a_shop_writes_a_mail_and_sends_it(
    console: Console, service_shop: Shop, ann: httpx.Client, tmp_path: Path
) -> None:
    service_shop.clear()
    product = service_shop.dump("products", 123456, store=1)["name"]
    page = console.page
    console.accessible()
    console.log_in(console.service.key())
    page.get_by_role("link", name="Add an integration").click()
    console.heading("Add an integration")
    # What is missing is said where it is missing.
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).not_to_be_empty(timeout=PATIENCE)
    page.get_by_label("Identifier").fill("newshop")
    page.get_by_label("url (needed)").fill(service_shop.url)
    page.get_by_label("store", exact=True).fill("nl")
    for name, text in service_shop.oauth.items():
        page.get_by_label(name, exact=True).fill(text)
    page.get_by_text("More settings").click()
    page.get_by_label("allow_private_addresses").check()
    console.accessible()
    console.picture("form")
    page.get_by_role("button", name="Save", exact=True).click()
    console.heading("Integrations")
    page.get_by_role("button", name="Test the connection").first.click()
    expect(page.get_by_text("All is well.")).to_be_visible(timeout=PATIENCE)
    console.accessible()
    console.picture("integrations")

    console.go("Templates")
    page.get_by_label("Name").fill("spring.tpl")
    page.get_by_role("button", name="New template").click()
    console.heading("spring.tpl")
    page.locator("#editor .monaco-editor").first.wait_for(timeout=PATIENCE)
    page.locator("#editor .view-lines").first.click()
    page.keyboard.type("Dear {$profile.firstname}, look: {$newshop.product." + product[:8].lower(), delay=60)
    wanted = page.locator(".suggest-widget.visible .monaco-list-row").filter(has_text=product)
    for _ in range(30):
        if wanted.count():
            break
        page.keyboard.type(" ")
        page.keyboard.press("Backspace")
        page.wait_for_timeout(1000)
    wanted.first.click(timeout=PATIENCE)
    page.keyboard.type(".name")
    page.keyboard.press("Escape")
    preview = page.frame_locator("iframe")
    expect(preview.locator("body")).to_contain_text(f"Dear Ann, look: {product}", timeout=PATIENCE)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible(timeout=PATIENCE)
    console.accessible()
    console.picture("template")

    console.go("Mailings")
    people = "firstname,email\n" + "".join(f"Person {n},p{n}@example.org\n" for n in range(200))
    table = tmp_path / "people.csv"
    table.write_text(people)
    page.get_by_label("Template").select_option("spring.tpl")
    page.get_by_label("CSV file").set_input_files(table)
    expect(page.get_by_label("Recipients")).to_have_value(people, timeout=PATIENCE)
    page.get_by_role("button", name="Start a mailing").click()
    mailing = page.get_by_role("region", name="spring.tpl").first
    expect(mailing).to_contain_text("done · 200 of 200 written", timeout=PATIENCE)
    console.accessible()
    console.picture("mailings")
    with page.expect_download(timeout=PATIENCE) as download:
        mailing.get_by_role("button", name="Download the mails").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 200
        assert archive.read(archive.namelist()[7]).decode().startswith("Dear Person 7, look: ")

    console.go("API keys")
    page.get_by_label("Name").fill("Our webshop")
    page.get_by_label("render").check()
    page.get_by_role("button", name="Make a key").click()
    secret = page.locator("#new-key")
    expect(secret).to_contain_text("dvt_", timeout=PATIENCE)
    text = secret.inner_text()
    with console.service.client(text) as client:
        assert client.post("/render", json={"source": "x"}).status_code == 200
        page.get_by_role("region", name="Our webshop").get_by_role("button", name="Revoke").click()
        page.get_by_role("button", name="Yes, revoke it").click()
        expect(page.get_by_role("region", name="Our webshop")).to_contain_text("revoked", timeout=PATIENCE)
        assert client.post("/render", json={"source": "x"}).status_code == 401
    console.accessible()
    console.go("Trail")
    expect(page.get_by_role("cell", name="integration.create newshop")).to_be_visible(timeout=PATIENCE)
    console.accessible()
    console.go("Integrations")
    page.get_by_role("region", name="newshop").get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Yes, remove it").click()
    expect(page.get_by_text("newshop")).to_have_count(0, timeout=PATIENCE)


def test_a_wrong_key_is_told_and_forgotten(console: Console) -> None:
    page = console.page
    page.get_by_label("API key").fill("dvt_aaaaaaaa_" + "b" * 43)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("This key is wrong, expired or revoked.")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("sessionStorage.length") == 0
    assert page.evaluate("document.cookie") == ""


def test_of_two_who_write_one_template_neither_is_lost_unasked(console: Console, ann: httpx.Client) -> None:
    ann.put("/templates/both.tpl", json={"text": "first"})
    page = console.page
    console.log_in(console.service.key())
    for choice, wanted in (("Take theirs", "theirs 1"), ("Write mine over it", "mine")):
        page.goto(f"{console.service.url}/#/templates")
        console.heading("Templates")
        page.goto(f"{console.service.url}/#/templates/both.tpl")
        console.heading("both.tpl")
        page.locator("#editor .view-lines").first.click(timeout=PATIENCE)
        page.keyboard.press("Control+a")
        page.keyboard.type("mine")
        revision = ann.get("/templates/both.tpl").headers["ETag"]
        theirs = "theirs 1" if choice == "Take theirs" else "theirs 2"
        assert ann.put("/templates/both.tpl", json={"text": theirs}, headers={"If-Match": revision}).status_code == 200
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Somebody else saved this template meanwhile.")).to_be_visible(timeout=PATIENCE)
        console.picture("two-writers")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("button", name=choice, exact=True)).to_be_visible(timeout=PATIENCE)
        assert ann.get("/templates/both.tpl").json()["text"] == theirs
        page.get_by_role("button", name=choice, exact=True).click()
        expect(page.locator("#editor .view-line").first).to_have_text(wanted, timeout=PATIENCE)
        if choice == "Write mine over it":
            expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible(timeout=PATIENCE)
        assert ann.get("/templates/both.tpl").json()["text"] == wanted


def test_what_was_written_is_still_there_when_one_comes_back(console: Console, ann: httpx.Client) -> None:
    ann.put("/templates/draft.tpl", json={"text": "saved"})
    page = console.page
    console.log_in(console.service.key())
    for choice in ("Back to what is saved", "Save"):
        page.goto(f"{console.service.url}/#/templates/draft.tpl")
        console.heading("draft.tpl")
        page.locator("#editor .view-lines").first.click(timeout=PATIENCE)
        page.keyboard.press("Control+a")
        page.keyboard.type("not saved")
        console.go("API keys")
        page.goto(f"{console.service.url}/#/templates/draft.tpl")
        expect(page.get_by_text("What you wrote here is not saved yet.")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#editor .view-line").first).to_have_text("not saved", timeout=PATIENCE)
        assert ann.get("/templates/draft.tpl").json()["text"] == "saved"
        page.get_by_role("button", name=choice, exact=True).click()
        wanted = "not saved" if choice == "Save" else "saved"
        expect(page.locator("#editor .view-line").first).to_have_text(wanted, timeout=PATIENCE)
        if choice == "Save":
            expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible(timeout=PATIENCE)
        assert ann.get("/templates/draft.tpl").json()["text"] == wanted
        console.go("API keys")
        page.goto(f"{console.service.url}/#/templates/draft.tpl")
        expect(page.locator("#editor .view-line").first).to_have_text(wanted, timeout=PATIENCE)
        expect(page.get_by_text("What you wrote here is not saved yet.")).to_have_count(0)


def test_settings_are_changed_and_credentials_that_are_not_named_stay(
    console: Console, ann: httpx.Client, service_shop: Shop
) -> None:
    made = connected(ann, service_shop, "changed")
    assert made.status_code == 201, made.text
    page = console.page
    console.log_in(console.service.key())
    page.get_by_role("region", name="changed").get_by_role("link", name="Change").click()
    console.heading("Change an integration: changed")
    console.accessible()
    console.picture("change")
    store = page.get_by_label("store", exact=True)
    expect(store).to_have_value("nl")
    store.fill("not a store!")
    store.fill("en")
    page.get_by_role("button", name="Save", exact=True).click()
    console.heading("Integrations")
    now = ann.get("/integrations/changed").json()
    assert now["settings"] == {**made.json()["settings"], "store": "en"}
    assert now["secrets"] == made.json()["secrets"]
    assert ann.post("/integrations/changed/check").json()["findings"][0]["ok"]


def test_a_key_for_one_integration(console: Console, ann: httpx.Client, service_shop: Shop) -> None:
    connected(ann, service_shop, "onlythis")
    page = console.page
    console.log_in(console.service.key())
    console.go("API keys")
    page.get_by_label("Name").fill("For one")
    page.get_by_label("read", exact=True).check()
    page.get_by_label("onlythis", exact=True).check()
    console.picture("one-integration")
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_role("region", name="For one")).to_contain_text("onlythis", timeout=PATIENCE)
    text = page.locator("#new-key").text_content(timeout=PATIENCE) or ""
    with console.service.client(text) as client:
        assert [each["identifier"] for each in client.get("/integrations").json()["items"]] == ["onlythis"]
    page.get_by_role("region", name="For one").get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("region", name="For one")).to_contain_text("lives")


def test_what_others_wrote_does_nothing(console: Console, ann: httpx.Client) -> None:
    ann.post("/keys", json={"name": EVIL, "scopes": ["read"]})
    ann.put(
        "/templates/evil.tpl",
        json={"text": f"{EVIL}{{$profile.x nofilter}}<script>parent.document.title='run'</script>"},
    )
    page = console.page
    console.log_in(console.service.key())
    page.evaluate(
        "text => localStorage.setItem('dovetail.sample', text)", '{"profile": {"x": "<script>top.alert(3)</script>"}}'
    )
    console.go("API keys")
    expect(page.get_by_text(EVIL).first).to_be_visible(timeout=PATIENCE)
    page.goto(f"{console.service.url}/#/templates/evil.tpl")
    console.heading("evil.tpl")
    expect(page.frame_locator("iframe").locator("img")).to_have_count(1, timeout=PATIENCE)
    page.goto(f"{console.service.url}/#/templates/{'%3Cimg src=x onerror=alert(4)%3E'}")
    page.wait_for_timeout(500)
    assert "run" not in page.title()
    # The policy stops the scripts of the mail, and the browser says so.
    console.faults[:] = [
        fault
        for fault in console.faults
        if "Blocked script execution" not in fault and "Content Security Policy" not in fault
    ]


@pytest.mark.parametrize(
    "settings", [{"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 700}}, {"locale": "nl-NL"}]
)
def test_it_is_for_everybody(browser: Browser, service: Service, settings: dict[str, Any]) -> None:
    console = Console(browser, service, **settings)
    dutch = "locale" in settings
    console.page.get_by_label("API-sleutel" if dutch else "API key").fill(service.key())
    # By the keyboard alone.
    console.page.keyboard.press("Enter")
    for name, heading in (
        ("integrations", "Integraties" if dutch else "Integrations"),
        ("keys", "API-sleutels" if dutch else "API keys"),
    ):
        console.page.goto(f"{service.url}/#/{name}")
        console.heading(heading)
        assert console.page.evaluate("document.activeElement.tagName") == "H1"
        console.accessible()
        console.picture(f"{name}-{'-'.join(str(value) for value in settings.values())[:12].replace(' ', '')}")
        assert console.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert console.page.evaluate("document.documentElement.lang") == ("nl" if dutch else "en")
    console.context.close()
    assert not console.faults


def test_pages_come_under_a_policy_and_no_other_file_comes(service: Service) -> None:
    with httpx.Client(base_url=service.url, trust_env=False) as client:
        page = client.get("/")
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        for path in (
            "/console/../app.py",
            "/console/%2e%2e/app.py",
            "/console/..%2fapp.py",
            "/editor/..%2f..%2fserver.py",
            "/console/x/main.js",
            "/console/",
        ):
            assert client.get(path).status_code in (404, 405), path
