"""Recipients files as they come out of spreadsheets and shops, good rows and broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.errors import SettingsError
from dovetail.mailing.recipients import BrokenRow, Recipient, Row, read_recipients, text_encoding


def rows(folder: Path, name: str, data: bytes | str, encoding: str = "utf-8") -> list[Row]:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return list(read_recipients(path, text_encoding(path, encoding)))


def profiles(found: list[Row]) -> list[object]:
    return [dict(row.profile) if isinstance(row, Recipient) else row.row for row in found]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_row_becomes_a_profile(tmp_path: Path, mark: str, bom: bytes, end: str) -> None:
    lines = [f"email{mark}first name", f'ann@x.example{mark}"Ann, ""A""; {mark}"', f"bo@x.example{mark}Bö"]
    found = rows(tmp_path, "people.csv", bom + end.join(lines).encode())
    assert profiles(found) == [
        {"email": "ann@x.example", "first name": f'Ann, "A"; {mark}'},
        {"email": "bo@x.example", "first name": "Bö"},
    ]
    assert [row.row for row in found] == [2, 3]
    assert found[0] == Recipient(2, {"profile": {"email": "ann@x.example", "first name": f'Ann, "A"; {mark}'}})


def test_broken_csv_rows_are_numbered_and_the_others_go_on(tmp_path: Path) -> None:
    text = b'id,name\n1,Ann\n2\n3,"Bo\n4,Cy\n\n5,D,E\n6,F\xe9\n7,"a"b\n8,"two\nlines"\n9,Ida\n'
    found = rows(tmp_path, "people.csv", text)

    assert profiles(found) == [
        {"id": "1", "name": "Ann"}, 3, 4, {"id": "4", "name": "Cy"}, 7, 8, 9, {"id": "8", "name": "two\nlines"},
        {"id": "9", "name": "Ida"},
    ]  # fmt: skip
    reasons = {row.row: row.reason for row in found if isinstance(row, BrokenRow)}
    assert reasons[3] == "it has 1 value for 2 columns"
    assert "quotes do not match" in reasons[4]
    assert reasons[7] == "it has 3 values for 2 columns"
    assert reasons[8] == "column `name`: it is not UTF-8 text; save the file as UTF-8"
    assert not any(name in reason for reason in reasons.values() for name in ("Bo", "D", "F\xe9"))


def test_an_open_quote_does_not_swallow_a_long_file(tmp_path: Path) -> None:
    text = 'id,name\n1,"open\n' + "".join(f"{number},{'x' * 100}\n" for number in range(2, 3000))
    found = rows(tmp_path, "people.csv", text)
    assert [type(row) for row in found[:2]] == [BrokenRow, Recipient]
    assert len(found) == 2999
    assert sum(isinstance(row, Recipient) for row in found) == 2998


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty. Its first row names the columns"),
        ("\n\n", "is empty"),
        ("email,,name\n", "column 2 has no name"),
        ("email,name,email\n", "two columns are called `email`"),
        ('"email,name\n1,2\n', "the first row, which names the columns, cannot be read"),
        ("e\udce9mail,name\n", "the names of the columns are not UTF-8"),
    ],
)
def test_a_csv_without_usable_column_names_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected):
        rows(tmp_path, "people.csv", text.encode("utf-8", "surrogateescape"))


def test_json_lines_keep_their_types_and_broken_lines_are_numbered(tmp_path: Path) -> None:
    text = (
        '{"id": 1, "tags": ["a"], "vip": true}\n\n{"id": 2\n[1]\n{"id": NaN}\n{"id": 3, "name": "\\ud800"}\n{"id": 7}'
    )
    found = rows(tmp_path, "people.jsonl", text)
    assert profiles(found) == [{"id": 1, "tags": ["a"], "vip": True}, 3, 4, 5, 6, {"id": 7}]
    reasons = [row.reason for row in found if isinstance(row, BrokenRow)]
    assert reasons[0].startswith("it is not JSON: ")
    assert reasons[1].startswith("it is not an object")
    assert "NaN is no JSON value" in reasons[2]
    assert reasons[3] == "column `name`: it is not UTF-8 text; save the file as UTF-8"


def test_a_json_array_is_a_list_of_recipients(tmp_path: Path) -> None:
    assert profiles(rows(tmp_path, "people.json", '[{"id": 1}, 5, {"id": 3}]')) == [{"id": 1}, 2, {"id": 3}]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("people.json", '{"id": 1}', "is not a list of recipients"),
        ("people.json", '[{"id": 1},\n {"id": ]', r"people\.json:2:9: this is not JSON"),
        ("people.json", "[" * 100_000, "nested too deeply"),
        ("people.xlsx", "PK", r"recipients come from a \.csv, \.jsonl, \.json or \.parquet file"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, name: str, text: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected):
        rows(tmp_path, name, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no recipients file .*nobody.csv"):
        list(read_recipients(tmp_path / "nobody.csv"))
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(SettingsError, match=r"folder\.csv cannot be read"):
        list(read_recipients(tmp_path / "folder.csv"))
