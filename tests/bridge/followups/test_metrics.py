"""What Prometheus is told of the bridge: what is due, late, tried again and given up."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from dovetail.bridge.metrics import BridgeMetrics
from dovetail.bridge.store import queue
from dovetail.bridge.store.feeds import Place, keep
from dovetail.bridge.store.queue import Wanted
from dovetail.integrations.store.database import Database
from tests.bridge.followups.stage import BEGAN, Receiver, Stage


def told(database: Database, now: float) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(BridgeMetrics(database, lambda: now))
    lines = generate_latest(registry).decode().splitlines()
    found = {}
    for line in lines:
        if not line.startswith("#"):
            name, _, number = line.rpartition(" ")
            found[name.removeprefix("dovetail_bridge_")] = float(number)
    return found


def test_an_empty_database_has_numbers_too(database: Database) -> None:
    assert told(database, BEGAN) == {
        "events_total": 0.0, "feeds": 0.0, "feeds_failing": 0.0, "feed_age_seconds": 0.0
    }  # fmt: skip


def test_what_waits_is_late_tried_again_and_given_up(stage: Stage, receiver: Receiver) -> None:
    hook = f'[[steps]]\nwebhook = {{ url = "{receiver.url}", secrets = "HOOK_SECRET" }}\n'
    stage.write(told=f'on = "order-create"\n{hook}', later=f'on = "order-create"\n[[steps]]\nwait = "1h"\n{hook}')
    receiver.answers = [400, 503]
    stage.happen("order-create", "1")
    stage.pass_time()
    stage.happen("order-create", "2")
    stage.pass_time()
    with stage.database.write() as connection:
        queue.put(connection, "ours", [Wanted("read", "shop/order", BEGAN - 120, {})], BEGAN)
        keep(connection, Place("ours", "shop", "order", state="live", read_at=BEGAN - 120, reason="no"))
    found = told(stage.database, BEGAN)
    assert found["events_total"] == 2.0
    assert found['tasks{kind="step",state="dead"}'] == 1.0
    assert found['tasks{kind="step",state="retrying"}'] == 1.0
    assert found['tasks{kind="step",state="later"}'] == 3.0
    assert found['lag_seconds{kind="read"}'] == 120.0
    assert found['instances{state="failed"}'] == 1.0
    assert found['instances{state="waiting"}'] == 3.0
    assert found['deliveries{action="webhook",state="dead"}'] == 1.0
    assert found['delivery_attempts{action="webhook",state="waiting"}'] == 1.0
    assert (found["feeds"], found["feeds_failing"], found["feed_age_seconds"]) == (1.0, 1.0, 120.0)


def test_while_the_database_is_away_the_others_are_told(database: Database) -> None:
    registry = CollectorRegistry()
    registry.register(BridgeMetrics(database))
    with database.write() as connection:
        connection.exec_driver_sql("drop table task")
    assert generate_latest(registry) == b""
