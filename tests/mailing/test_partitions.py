"""Recipients files in partitions: together they are the file, and each can be read on its own."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dovetail.errors import SettingsError
from dovetail.mailing.encoding import Encoding
from dovetail.mailing.recipients import Reader, Row, cut, read_recipients, text_encoding

_CELL = st.text('ab",;\r\n\té€\x85', max_size=4)
_CSV = st.builds(
    lambda mark, end, lines: (mark + end.join(["id,name", *lines])).encode("utf-8", "surrogateescape"),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.one_of(st.builds("{},{}".format, _CELL, _CELL), _CELL, st.just("1,\udce9"), st.just(""))),
)
_LINES = st.builds(
    lambda mark, end, lines: (mark + end.join(lines)).encode("utf-8", "surrogateescape"),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["\n", "\r\n"]),
    st.lists(
        st.one_of(
            st.builds(lambda number: json.dumps({"id": number}), st.integers(0, 99)),
            st.sampled_from(
                ["", " ", "{", "[1]", '{"a": "\\ud800"}', '{"a": "\udce9"}', '{"a": NaN}', '{"a": "€\x85"}']
            ),
        )
    ),
)
_TEXT = st.lists(st.builds("{},{}".format, *[st.text('aé€",\n', max_size=4)] * 2))


def in_partitions(
    path: Path, size: int, order: random.Random | None = None, encoding: Encoding | None = None
) -> list[Row]:
    """The rows of a file, read partition by partition; `order` mixes the order in which they are read."""
    partitions = cut(path, size, encoding)
    assert [partition.index for partition in partitions] == list(range(len(partitions)))
    reading = list(partitions)
    if order is not None:
        order.shuffle(reading)
    reader = Reader(path, encoding)
    found = {partition.index: list(reader.rows(partition)) for partition in reading}
    reader.close()
    for partition in partitions:
        rows = found[partition.index]
        assert len(rows) == partition.count <= size
        assert partition.first <= rows[0].row
        assert rows[-1].row == partition.last
    return [row for index in sorted(found) for row in found[index]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recipients")


@settings(max_examples=300, deadline=None)
@given(_CSV, st.integers(1, 5))
def test_partitions_of_a_csv_file_are_the_file(folder: Path, data: bytes, size: int) -> None:
    path = folder / "people.csv"
    path.write_bytes(data)
    encoding = text_encoding(path, "utf-8")  # else some of these are Windows-1252
    assert in_partitions(path, size, random.Random(1), encoding) == list(read_recipients(path, encoding))


@settings(max_examples=200, deadline=None)
@given(_TEXT, st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-15"]), st.integers(1, 5))
def test_partitions_of_other_encodings_are_the_file(folder: Path, lines: list[str], codec: str, size: int) -> None:
    path = folder / "people.csv"
    path.write_bytes("\r\n".join(["id,name", *lines]).encode(codec))
    encoding = text_encoding(path, codec)
    rows = list(read_recipients(path, encoding))
    assert in_partitions(path, size, random.Random(1), encoding) == rows
    path.write_text("\r\n".join(["id,name", *lines]), encoding="utf-8", newline="")
    assert list(read_recipients(path)) == rows


@settings(max_examples=200, deadline=None)
@given(_LINES, st.integers(1, 5))
def test_partitions_of_json_lines_are_the_file(folder: Path, data: bytes, size: int) -> None:
    path = folder / "people.jsonl"
    path.write_bytes(data)
    encoding = text_encoding(path, "utf-8")
    assert in_partitions(path, size, random.Random(1), encoding) == list(read_recipients(path, encoding))


def test_partitions_of_a_json_list_are_the_file(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text(json.dumps([{"id": number} if number % 3 else number for number in range(10)]), encoding="utf-8")
    assert in_partitions(path, 4) == list(read_recipients(path))
    assert [(item.first, item.last) for item in cut(path, 4)] == [(1, 4), (5, 8), (9, 10)]


def test_a_file_without_rows_has_no_partitions(tmp_path: Path) -> None:
    for name, text in [("a.csv", "id\n"), ("a.csv", "id"), ("a.jsonl", ""), ("a.jsonl", "\n\n"), ("a.json", "[]")]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert cut(tmp_path / name, 3) == []


def test_partitions_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id\n" + "".join(f"{number}\n" for number in range(1000)), encoding="utf-8")
    partitions = cut(path, 64)
    assert [partition.count for partition in partitions] == [64] * 15 + [40]
    assert all(one.last + 1 == other.first and one.at < other.at for one, other in pairwise(partitions))
    assert (partitions[0].first, partitions[-1].last) == (2, 1001)


@pytest.mark.parametrize("name", ["people.csv", "people.jsonl", "people.json", "people.parquet"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=f"there is no recipients file .*{name}"):
        cut(tmp_path / name, 5)
