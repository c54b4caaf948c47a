"""Who gets a mail: rows of a CSV, JSON, JSON-lines or Parquet file, or of a query that were kept, each as the
variables of one mail.

A row becomes ``{"profile": {column: value}}``. A row that cannot be read is a `BrokenRow` with its number
and the reason; the rows around it go on.

Rows are numbered as a spreadsheet shows them: in CSV the header is row 1; in JSON lines a row is a line; in a
JSON array or a Parquet file the first item is row 1, and a folder of Parquet files counts on in the order of
their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, TypeAlias

from dovetail.errors import SettingsError
from dovetail.mailing.csv_rows import CsvRows
from dovetail.mailing.encoding import Encoding, detect, said
from dovetail.mailing.json_rows import JsonLineRows, json_list
from dovetail.mailing.lines import Lines
from dovetail.mailing.rows import BrokenRow, Recipient, Row
from dovetail.mailing.snapshot import ENDING, KeptRows

__all__ = ["BrokenRow", "Partition", "Reader", "Recipient", "Row", "cut", "read_recipients", "text_encoding"]

_Kind: TypeAlias = Literal["csv", "lines", "list", "parquet", "kept"]
_KINDS: dict[str, _Kind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "list",
    ".parquet": "parquet",
    ENDING: "kept",
}


@dataclass(frozen=True, slots=True)
class Partition:
    """Some consecutive rows of a recipients file.

    `first`: the number with which reading begins; `last`: that of its last row; `count`: how many rows it has.
    `at`: where it begins: a byte (CSV, JSON lines), an item (JSON), a row of `file` (Parquet).
    """

    index: int
    first: int
    last: int
    count: int
    at: int
    file: str = ""

    @property
    def name(self) -> str:
        """What its output is called."""
        return f"part-{self.index:06d}"


def text_encoding(path: Path, given: str = "") -> Encoding:
    """In which encoding a recipients file is: the given one, else as `dovetail.mailing.encoding.detect` finds.

    Raises:
        SettingsError: it cannot be told, or the given one cannot be it.
    """
    kind = _kind(path)
    if kind in ("parquet", "kept"):
        if given:
            raise SettingsError(f"--encoding is for text, and {path} is none. Leave it out")
        return Encoding()
    try:
        return said(path, given) if given else detect(path)
    except OSError as error:
        raise _unreadable(path, error) from None


def read_recipients(path: Path, encoding: Encoding | None = None) -> Iterator[Row]:
    """The rows of a recipients file, one at a time; the file is opened when the first is asked for.

    `encoding`: as `text_encoding` gives it; None finds it.

    Raises:
        SettingsError: the file as a whole cannot be read: it is not there, has no header, is not JSON, is
            not text.
    """
    kind = _kind(path)
    encoding = encoding or text_encoding(path)
    try:
        if kind == "parquet":
            from dovetail.mailing.parquet import ParquetRows, cut_parquet

            with ParquetRows(path) as reader:
                for partition in cut_parquet(path, 1 << 62):
                    yield from reader.rows(partition)
        elif kind == "list":
            yield from json_list(path, encoding)
        else:
            with Lines(path, encoding) as lines:
                yield from _rows(kind, path, lines)
    except OSError as error:
        raise _unreadable(path, error) from None


def cut(path: Path, size: int, encoding: Encoding | None = None) -> list[Partition]:
    """A recipients file in partitions of `size` rows, in one pass that keeps none of them.

    Raises:
        SettingsError: as `read_recipients`.
    """
    kind = _kind(path)
    encoding = encoding or text_encoding(path)
    try:
        if kind == "parquet":
            from dovetail.mailing.parquet import cut_parquet

            return cut_parquet(path, size)
        if kind == "list":
            return list(_of_list(json_list(path, encoding), size))
        with Lines(path, encoding) as lines:
            return list(_of_lines(_rows(kind, path, lines), size))
    except OSError as error:
        raise _unreadable(path, error) from None


class Reader:
    """Reads partitions of a recipients file; quickest in their order. Close it when done."""

    def __init__(self, path: Path, encoding: Encoding | None = None) -> None:
        self._path = path
        self._kind: _Kind = _kind(path)
        self._encoding = encoding or text_encoding(path)
        self._parquet = None
        if self._kind == "parquet":
            from dovetail.mailing.parquet import ParquetRows

            self._parquet = ParquetRows(path)

    def rows(self, partition: Partition) -> Iterator[Row]:
        """The rows of a partition, one at a time.

        Raises:
            SettingsError: the file cannot be read any more.
        """
        try:
            if self._parquet is not None:
                yield from self._parquet.rows(partition)
            elif self._kind == "list":
                yield from json_list(self._path, self._encoding)[partition.at : partition.at + partition.count]
            else:
                with Lines(self._path, self._encoding, partition.at) as lines:
                    yield from islice(_rows(self._kind, self._path, lines, partition.first), partition.count)
        except OSError as error:
            raise _unreadable(self._path, error) from None

    def close(self) -> None:
        """Close what is open."""
        if self._parquet is not None:
            self._parquet.close()


def _kind(path: Path) -> _Kind:
    kind = _KINDS.get(path.suffix.lower())
    if kind is None and path.is_dir():
        return "parquet"
    if kind is None:
        raise SettingsError(
            f"{path}: recipients come from a .csv, .jsonl, .json or .parquet file, or from a folder of .parquet "
            "files. Save the list as one of these"
        )
    return kind


def _rows(kind: _Kind, path: Path, lines: Lines, first: int | None = None) -> CsvRows | JsonLineRows:
    if kind == "csv":
        return CsvRows(path, lines, first or 2)
    return KeptRows(lines, first or 1) if kind == "kept" else JsonLineRows(lines, first or 1)


def _unreadable(path: Path, error: OSError) -> SettingsError:
    if isinstance(error, FileNotFoundError):
        return SettingsError(f"there is no recipients file {path}. Check the name after --recipients")
    return SettingsError(f"the recipients file {path} cannot be read: {error.strerror}")


def _of_lines(rows: CsvRows | JsonLineRows, size: int) -> Iterator[Partition]:
    index = 0
    while True:
        at, first = rows.lines.position, rows.row
        count = last = 0
        try:
            while count < size:
                last = rows.skip()
                count += 1
        except StopIteration:
            pass
        if count:
            yield Partition(index, first, last, count, at)
            index += 1
        if count < size:
            return


def _of_list(rows: list[Row], size: int) -> Iterator[Partition]:
    for index, at in enumerate(range(0, len(rows), size)):
        count = min(size, len(rows) - at)
        yield Partition(index, at + 1, at + count, count, at)
