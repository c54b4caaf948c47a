"""Whole files as rows: JSON, JSONL, CSV and Parquet. Bounded in size; every fault is a sentence without data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import BinaryIO, cast

from dovetail.providers.described import pointer
from dovetail.providers.file.spec import Collection, Row
from dovetail.providers.file.values import WrongType, guessed, plain, typed

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that is read whole; larger ones belong into SQLite."""

MOST_ROWS = 500_000

_DELIMITERS = (",", ";", "\t", "|")


class Unreadable(Exception):
    """A file is not what its settings say: a part of a sentence, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def load(collection: Collection, stream: BinaryIO) -> list[Row]:
    """All rows of an open file that is no database.

    Raises:
        Unreadable: it is too large, or not what the settings say.
        OSError: it cannot be read.
    """
    if collection.format == "parquet":
        rows = _parquet(stream)
    else:
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise Unreadable(
                f"it is larger than {LARGEST // 1024 // 1024} MB", "put its rows into an SQLite database, and name that"
            )
        rows = {"json": _json, "jsonl": _jsonl, "csv": _csv}[collection.format](collection, body)
    if collection.guess:
        guessed(rows)
    try:
        typed(rows, collection.shape.fields)
    except WrongType as error:
        number = 1 + next(at for at in range(len(rows)) if _is_wrong(rows[at], collection))
        raise Unreadable(f"in row {number}, {error}", "correct the file, or the `types` of the collection") from None
    return rows


def _is_wrong(row: Row, collection: Collection) -> bool:
    try:
        typed([dict(row)], collection.shape.fields)
    except WrongType:
        return True
    return False


def _json(collection: Collection, body: bytes) -> list[Row]:
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        at = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"it is not JSON{at}", "save it as JSON in UTF-8") from None
    try:
        value = pointer.find(found, collection.items)
    except pointer.Missing as missing:
        where = pointer.spell(collection.items)
        what = f"it has nothing at {where}; there is {pointer.describe(missing.value)}"
        raise Unreadable(what, "check `items`: a JSON pointer to the array, such as /products") from None
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        if members and all(isinstance(each, dict) for each in members.values()):
            # Objects by their key: the key is told by the name they stand under.
            key = collection.shape.key
            return [{key: name, **_row(each, at)} for at, (name, each) in enumerate(members.items(), 1)]
    if not isinstance(value, list):
        what = f"it has {pointer.describe(value)} where an array of objects should be"
        raise Unreadable(what, "check `items`: a JSON pointer to the array, such as /products")
    return [_row(each, at) for at, each in enumerate(cast("list[object]", value), 1)]


def _jsonl(collection: Collection, body: bytes) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(body.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if line.strip():
            try:
                rows.append(_row(json.loads(line), number))
            except (ValueError, RecursionError):
                what = f"line {number} is not JSON"
                raise Unreadable(what, "each line is one JSON object, in UTF-8") from None
    return rows


def _row(value: object, number: int) -> Row:
    if not isinstance(value, dict):
        raise Unreadable(f"row {number} is {pointer.describe(value)}, not an object", "each row is one JSON object")
    return cast("Row", value)


def _csv(collection: Collection, body: bytes) -> list[Row]:
    try:
        text = body.decode(collection.encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        what = f"line {line} is not {collection.encoding.removesuffix('-sig')} text"
        raise Unreadable(what, 'name its encoding, such as encoding = "cp1252"') from None
    delimiter = collection.delimiter or _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(_csv_rows(reader))
    except csv.Error as error:
        what = f"line {reader.line_num} cannot be read: {error}"
        raise Unreadable(what, "a quote inside a value is written twice, and the value in quotes") from None


def _csv_rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    header: list[str] | None = None
    for number, cells in enumerate(reader, 1):
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [name.strip() for name in cells]
            if "" in header or len(set(header)) < len(header):
                raise Unreadable(
                    "two of its columns have one name, or one has none", "the first row names the columns, each once"
                )
        elif len(cells) != len(header):
            what = f"row {number} has {len(cells)} values for {len(header)} columns"
            raise Unreadable(what, 'check the row, and name the mark between values: delimiter = ";"')
        elif number > MOST_ROWS:
            raise Unreadable(f"it has more than {MOST_ROWS:,} rows", "put them into an SQLite database, and name that")
        else:
            yield dict(zip(header, cells, strict=True))


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    quoted = False
    counts = dict.fromkeys(_DELIMITERS, 0)
    for letter in first:
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in counts:
            counts[letter] += 1
    return max(_DELIMITERS, key=lambda mark: counts[mark])


def _parquet(stream: BinaryIO) -> list[Row]:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as files
    except ModuleNotFoundError:
        remedy = "install it: pip install 'dovetail-mail[parquet]'"
        raise Unreadable("reading Parquet needs pyarrow", remedy) from None
    try:
        source = files.ParquetFile(stream)
        if source.metadata.num_rows > MOST_ROWS:
            raise Unreadable(f"it has more than {MOST_ROWS:,} rows", "put them into an SQLite database, and name that")
        names = source.schema_arrow.names
        if len(set(names)) < len(names):
            raise Unreadable("two of its columns have one name", "give one of them another name")
        found = cast("list[Row]", source.read(use_threads=False).to_pylist())
    except arrow.ArrowException:
        raise Unreadable("it is no Parquet file, or a damaged one", "write it anew") from None
    return [{name: plain(value) for name, value in row.items()} for row in found]
