"""`python -m tests.bridge.killing URL RUNS [WORKERS]`: the whole pipe killed at any moment, and what comes of it.

Workers (`dovetail followups run`) read a shop in which orders are placed, and tell each order to a receiver, in two steps
with a wait between them. One of them is killed (SIGKILL) after a random time and another started in its place, RUNS
times. At the end each order must have reached the receiver at least once for each step, by its key exactly once, and no
instance may be left behind.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dovetail.bridge.store import instances, log
from dovetail.integrations.store.database import Database
from tests.bridge.followups.conftest import SECRET
from tests.bridge.followups.stage import Receiver
from tests.doubles.shop import Shop

FOLLOWUP = """
on = "order-create"
[[steps]]
name = "first"
webhook = {{ url = "{url}", secrets = "HOOK_SECRET" }}
[[steps]]
wait = "1s"
[[steps]]
name = "second"
webhook = {{ url = "{url}", secrets = "HOOK_SECRET" }}
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was killed, and what came of it."""

    kills: int
    orders: int
    effects: int
    again: int


def kill(url: str, runs: int, workers: int, seed: int) -> Outcome:
    """Kill workers; raises AssertionError for what was lost, or came twice under two keys."""
    chance, receiver = random.Random(seed), Receiver()
    with (
        tempfile.TemporaryDirectory() as name,
        Shop(profile="2.4.8", products=20, customers=10, orders=5, carts=5) as shop,
    ):
        folder = Path(name)
        shop.control("config", {"integration_bearer": True})
        (folder / "dovetail.toml").write_text(
            f'[integrations.mywebshop]\nkind = "magento2"\nurl = "{shop.url}"\nstore = "nl"\n'
            'token = { env = "SHOP_TOKEN" }\nallow_private_addresses = true\n'
        )
        (folder / "followups").mkdir()
        (folder / "followups" / "tell.toml").write_text(FOLLOWUP.format(url=receiver.url))
        environment = {
            **os.environ, "SHOP_TOKEN": shop.oauth["access_token"], "HOOK_SECRET": SECRET,
            "DOVETAIL_DATABASE": url, "DOVETAIL_CACHE": str(folder / "cache"),
        }  # fmt: skip

        def start() -> subprocess.Popen[bytes]:
            options = ("--out", "sent", "--every", "0.3s", "--allow-private-addresses")
            with (folder / "log").open("ab") as output:
                return subprocess.Popen(
                    [sys.executable, "-m", "dovetail", "followups", "run", *options, "--lease", "2s"],
                    cwd=folder, env=environment, stdout=output, stderr=output,
                )  # fmt: skip

        Database(url, upgrade=True).close()
        running = [start()]
        looked = Database(url)
        try:
            until(lambda: live(looked), 60, folder)
            running += [start() for _ in range(workers - 1)]
            placed = list[int]()
            for _ in range(runs):
                placed += [shop.control("op/place_order", {})["order_id"] for _ in range(3)]
                time.sleep(0.3 + chance.random() * 1.2)
                at = chance.randrange(len(running))
                running[at].kill()
                running[at].wait()
                running[at] = start()
            until(lambda: finished(looked, len(placed)), 120, folder)
        finally:
            for each in running:
                each.kill()
                each.wait()
        with looked.read() as connection:
            events = log.find(connection, "default", types=["order-create"], limit=1_000_000)
            counts = instances.counts(connection, "default")
        looked.close()
    receiver.close()
    assert Counter(each.event.subject for each in events) == Counter(f"order/{key}" for key in placed)
    assert counts == {("tell", "done"): len(placed)}, counts
    keys = Counter(receiver.keys())
    assert len(keys) == 2 * len(placed), (len(keys), len(placed))
    told = Counter((body["subject"], key.rpartition("-")[2]) for key, body in dict(receiver.got).items())
    assert set(told.values()) == {1}
    return Outcome(runs, len(placed), len(keys), sum(keys.values()) - len(keys))


def live(database: Database) -> bool:
    """Whether the first look at everything is over."""
    from dovetail.bridge.store.feeds import places

    with database.read() as connection:
        found = places(connection, "default")
    return len(found) == 4 and all(each.state == "live" for each in found)


def finished(database: Database, orders: int) -> bool:
    """Whether each order has had both its steps."""
    with database.read() as connection:
        return instances.counts(connection, "default").get(("tell", "done"), 0) >= orders


def until(holds: object, seconds: float, folder: Path) -> None:
    """Wait; raises AssertionError with the workers' output when it takes too long."""
    assert callable(holds)
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, (folder / "log").read_text()[-3000:]
        time.sleep(0.2)


def main() -> None:
    workers = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    made = kill(sys.argv[1], int(sys.argv[2]), workers, 1)
    print(
        f"{made.kills} kills, {made.orders} orders, {made.effects} effects, none lost, none under two keys; "
        f"{made.again} were sent once more"
    )


if __name__ == "__main__":
    main()
