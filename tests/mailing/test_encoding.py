"""In which encoding a recipients file is: what is proved, what is assumed and told, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.errors import SettingsError
from dovetail.mailing.encoding import Encoding
from dovetail.mailing.recipients import BrokenRow, Recipient, read_recipients, text_encoding

WESTERN = [
    "Hélène", "Zoë", "Søren", "Jörg Müller", "François", "João Simões", "Niccolò", "Ångström", "Muñoz", "Straße",
    "naïef", "cœur", "d’Arc", "“quoted” – it costs €5…", "Älg", "ÉMILE", "Œuvre", "Größe", "5 m² à 3°", "Božidar",
]  # fmt: skip


def written(folder: Path, data: bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def names(path: Path, encoding: Encoding) -> list[object]:
    found = list(read_recipients(path, encoding))
    return [row.profile["name"] if isinstance(row, Recipient) else row.reason for row in found]


def csv(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in ("name", *lines))


@pytest.mark.parametrize(
    ("codec", "known", "note"),
    [
        ("utf-8", "UTF-8", ""),
        ("utf-8-sig", "UTF-8", ""),
        ("utf-16", "UTF-16", "the recipients were read as UTF-16, as the mark in people.csv says"),
        ("utf-16-le", "UTF-16", "which the zeros in people.csv show"),
        ("utf-16-be", "UTF-16", "which the zeros in people.csv show"),
        ("cp1252", "Windows-1252", "read as Windows-1252, since people.csv is not UTF-8; --encoding says it otherwise"),
    ],
)
def test_western_names_are_the_same_in_every_encoding_and_what_was_assumed_is_told(
    tmp_path: Path, codec: str, known: str, note: str
) -> None:
    lines = ["Ann", *(name for name in WESTERN if '"' not in name)]
    path = written(tmp_path, csv(*lines).encode(codec))
    encoding = text_encoding(path)
    assert names(path, encoding) == lines
    assert encoding.name == known
    assert (note in encoding.note) if note else not encoding.note


@pytest.mark.parametrize("name", WESTERN)
def test_one_western_name_is_enough(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, csv("Ann", name).encode("cp1252"))
    assert names(path, text_encoding(path)) == ["Ann", name]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("cp1250", "Michał"), ("cp1250", "Wałęsa"), ("cp1250", "Łódź"), ("cp1250", "Ždiar, Ťažký"),
        ("cp1250", "Dvořáková a Nováčková, Dobrý"), ("cp1250", "Věra"), ("cp1250", "Erdős"), ("cp1250", "Małgośka"),
        ("cp1251", "Иван"), ("cp1253", "Γιώργος"), ("cp1254", "Yıldız"), ("cp1254", "Ayşe"), ("cp1255", "שלום"),
        ("mac-roman", "René"), ("mac-roman", "Jörg"), ("mac-roman", "Muñoz"), ("cp850", "René"), ("cp850", "Jörg"),
        ("cp932", "日本語の名前"), ("gbk", "中国"), ("koi8-r", "Иван"),
    ],
)  # fmt: skip
def test_text_that_is_no_western_one_is_refused_rather_than_mangled(tmp_path: Path, codec: str, name: str) -> None:
    path = written(tmp_path, csv("Ann", name).encode(codec))
    with pytest.raises(SettingsError, match=r"is not UTF-8, and what else .* Save it as UTF-8 .*--encoding"):
        text_encoding(path)


@pytest.mark.parametrize(
    ("given", "name"), [("cp1250", "Wałęsa"), ("iso-8859-2", "Łódź"), ("windows-1251", "Иван"), ("mac-roman", "René")]
)
def test_what_is_said_is_not_doubted(tmp_path: Path, given: str, name: str) -> None:
    path = written(tmp_path, csv(name).encode(given))
    encoding = text_encoding(path, given)
    assert (names(path, encoding), encoding.note) == ([name], "")


def test_single_broken_rows_do_not_change_the_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, csv("Zoë").encode() + b"Ren\xe9\n")
    assert names(path, text_encoding(path)) == ["Zoë", "column `name`: it is not UTF-8 text; save the file as UTF-8"]


def test_a_mixture_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, csv("Zoë").encode() + csv("René", "Jörg").encode("cp1252"))
    with pytest.raises(SettingsError, match="only some of its letters are"):
        text_encoding(path)


def test_rows_that_are_not_in_the_encoding_that_was_said_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, b"name,city\nAnn,Ede\nBo,\x81\n")
    encoding = text_encoding(path, "windows-1252")
    assert list(read_recipients(path, encoding))[1] == BrokenRow(
        3, "column `city`: it is not Windows-1252 text; save the file as UTF-8"
    )


def test_half_a_letter_of_utf16_is_a_broken_row(tmp_path: Path) -> None:
    path = written(tmp_path, "name\nAnn\n".encode("utf-16") + b"\x00\xd8\n\x00" + "Bo\n".encode("utf-16-le"))
    assert names(path, text_encoding(path)) == [
        "Ann",
        "column `name`: it is not UTF-16 text; save the file as UTF-8",
        "Bo",
    ]


@pytest.mark.parametrize(
    ("data", "given", "expected"),
    [
        ("name\nAnn\n".encode("utf-32"), "", "is UTF-32 text. Save it as UTF-8"),
        ("name\nAnn\n".encode("utf-16")[:-1], "", "ends in the middle of a letter"),
        (b"\0\0name\n", "", "begins with a zero byte"),
        (
            "name\nAnn\n".encode("utf-16"),
            "windows-1252",
            "begins with the mark of UTF-16, and --encoding says windows-1252",
        ),
        ("name\n日本\n".encode("utf-16-le")[10:], "utf-16", "Say --encoding utf-16-le or utf-16-be"),
        (b"name\n", "klingon", "there is no encoding `klingon`. For example: --encoding windows-1252"),
        (b"name\n", "rot13", "recipients are not read in the encoding `rot13`"),
        (b"name\n", "shift-jis", "recipients are not read in the encoding `shift-jis`"),
        (b"name\n", "unicode_escape", "recipients are not read in the encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(tmp_path: Path, data: bytes, given: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected):
        text_encoding(written(tmp_path, data), given)


def test_parquet_says_itself_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--encoding is for text"):
        text_encoding(tmp_path / "people.parquet", "utf-8")


@pytest.mark.parametrize("name", ["people.jsonl", "people.json"])
def test_json_comes_in_all_of_them_too(tmp_path: Path, name: str) -> None:
    item = json.dumps({"name": "Zoë", "n": 1.5}, ensure_ascii=False)
    for codec in ("utf-8-sig", "utf-16", "cp1252"):
        path = written(tmp_path, (item if name.endswith("l") else f"[{item}]").encode(codec), name)
        assert list(read_recipients(path)) == [Recipient(1, {"profile": {"name": "Zoë", "n": 1.5}})]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_proper_utf8_is_never_taken_for_anything_else(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"name\n" + text.encode())
    assert text_encoding(path) == Encoding()


def test_a_letter_across_the_edge_of_what_is_read_at_once_is_one(tmp_path: Path) -> None:
    path = written(tmp_path, b"name\n" + b"x" * ((1 << 20) - 6) + "é\n".encode())
    assert text_encoding(path) == Encoding()
