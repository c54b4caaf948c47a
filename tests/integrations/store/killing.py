"""`python -m tests.integrations.store.killing URL RUNS`: writers that are killed at any moment, and what they leave.

A writer makes, changes and removes integrations and keys as fast as it can, and says on its output what is done, after it
is done. It is killed (SIGKILL) after a random time; then the database is opened again, as the service would, and must
hold everything that was said, each integration whole, with credentials that open and a line of the trail for each change.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import dataclass

from dovetail.integrations.store.accounts import Actor, make_account, trail
from dovetail.integrations.store.database import Database
from dovetail.integrations.store.keys import authenticate, make_key
from dovetail.integrations.store.sealing import Seal
from dovetail.integrations.store.stored import Shelf
from dovetail.providers.registry import kinds

SECRETS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


def write(url: str, seal: str, account: str, seed: int) -> None:
    """The writer, until it is killed."""
    database, shelf, actor = Database(url), Shelf(Seal([seal]), kinds()), Actor(account, "writer")
    number = seed * 1_000_000
    while True:
        number += 1
        name = f"shop{number}"
        with database.write() as connection:
            settings = {"url": f"https://{name}.example"}
            shelf.create(
                connection, actor, name, "magento2", settings, {each: f"{name} {each}" for each in SECRETS}, time.time()
            )
        print(json.dumps(["made", name]), flush=True)
        with database.write() as connection:
            _, text = make_key(connection, actor, name, ["read"], time.time())
        print(json.dumps(["key", text]), flush=True)
        with database.write() as connection:
            shelf.change(
                connection,
                actor,
                name,
                1,
                time.time(),
                settings={"url": f"https://{name}.example/2"},
                secrets={"access_token": f"{name} 2"},
            )
        print(json.dumps(["changed", name]), flush=True)
        if number % 3 == 0:
            with database.write() as connection:
                shelf.remove(connection, actor, name, time.time())
            print(json.dumps(["removed", name]), flush=True)


@dataclass(slots=True)
class Tally:
    """What was killed and found."""

    runs: int = 0
    said: int = 0


def kill(url: str, runs: int, seed: int) -> Tally:
    """Kill writers; raises AssertionError for what they broke."""
    from dovetail.providers.vault import new_key

    chance, tally, key = random.Random(seed), Tally(), new_key()
    database = Database(url, upgrade=True)
    with database.write() as connection:
        account = make_account(connection, "killed", time.time())
    said = dict[str, str]()
    keys = list[str]()
    for number in range(runs):
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.integrations.store.killing", "write", url, key, account, str(number + 1)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(chance.random() * 0.15)
        writer.kill()
        lines = [first, *writer.stdout.read().splitlines()]
        writer.stdout.close()
        writer.wait()
        for line in lines:
            # The last line may be half a line: what it says was done all the same, but nobody was told.
            try:
                what, name = json.loads(line)
            except ValueError:
                continue
            tally.said += 1
            if what == "key":
                keys.append(name)
            else:
                said[name] = what
        tally.runs += 1
        _whole(Database(url), Shelf(Seal([key]), kinds()), account, said, keys[-20:])
    _whole(Database(url), Shelf(Seal([key]), kinds()), account, said, keys)
    database.close()
    return tally


def _whole(database: Database, shelf: Shelf, account: str, said: dict[str, str], keys: list[str]) -> None:
    try:
        with database.read() as connection:
            found = {each.identifier: each for each in shelf.list(connection, account, limit=100_000)}
            for name, what in said.items():
                assert (name in found) or what == "removed" or _maybe_removed(name), (
                    f"{name} was {what}, and is not there"
                )
                if what == "removed":
                    assert name not in found, f"{name} was removed, and is there"
                elif what == "changed" and name in found:
                    assert str(found[name].settings["url"]).endswith("/2")
            for name, each in found.items():
                assert sorted(each.secrets) == sorted(SECRETS)
                url = str(each.settings["url"])
                assert url.startswith(f"https://{name}.example")
                assert each.revision == (2 if url.endswith("/2") else 1)
            for name in list(found)[-5:]:
                assert shelf.connect(connection, account, name) is not None
            for text in keys:
                assert authenticate(connection, text, time.time()) is not None, "a key was lost"
            lines = [
                line for line in trail(connection, account, None, 1_000_000) if line.action == "integration.create"
            ]
            assert {line.subject for line in lines} >= set(found)
    finally:
        database.close()


def _maybe_removed(name: str) -> bool:
    # It was changed, and killed after it was removed, before it could say so.
    return int(name.removeprefix("shop")) % 3 == 0


def main() -> None:
    if sys.argv[1] == "write":
        write(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
    tally = kill(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    print(f"{tally.runs} kills, {tally.said} things said to be done, none lost, none half")


if __name__ == "__main__":
    main()
