"""Follow-ups of accounts run beside the service: with the account's own shop, templates and secrets, and no others'."""

from __future__ import annotations

import email
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from dovetail.bridge.store import versions
from dovetail.integrations.store.database import Database
from tests.bridge.actions.test_webhook import Receiver
from tests.doubles.shop import Shop
from tests.service.conftest import Service, connected, dovetail

MAIL = '[[steps]]\nmail = { template = "welcome.tpl", subject = "Hello {$trigger.firstname}" }\n'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("beside")
    made = Service(folder, ("--allow-private-addresses", "--out", str(folder / "sent")))
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def database(running: Service) -> Iterator[Database]:
    made = Database(f"sqlite:///{running.folder / 'data' / 'dovetail' / 'accounts.sqlite'}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def ann(running: Service) -> Iterator[httpx.Client]:
    with running.client(running.first_key) as client:
        yield client


@pytest.fixture(scope="module")
def bob(running: Service) -> Iterator[httpx.Client]:
    account = dovetail(running.environment, "database", "add-account", "Bob's shop")
    with running.client(running.key(account=account)) as client:
        client.headers["x-account"] = account
        yield client


def put(database: Database, account: str, name: str, text: str) -> None:
    with database.write() as connection:
        versions.put(connection, account, name, text, time.time())


def mails(running: Service) -> list[EmailMessage]:
    paths = sorted((running.folder / "sent").glob("*.eml"))
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def eventually(found: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_an_event_of_an_account_becomes_its_own_mail(
    running: Service, ann: httpx.Client, bob: httpx.Client, database: Database
) -> None:
    for client, whose in ((ann, "Ann"), (bob, "Bob")):
        assert client.put("/templates/welcome.tpl", json={"text": f"<p>From {whose}</p>"}).status_code in (200, 201)
    put(database, "default", "welcome", f'on = "user-register"\n{MAIL}')
    put(database, bob.headers["x-account"], "welcome", f'on = "user-register"\n{MAIL}')
    for client, person in ((ann, "one@example.com"), (bob, "two@example.com")):
        told = client.post("/events/user/register", json={"email": person, "firstname": person[:3]})
        assert told.status_code in (200, 201, 202), told.text
    eventually(lambda: len(mails(running)) == 2)
    found = {mail["To"]: mail for mail in mails(running)}
    assert "From Ann" in str(found["one@example.com"].get_body(("html",)))
    assert "From Bob" in str(found["two@example.com"].get_body(("html",)))
    assert found["two@example.com"]["Subject"] == "Hello two"
    # A template that is changed is written from then on.
    tag = ann.get("/templates/welcome.tpl").headers["etag"]
    changed = ann.put("/templates/welcome.tpl", json={"text": "<p>New words</p>"}, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    ann.post("/events/user/register", json={"email": "three@example.com", "firstname": "Three"})
    eventually(lambda: len(mails(running)) == 3)
    assert any("New words" in str(mail.get_body(("html",))) for mail in mails(running))


def test_a_webhook_is_signed_with_the_accounts_own_secret(
    running: Service, ann: httpx.Client, bob: httpx.Client, database: Database
) -> None:
    receiver = Receiver()
    try:
        secret = ann.put("/secrets/CRM", json={}).json()["secret"]
        hook = f'[[steps]]\nwebhook = {{ url = "{receiver.url}", secrets = ["CRM"] }}\n'
        put(database, "default", "told", f'on = "invoice-paid"\n{hook}')
        put(database, bob.headers["x-account"], "told", f'on = "invoice-paid"\n{hook}')
        for client in (ann, bob):
            told = client.post("/events/invoice/paid", json={"email": "one@example.com", "id": 17})
            assert told.status_code in (200, 201, 202), told.text
        eventually(lambda: len(receiver.got) == 1)
        _, headers, body = receiver.got[0]
        assert Webhook(secret).verify(body, headers)["type"] == "invoice-paid"
        # Bob has no secret of that name, nor is one of the process's variables taken for it.
        time.sleep(1.0)
        assert len(receiver.got) == 1
    finally:
        receiver.close()


def test_secrets_are_put_listed_and_removed_and_never_told_again(ann: httpx.Client, bob: httpx.Client) -> None:
    made = ann.put("/secrets/ONE", json={"secret": "whsec_" + "YWJj" * 10})
    assert made.json()["secret"].startswith("whsec_")
    listed = ann.get("/secrets").json()["items"]
    assert "ONE" in {each["name"] for each in listed}
    assert not [each for each in listed if each["secret"]]
    assert bob.get("/secrets").json()["items"] == []
    assert bob.delete("/secrets/ONE").status_code == 404
    assert ann.put("/secrets/ONE", json={"secret": "not a secret of this kind, but long"}).status_code == 422
    assert ann.put("/secrets/1-2", json={}).status_code == 422
    assert ann.delete("/secrets/ONE").status_code == 204
    assert "YWJj" not in ann.get("/audit").text


def test_a_shop_of_an_account_with_follow_ups_is_read(
    running: Service, ann: httpx.Client, database: Database, service_shop: Shop
) -> None:
    service_shop.clear()
    assert connected(ann, service_shop).status_code == 201
    put(database, "default", "welcome", f'on = "user-register"\n{MAIL}')

    def watched() -> bool:
        from dovetail.bridge.store.feeds import places

        with database.read() as connection:
            return any(each.state == "live" for each in places(connection, "default"))

    eventually(watched, 60.0)


def test_prometheus_is_told_by_the_service_and_by_workers(running: Service) -> None:
    assert "dovetail_bridge_events_total" in httpx.get(f"{running.url}/metrics", trust_env=False).text
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["followups", "run", "--accounts", "--out", str(running.folder / "more"), "--metrics", str(port)]
    worker = subprocess.Popen(
        [sys.executable, "-m", "dovetail", *command], env={**os.environ, **running.environment}, stdout=subprocess.PIPE
    )
    try:

        def told() -> bool:
            try:
                return "dovetail_bridge_lag_seconds" in httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).text
            except httpx.TransportError:
                return False

        eventually(told)
    finally:
        worker.send_signal(signal.SIGINT)
        worker.communicate(timeout=30)
    assert worker.returncode in (0, 1, 130)


def test_the_process_ends_in_an_orderly_way(tmp_path: Path) -> None:
    made = Service(tmp_path, ("--out", str(tmp_path / "sent")))
    made.start()
    made.stop()
    assert "Error" not in made.log
    assert "Traceback" not in made.log
