"""`python -m tests.service.killing URL RUNS`: the whole service killed while clients write, and what it leaves.

URL is a SQLAlchemy address of a database (`sqlite:////tmp/x.sqlite`). Three clients make, change and remove integrations,
keys and templates over HTTP as fast as they are answered, and note what they were told is done. The service is killed
(SIGKILL) after a random time and started again, with nothing repaired by hand: everything that was told must be there,
and each integration must be whole.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from dovetail.providers.vault import new_key
from tests.service.conftest import Service, dovetail

SECRETS = ("access_token", "access_token_secret", "consumer_key", "consumer_secret")
CLIENTS = 3


@dataclass(slots=True)
class Told:
    """What clients were told is done. A name that a request was under way for when the service died is `unsure`."""

    integrations: dict[str, str] = field(default_factory=dict[str, str])
    templates: dict[str, str] = field(default_factory=dict[str, str])
    keys: list[str] = field(default_factory=list[str])
    unsure: set[str] = field(default_factory=set[str])
    count: int = 0


def write(client: httpx.Client, told: Told, name: str, ended: Callable[[], bool]) -> None:
    """One client, until the service does not answer any more."""
    number = 0
    try:
        while not ended():
            number += 1
            each = f"{name}_{number}"
            told.unsure.add(each)
            settings = {"url": f"https://{each}.example"}
            secrets = {secret: f"{each} {secret}" for secret in SECRETS}
            made = client.post(
                "/integrations",
                json={"identifier": each, "kind": "magento2", "settings": settings, "secrets": secrets},
            )
            assert made.status_code == 201, made.text
            told.integrations[each] = "made"
            put = client.put(f"/templates/{each}.tpl", json={"text": each * 50})
            assert put.status_code == 200, put.text
            told.templates[each] = each * 50
            key = client.post("/keys", json={"name": each, "scopes": ["read"]})
            assert key.status_code == 201, key.text
            told.keys.append(key.json()["text"])
            changed = client.patch(
                f"/integrations/{each}",
                json={"settings": {"url": f"https://{each}.example/2"}, "secrets": {"access_token": "2"}},
                headers={"If-Match": made.headers["ETag"]},
            )
            assert changed.status_code == 200, changed.text
            told.integrations[each] = "changed"
            told.count += 4
            if number % 3 == 0:
                assert client.delete(f"/integrations/{each}").status_code == 204
                told.integrations[each] = "removed"
                told.count += 1
            told.unsure.discard(each)
    except httpx.TransportError:
        return


def look(client: httpx.Client, told: Told, keys: list[str]) -> None:
    """Raises AssertionError for what was lost, or is half."""
    found = dict[str, dict[str, object]]()
    after: str | None = ""
    while after is not None:
        page = client.get("/integrations", params={"after": after, "limit": 200}).json()
        found |= {each["identifier"]: each for each in page["items"]}
        after = page["next"]
    for name, what in told.integrations.items():
        if name in told.unsure:
            continue
        assert (name in found) == (what != "removed"), f"{name} was {what}"
        if what == "changed":
            assert found[name]["settings"] == {"url": f"https://{name}.example/2"}
    for name, each in found.items():
        assert each["secrets"] == list(SECRETS), f"{name} is half"
        assert each["revision"] == (2 if str(each["settings"]).endswith("/2'}") else 1)
    for name in list(told.templates)[-10:]:
        assert client.get(f"/templates/{name}.tpl").json()["text"] == told.templates[name]
    for text in keys:
        asked = client.get("/kinds", headers={"Authorization": f"Bearer {text}"})
        assert asked.status_code == 200, "a key was lost"


def kill(folder: Path, url: str, runs: int, seed: int) -> Told:
    """Kill and look, so often."""
    chance, told = random.Random(seed), Told()
    environment = {"DOVETAIL_DATABASE": url, "DOVETAIL_KEY": new_key()}
    if not url.startswith("sqlite"):
        dovetail(environment, "database", "upgrade")
    service = Service(folder, ("--database", url), environment)
    service.start()
    key = service.key("--rate", "10000")
    for number in range(runs):
        stop = threading.Event()
        with service.client(key) as client:
            clients = [
                threading.Thread(target=write, args=(client, told, f"s{number}_{each}", stop.is_set))
                for each in range(CLIENTS)
            ]
            for thread in clients:
                thread.start()
            time.sleep(0.1 + chance.random() * 0.4)
            service.kill()
            stop.set()
            for thread in clients:
                thread.join()
        service.start()
        with service.client(key) as client:
            look(client, told, told.keys[-10:])
    with service.client(key) as client:
        look(client, told, told.keys)
    service.stop()
    return told


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        told = kill(Path(folder), sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    print(f"{sys.argv[2]} kills of the service, {told.count} things told to be done, none lost, none half")


if __name__ == "__main__":
    main()
