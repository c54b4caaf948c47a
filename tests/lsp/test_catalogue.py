"""Records by name, on disk, for when the shop is slow or away."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from dovetail.engine.ports import Suggestion
from dovetail.lsp.catalogue import Catalogue

FOUND = [
    Suggestion("1", "Blue mug", "MUG-BLUE 12.50 EUR"),
    Suggestion("2", "Red mug", "MUG-RED 12.50 EUR"),
    Suggestion("3", "Blauwe crème-kan", "KAN-7 30.00 EUR"),
    Suggestion("4", 'A "quoted" name* OR (x', "ODD-1"),
]


def personal(identifier: str, collection: str) -> bool:
    return collection == "customer"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "catalogue.sqlite"


def keys(
    catalogue: Catalogue, text: str, *, limit: int = 10, place: tuple[str, str] = ("shop", "product")
) -> list[str]:
    return [item.insert for item in catalogue.search(*place, text, limit)[0]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["4", "3", "2", "1"]),
        ("mug", ["2", "1"]),
        ("MUG bl", ["1"]),
        ("bl", ["3", "1"]),
        ("kan-7", ["3"]),
        ("creme", ["3"]),
        ('"quoted" name*', ["4"]),
        ("name OR", ["4"]),
        ("' ; drop table record", []),
        ("***", []),
        ("2", ["2"]),
    ],
)
def test_records_are_found_by_words_of_their_name_and_details(path: Path, typed: str, expected: list[str]) -> None:
    catalogue = Catalogue(path, "me", personal)
    catalogue.add("shop", "product", FOUND, 1000.0)
    assert keys(catalogue, typed) == expected
    catalogue.close()


def test_another_process_finds_what_was_seen(path: Path) -> None:
    first = Catalogue(path, "me", personal)
    first.add("shop", "product", FOUND, 1000.0)
    first.close()
    second = Catalogue(path, "me", personal)
    assert keys(second, "red") == ["2"]
    assert second.search("shop", "product", "red", 10)[1] == 1000.0
    second.close()


def test_a_record_seen_again_has_its_new_name_only(path: Path) -> None:
    catalogue = Catalogue(path, "me", personal)
    catalogue.add("shop", "product", FOUND, 1000.0)
    catalogue.add("shop", "product", [Suggestion("1", "Green mug", "MUG-BLUE")], 2000.0)
    assert keys(catalogue, "green") == ["1"]
    assert keys(catalogue, "mug") == ["1", "2"]
    catalogue.close()


def test_places_and_owners_are_apart(path: Path) -> None:
    mine, other = Catalogue(path, "me", personal), Catalogue(path, "other", personal)
    mine.add("shop", "product", FOUND, 1000.0)
    assert keys(mine, "mug", place=("second", "product")) == []
    assert keys(mine, "mug", place=("shop", "order")) == []
    assert keys(other, "mug") == []
    mine.close()
    other.close()


def test_persons_never_reach_the_disk(path: Path) -> None:
    catalogue = Catalogue(path, "me", personal)
    catalogue.add("shop", "customer", [Suggestion("7", "Zwanenburg", "zwanenburg@example.org")], 1000.0)
    assert keys(catalogue, "zwanen", place=("shop", "customer")) == ["7"]
    catalogue.close()
    for file in path.parent.iterdir():
        assert b"wanenburg" not in file.read_bytes()


def test_a_file_that_is_no_database_is_replaced(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, not at all, but long enough to be taken for one" * 20)
    catalogue = Catalogue(path, "me", personal)
    catalogue.add("shop", "product", FOUND, 1000.0)
    assert keys(catalogue, "red") == ["2"]
    catalogue.close()
    with sqlite3.connect(path) as database:
        assert database.execute("select count(*) from record").fetchone() == (4,)
    database.close()


def test_a_file_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    catalogue = Catalogue(tmp_path / "file" / "catalogue.sqlite", "me", personal)
    catalogue.add("shop", "product", FOUND, 1000.0)
    assert keys(catalogue, "red") == ["2"]
    catalogue.close()
