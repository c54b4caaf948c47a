"""Requests at the same time: as many as the policy says, whoever sends them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dovetail import Environment, Mailing
from dovetail.engine.rendered import Rendered
from dovetail.providers.connections import Connections
from dovetail.providers.kinds import Integration, Policy
from dovetail.providers.lanes import Lanes
from dovetail.providers.registry import kind
from tests.doubles.shop import Shop
from tests.providers.station import Reply, Station, Things, asking, connected, thing, value

ROOT = Path(__file__).parents[2]


def test_threads_event_loops_and_mailings_of_one_process_share_one_limit(station: Station) -> None:
    things = Things(station.url)
    # Some take long enough for others to be under way beside them, however busy the machine is.
    for number in range(0, 150, 10):
        for name in "abcxyz":
            station.script(f"{name}{number}", Reply(delay=0.05))
    with Connections([connected(things, concurrency=3)]) as connections:

        def blocking(name: str) -> None:
            connections.run(asking(*(thing(f"{name}{number}") for number in range(150))))

        async def awaiting() -> None:
            await asyncio.gather(
                *(connections.run_async(asking(*(thing(f"{name}{number}") for number in range(50)))) for name in "xyz")
            )

        threads = [threading.Thread(target=blocking, args=(name,)) for name in "abc"]
        threads.append(threading.Thread(target=lambda: asyncio.run(awaiting())))
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert len(station.seen) == 600
    assert station.busiest == 3


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with Shop(profile="strict", products=20, customers=200, orders=200, carts=2000) as shop:
        yield shop


def test_a_mailing_of_thousands_has_no_more_in_flight_than_configured(shop: Shop) -> None:
    shop.clear()
    shop.fault(kind="latency", ms=5)
    provider = kind("magento2").make("mywebshop", shop.settings())
    policy = Policy(allow_private_addresses=True, concurrency=4)
    people = [{"profile": {"cart": number}} for number in range(1, 2001)]
    with Environment(integrations=[Integration(provider, policy)], cache_folder=None) as environment:
        template = environment.from_string("{$mywebshop.cart[$profile.cart].total}")
        mails = [mail for mail in Mailing(template).render_many(people) if isinstance(mail, Rendered)]
    stats = shop.control("stats")
    assert len(mails) == len(people)
    # A total is a request of its own for each cart.
    assert len(shop.log()) > 1500
    assert stats["peak_concurrency"] == 4


PROGRAM = """
import sys
from pathlib import Path
from dovetail.providers.connections import Connections
from tests.providers.station import Things, asking, connected, thing
url, name, folder = sys.argv[1:]
with Connections([connected(Things(url), concurrency=2)], cache_folder=Path(folder)) as connections:
    connections.run(asking(*(thing(f"{name}{number}") for number in range(60))))
"""


@pytest.mark.skipif(os.name == "nt", reason="processes of Windows count alone")
def test_processes_share_one_limit_too(station: Station, tmp_path: Path) -> None:
    for name in "abc":
        for number in range(60):
            station.script(f"{name}{number}", Reply(delay=0.01))
    workers = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, station.url, name, str(tmp_path)], cwd=ROOT) for name in "abc"
    ]
    assert [each.wait(60) for each in workers] == [0, 0, 0]
    assert len(station.seen) == 180
    assert station.busiest == 2


@pytest.mark.skipif(os.name == "nt", reason="processes of Windows count alone")
def test_a_process_that_is_killed_leaves_its_lane_to_others(station: Station, tmp_path: Path) -> None:
    station.script("k0", Reply(delay=30.0))
    station.script("k1", Reply(delay=30.0))
    worker = subprocess.Popen([sys.executable, "-c", PROGRAM, station.url, "k", str(tmp_path)], cwd=ROOT)
    while len(station.seen) < 2:
        assert worker.poll() is None
    worker.kill()
    worker.wait(10)
    with Connections([connected(Things(station.url), concurrency=2)], cache_folder=tmp_path) as connections:
        assert value(connections.run(asking(thing("a"))), thing("a")) == "fine"


def test_where_no_lock_can_be_had_each_process_counts_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    lanes = Lanes(tmp_path / "file", "shop", 2)

    async def twice() -> None:
        async with lanes.lane(), lanes.lane(), lanes.lane():
            pass

    asyncio.run(asyncio.wait_for(twice(), 5))
    lanes.close()
