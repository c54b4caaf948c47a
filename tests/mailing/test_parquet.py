"""Recipients and mails in Parquet files."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as files
import pytest

from dovetail import Environment
from dovetail.errors import SettingsError
from dovetail.mailing.parquet import MailFile
from dovetail.mailing.recipients import Recipient, cut, read_recipients
from dovetail.mailing.rows import BrokenRow
from tests.mailing.test_partitions import in_partitions


def write(path: Path, rows: list[dict[str, Any]], group: int = 1000) -> Path:
    files.write_table(arrow.Table.from_pylist(rows), path, row_group_size=group)
    return path


def people(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"Ann {number}", "tags": ["a"] * (number % 3)} for number in range(start, count)]


def profiles(path: Path) -> list[dict[str, object]]:
    return [dict(row.profile) for row in read_recipients(path) if isinstance(row, Recipient)]


def test_a_row_becomes_a_profile_with_nested_values(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "order": {"lines": [{"sku": "a", "price": 2.5}]}, "vip": True, "city": "Łódź"},
        {"id": 2, "order": None, "vip": None, "city": ""},
    ]
    path = write(tmp_path / "people.parquet", rows)
    assert profiles(path) == rows
    assert [row.row for row in read_recipients(path)] == [1, 2]


def test_types_are_kept(tmp_path: Path) -> None:
    moment = datetime.datetime(2026, 5, 1, 9, 30)  # noqa: DTZ001  (as files mostly have it)
    table = arrow.table(
        {
            "count": arrow.array([2**62], arrow.int64()),
            "share": arrow.array([0.1]),
            "vip": arrow.array([False]),
            "price": arrow.array([Decimal("12.50")]),
            "day": arrow.array([moment.date()]),
            "at": arrow.array([moment], arrow.timestamp("ns")),
            "zoned": arrow.array([moment], arrow.timestamp("ms", "Europe/Amsterdam")),
            "raw": arrow.array(["é".encode()]),
            "city": arrow.array(["Ede"]).dictionary_encode(),
            "nested": arrow.array([[{"price": Decimal("0.10"), "note": None}]]),
            "more": arrow.array([[("a", Decimal("1.0"))]], arrow.map_(arrow.string(), arrow.decimal128(3, 1))),
        }
    )
    files.write_table(table, tmp_path / "people.parquet")
    [found] = profiles(tmp_path / "people.parquet")
    assert found == {
        "count": 2**62,
        "share": 0.1,
        "vip": False,
        "price": Decimal("12.50"),
        "day": datetime.date(2026, 5, 1),
        "at": moment,
        "zoned": moment.replace(tzinfo=datetime.UTC),
        "raw": "é",
        "city": "Ede",
        "nested": [{"price": Decimal("0.10"), "note": None}],
        "more": {"a": Decimal("1.0")},
    }
    assert str(found["price"]) == "12.50"


def test_templates_print_and_compute_with_what_was_kept(tmp_path: Path) -> None:
    moment = datetime.datetime(2026, 5, 1, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    table = arrow.table(
        {
            "price": arrow.array([Decimal("12.50")]),
            "day": arrow.array([moment.date()]),
            "at": arrow.array([moment], arrow.timestamp("us", "+02:00")),
        }
    )
    files.write_table(table, tmp_path / "people.parquet")
    source = (
        "{$profile.price} {$profile.price * 2}\n{$profile.day} {if $profile.day > '2026-04-30'}later{/if}.\n"
        "{$profile.at} {$profile.at|date_format:'%d/%m %H:%M'} {$profile.at|date_format:'U'}"
    )
    [row] = read_recipients(tmp_path / "people.parquet")
    assert isinstance(row, Recipient)
    shown = str(Environment().from_string(source).render(row.variables))
    assert shown.split("\n") == [
        "12.50 25",
        "2026-05-01 later.",
        f"2026-05-01 07:30:00 01/05 07:30 {int(moment.timestamp())}",
    ]


def test_moments_are_kept_to_the_microsecond(tmp_path: Path) -> None:
    kind = arrow.timestamp("ns")
    table = arrow.table(
        {
            "at": arrow.array([1_000_001_999], kind),
            "nested": arrow.array([[{"at": 1_000_001_999}]], arrow.list_(arrow.struct([("at", kind)]))),
        }
    )
    files.write_table(table, tmp_path / "people.parquet")
    at = datetime.datetime(1970, 1, 1, 0, 0, 1, 1)  # noqa: DTZ001
    assert profiles(tmp_path / "people.parquet") == [{"at": at, "nested": [{"at": at}]}]


def test_a_row_with_a_value_that_does_not_fit_is_named_with_its_column(tmp_path: Path) -> None:
    table = arrow.table(
        {
            "id": arrow.array([1, 2, 3]),
            "born": arrow.array([0, 10**8, 1], arrow.date32()),
            "photo": arrow.array([b"a", b"b", b"\xff\xd8"]),
        }
    )
    files.write_table(table, tmp_path / "people.parquet")
    first, *broken = read_recipients(tmp_path / "people.parquet")
    assert first == Recipient(1, {"profile": {"id": 1, "born": datetime.date(1970, 1, 1), "photo": "a"}})
    assert broken == [
        BrokenRow(2, "column `born`: its value is outside what Python's date32[day] holds"),
        BrokenRow(3, "column `photo`: it is binary data, not text"),
    ]


@pytest.mark.parametrize("group", [3, 10, 64, 5000])
@pytest.mark.parametrize("size", [7, 10, 64, 1000])
def test_partitions_are_the_file_whatever_its_row_groups(tmp_path: Path, group: int, size: int) -> None:
    path = write(tmp_path / "people.parquet", people(211), group)
    expected = list(read_recipients(path))
    assert len(expected) == 211
    assert in_partitions(path, size) == expected
    assert in_partitions(path, size, random.Random(3)) == expected


def test_a_folder_of_files_is_one_list_in_the_order_of_their_names(tmp_path: Path) -> None:
    write(tmp_path / "b.parquet", people(250, 100))
    write(tmp_path / "a.parquet", people(100))
    write(tmp_path / "_tmp.parquet", people(5))
    (tmp_path / "readme.txt").write_text("no rows", encoding="utf-8")
    assert profiles(tmp_path) == people(250)
    assert [(item.file, item.at, item.first, item.last) for item in cut(tmp_path, 80)] == [
        ("a.parquet", 0, 1, 80),
        ("a.parquet", 80, 81, 100),
        ("b.parquet", 0, 101, 180),
        ("b.parquet", 80, 181, 250),
    ]
    assert in_partitions(tmp_path, 80, random.Random(2)) == list(read_recipients(tmp_path))


def test_what_is_no_parquet_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "people.parquet").write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"people\.parquet is no Parquet file"):
        cut(tmp_path / "people.parquet", 5)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match=r"empty has no \.parquet files"):
        cut(tmp_path / "empty", 5)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    table = arrow.Table.from_arrays([arrow.array([1]), arrow.array([2])], names=["id", "id"])
    files.write_table(table, tmp_path / "people.parquet")
    with pytest.raises(SettingsError, match="two columns have one name"):
        list(read_recipients(tmp_path / "people.parquet"))


def test_mails_are_rows_in_their_order_with_their_errors(tmp_path: Path) -> None:
    with MailFile(tmp_path / "mails.parquet") as sink:
        sink.write(Recipient(2, {"profile": {"id": 7}}), "Łódź €".encode())
        sink.fail(BrokenRow(3, "why"), "why")
        sink.write(Recipient(4, {"profile": {"email": "ann@x.example"}}), b"")
        sink.fail(Recipient(5, {"profile": {}}), "because")
    source = files.ParquetFile(tmp_path / "mails.parquet")
    assert source.read().to_pylist() == [
        {"row": 2, "name": "7", "body": "Łódź €", "error": None},
        {"row": 3, "name": "row-3", "body": None, "error": "why"},
        {"row": 4, "name": "ann@x.example", "body": "", "error": None},
        {"row": 5, "name": "row-5", "body": None, "error": "because"},
    ]
    assert {source.metadata.row_group(0).column(number).compression for number in range(4)} == {"ZSTD"}
    assert str(source.schema_arrow.field("row").type) == "int64"


def test_row_groups_bound_what_is_held_in_memory(tmp_path: Path) -> None:
    body = b"x" * 1_000_000
    with MailFile(tmp_path / "mails.parquet") as sink:
        for row in range(30):
            sink.write(Recipient(row, {"profile": {}}), body)
    assert files.ParquetFile(tmp_path / "mails.parquet").num_row_groups == 10


def test_a_partition_without_rows_is_still_a_file(tmp_path: Path) -> None:
    with MailFile(tmp_path / "mails.parquet"):
        pass
    assert files.read_table(tmp_path / "mails.parquet").num_rows == 0
