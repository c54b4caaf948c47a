"""Who gets a mail: rows of a CSV, JSON or JSON-lines file, each as the variables of one mail.

A row becomes ``{"profile": {column: value}}``. A row that cannot be read is a `BrokenRow` with its number
and the reason; the rows around it go on. A reason never quotes a row: rows are about people.

Rows are numbered as a spreadsheet shows them: in CSV the header is row 1; in JSON lines a row is a line; in a
JSON array the first item is row 1.
"""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeAlias, cast

from dovetail.errors import SettingsError

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row: its number and the variables of its mail."""

    row: int
    variables: Mapping[str, object]

    @property
    def profile(self) -> Mapping[str, object]:
        """The row's columns."""
        return cast("Mapping[str, object]", self.variables["profile"])


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be read, and why."""

    row: int
    reason: str


Row: TypeAlias = Recipient | BrokenRow


def read_recipients(path: Path) -> Iterator[Row]:
    """The rows of a recipients file, one at a time; the file is opened when the first is asked for.

    Raises:
        SettingsError: the file as a whole cannot be read: it is not there, has no header, is not JSON, is
            not text.
    """
    readers = {".csv": _csv_rows, ".tsv": _csv_rows, ".txt": _csv_rows, ".jsonl": _line_rows, ".ndjson": _line_rows}
    ending = path.suffix.lower()
    if ending != ".json" and ending not in readers:
        raise SettingsError(f"{path}: recipients come from a .csv, .jsonl or .json file. Save the list as one of these")
    try:
        # A byte that is not UTF-8 makes its own row broken (see _is_text), not the file.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            _refuse_other_encodings(path)
            if ending == ".json":
                yield from _array_rows(path, stream)
            else:
                yield from readers[ending](path, stream)
    except FileNotFoundError:
        raise SettingsError(f"there is no recipients file {path}. Check the name after --recipients") from None
    except OSError as error:
        raise SettingsError(f"the recipients file {path} cannot be read: {error.strerror}") from None


def _refuse_other_encodings(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(start) > 1 and 0 in start[:2]):
        raise SettingsError(f"{path} is UTF-16 text. Save it as UTF-8 (in Excel: “CSV UTF-8”)")


def _csv_rows(path: Path, stream: TextIO) -> Iterator[Row]:
    lines = _Lines(stream)
    first = next(lines, "")
    while first and not first.strip():
        first = next(lines, "")
    if not first:
        raise SettingsError(f"{path} is empty. Its first row names the columns, for example: email,firstname")
    lines.push_back(first)
    reader = csv.reader(lines, delimiter=_delimiter(first), strict=True)
    try:
        header = [name.strip() for name in next(reader)]
    except csv.Error as error:
        raise SettingsError(f"{path}: the first row, which names the columns, cannot be read: {error}") from None
    _check_header(path, header)
    row = 1
    while True:
        lines.taken.clear()
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # An open quote swallows the rows after it: give them back and go on with the next line.
            lines.push_back(*lines.taken[1:])
            yield BrokenRow(
                row, "its quotes do not match; a quote inside a value is written twice, and the value in quotes"
            )
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            yield BrokenRow(row, f"it has {len(cells)} value{'s' * (len(cells) != 1)} for {len(header)} columns")
        elif not all(_is_text(cell) for cell in cells):
            yield BrokenRow(row, "it is not UTF-8 text; save the file as UTF-8")
        else:
            yield Recipient(row, {"profile": dict(zip(header, cells, strict=True))})


class _Lines:
    """The lines of a file, with those of the current record remembered and a way to give lines back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._stream)
        self.taken.append(line)
        return line

    def push_back(self, *lines: str) -> None:
        self._waiting.extendleft(reversed(lines))


def _delimiter(header: str) -> str:
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = False
    for letter in header:
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in counts:
            counts[letter] += 1
    return max(DELIMITERS, key=lambda mark: counts[mark])


def _check_header(path: Path, header: list[str]) -> None:
    if not all(_is_text(name) for name in header):
        raise SettingsError(f"{path}: the names of the columns are not UTF-8 text. Save the file as UTF-8")
    for number, name in enumerate(header, start=1):
        if not name:
            raise SettingsError(f"{path}: column {number} has no name. The first row names the columns")
        if header.index(name) != number - 1:
            raise SettingsError(f"{path}: two columns are called `{name}`. Give one of them another name")


def _line_rows(path: Path, stream: TextIO) -> Iterator[Row]:
    for row, line in enumerate(stream, start=1):
        if line.strip():
            try:
                yield _of_value(row, _parse(line))
            except json.JSONDecodeError as error:
                yield BrokenRow(row, f"it is not JSON: {error.msg} at column {error.colno}")
            except RecursionError:
                yield BrokenRow(row, "it is nested too deeply")


def _array_rows(path: Path, stream: TextIO) -> Iterator[Row]:
    text = stream.read()
    try:
        values = _parse(text)
    except json.JSONDecodeError as error:
        raise SettingsError(
            f"{path}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}. "
            "In a .jsonl file, with one recipient per line, one broken row does not stop the others"
        ) from None
    except RecursionError:
        raise SettingsError(f"{path} is nested too deeply") from None
    if not isinstance(values, list):
        raise SettingsError(f'{path} is not a list of recipients. Write [{{"email": "…"}}, …]')
    for row, value in enumerate(cast("list[object]", values), start=1):
        yield _of_value(row, value)


def _of_value(row: int, value: object) -> Row:
    if not isinstance(value, dict):
        return BrokenRow(row, 'it is not an object with names and values, {"email": "…"}')
    if not _is_text(json.dumps(value, ensure_ascii=False)):
        return BrokenRow(row, "it is not UTF-8 text; save the file as UTF-8")
    return Recipient(row, {"profile": cast("dict[str, object]", value)})


def _parse(text: str) -> object:
    def refuse(name: str) -> object:
        raise json.JSONDecodeError(f"{name} is no JSON value", text, max(0, text.find(name)))

    value: object = json.loads(text, parse_constant=refuse)
    return value


def _is_text(value: str) -> bool:
    """Whether a value came from proper UTF-8: what did not holds lone surrogates."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in value
