"""Follow-ups publish to a broker: under one key, when it is back, and only where they may."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from dovetail.bridge.actions.folder import Folder
from dovetail.bridge.actions.outcome import Undelivered
from dovetail.bridge.followups.followup import Publish
from dovetail.bridge.outlet import AccountTexts, Sending
from dovetail.integrations.environment import Environment
from dovetail.integrations.store.database import Database
from tests.bridge.followups.stage import Stage
from tests.brokers import NatsServer

TELL = """
on = "order-paid"
[[steps]]
publish = { broker = "EVENTS_BROKER", subject = "shop.orders.{$trigger.type}" }
"""


@pytest.mark.external("nats-server")
def test_a_followup_publishes_once_the_server_is_back(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = NatsServer()
    asyncio.run(server.add_stream())
    server.stop()
    monkeypatch.setenv("EVENTS_BROKER", server.url)
    stage = Stage(database, tmp_path)
    try:
        stage.write(tell=TELL)
        event = stage.happen("order-paid", grand_total=5)
        stage.pass_time()
        assert stage.story("tell", event) == ["began", "not taken: 127.0.0.1 cannot be reached"]
        server.start()
        stage.pass_time(6)
        assert stage.story("tell", event)[-1] == "publish went out"
        assert stage.instance("tell", event).state == "done"
        [(subject, headers, body)] = asyncio.run(server.stored())
        found = stage.instance("tell", event)
        assert (subject, headers["Nats-Msg-Id"]) == ("shop.orders.order-paid", f"{found.id}-1")
        told = json.loads(body)
        assert (told["specversion"], told["id"], told["followup"]) == ("1.0", event.id, "tell")
        assert told["data"] == {"email": "ann@example.com", "grand_total": 5}
        [rehearsed] = asyncio.run(stage.bridge.rehearse("tell", tmp_path / "followups" / "tell.toml", [event]))
        assert (rehearsed.lines, rehearsed.acts) == (["publish to shop.orders.order-paid"], True)
    finally:
        stage.close()
        server.close()


def test_a_broker_that_nobody_named_fails_its_instance(database: Database, tmp_path: Path) -> None:
    assert "EVENTS_BROKER" not in os.environ
    stage = Stage(database, tmp_path)
    stage.write(tell=TELL)
    event = stage.happen("order-paid")
    stage.pass_time()
    found = stage.instance("tell", event)
    assert (found.state, found.reason) == ("failed", "there is no address of a broker in EVENTS_BROKER")
    stage.close()


@pytest.mark.asyncio
async def test_accounts_of_a_service_do_not_publish(tmp_path: Path) -> None:
    def asked(name: str) -> str:
        raise AssertionError(name)

    with Environment(cache_folder=None) as environment:
        texts = AccountTexts(environment, environment)
        sending = Sending(texts, Folder(tmp_path), "shop@example.com", secret=asked, calls=False)
        with pytest.raises(Undelivered) as caught:
            await sending.publish(Publish("EVENTS_BROKER", "shop"), "shop", {"subject": "order/1"}, "fu_1-1")
    assert (caught.value.again, caught.value.reason) == (False, "nothing is published to brokers here")
