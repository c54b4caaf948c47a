"""Two accounts in one process and one cache folder, alike in everything but their data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dovetail import Environment
from dovetail.engine.ports import Ask, Query
from dovetail.providers.connections import Connections
from dovetail.providers.vault import new_key
from tests.providers.station import Reply, Station, Things, asking, connected, value

ASKS = [Ask("station", "thing", "a"), Ask("station", "secret", "a"), Ask("station", "secret", "ann@example.org")]


@pytest.fixture
def stations() -> Iterator[Mapping[str, Station]]:
    stations = {account: Station() for account in ("one", "two")}
    for account, station in stations.items():
        for key in ("a", "ann@example.org"):
            station.script(key, *[Reply(body=f'"of {account}"'.encode())] * 50)
    yield stations
    for station in stations.values():
        station.close()


@pytest.mark.parametrize("personal_cache", ["memory", "encrypted"])
def test_equal_identifiers_keys_and_fingerprints_never_share_an_entry(
    stations: Mapping[str, Station], tmp_path: Path, personal_cache: str
) -> None:
    key = new_key()
    policy = {"personal_cache": personal_cache, "personal_key": lambda: key}
    for _ in range(3):
        # Side by side, and from one run to the next.
        both = {
            account: Connections([connected(Things(station.url), **policy)], cache_folder=tmp_path, account=account)
            for account, station in stations.items()
        }
        for account in ("one", "two", "one"):
            for ask in ASKS:
                assert value(both[account].run(asking(ask)), ask) == f"of {account}"
        for connections in both.values():
            connections.close()
    # They did share the folder: what may lie on disk was asked once by each.
    assert [station.paths().count("/a") for station in stations.values()] == [
        2 if personal_cache == "encrypted" else 4
    ] * 2


def test_the_environments_of_two_accounts_show_their_own_data(stations: Mapping[str, Station], tmp_path: Path) -> None:
    for _ in range(2):
        for account, station in stations.items():
            with Environment(
                integrations=[connected(Things(station.url))], account=account, cache_folder=tmp_path
            ) as environment:
                assert environment.from_string("{$station.thing.a}").render() == f"of {account}"


@pytest.mark.parametrize("fingerprints", [("one", "two"), ("", " "), ('a","b', "a"), ("a", "a/b")])
def test_two_shops_of_one_account_do_not_share_one_either(
    stations: Mapping[str, Station], tmp_path: Path, fingerprints: tuple[str, str]
) -> None:
    for _ in range(2):
        for (account, station), fingerprint in zip(stations.items(), fingerprints, strict=True):
            things = Things(station.url, fingerprint=fingerprint)
            with Connections([connected(things)], cache_folder=tmp_path) as connections:
                for ask in ASKS:
                    assert value(connections.run(asking(ask)), ask) == f"of {account}"


def test_forgetting_an_account_s_person_in_a_shared_folder_forgets_her_in_all(
    stations: Mapping[str, Station], tmp_path: Path
) -> None:
    key = new_key()
    policy = {"personal_cache": "encrypted", "personal_key": lambda: key}
    hers = ASKS[2]
    for account, station in stations.items():
        with Connections(
            [connected(Things(station.url), **policy)], cache_folder=tmp_path, account=account
        ) as connections:
            connections.run(asking(hers))
    with Connections([connected(Things("http://x"), **policy)], cache_folder=tmp_path, account="three") as connections:
        assert connections.clear_cache(person="ann@example.org") == 2


def test_a_query_and_its_words_as_a_key_are_two_questions(stations: Mapping[str, Station], tmp_path: Path) -> None:
    with Connections([connected(Things(stations["one"].url))], cache_folder=tmp_path) as connections:
        connections.run(asking(Ask("station", "thing", "a")))
        assert connections.run(asking(Ask("station", "thing", Query()))).hits == 0
