"""Rows of a CSV file: the first names the columns. The mark between values is `,`, `;` or a tab."""

from __future__ import annotations

import csv
from pathlib import Path

from dovetail.errors import SettingsError
from dovetail.mailing.lines import Lines
from dovetail.mailing.rows import BrokenRow, Recipient, Row, is_text, not_text

DELIMITERS = (",", ";", "\t")


class CsvRows:
    """Iterates over the rows from the place where `lines` stands; `row` is the number of the first of them."""

    def __init__(self, path: Path, lines: Lines, row: int = 2) -> None:
        self.lines = lines
        self.row = row
        with Lines(path, lines.encoding) as beginning:
            self._header, self._delimiter = _columns(path, beginning)
            after = beginning.position
        if lines.position < after:  # at the start of the file: pass the names of the columns
            while lines.position < after:
                next(lines)
        self._reader = csv.reader(lines, delimiter=self._delimiter, strict=True)

    def __iter__(self) -> CsvRows:
        return self

    def __next__(self) -> Row:
        lines = self.lines
        while True:
            lines.taken.clear()
            row = self.row
            try:
                cells = next(self._reader)
            except csv.Error:
                # An open quote swallows the rows after it: give them back and go on with the next line.
                lines.push_back(*lines.taken[1:])
                self.row = row + 1
                reason = "its quotes do not match; a quote inside a value is written twice, and the value in quotes"
                return BrokenRow(row, reason)
            self.row = row + 1
            if any(cell.strip() for cell in cells):
                return self._of_cells(row, cells)

    def skip(self) -> int:
        """Pass one row; its number."""
        return next(self).row

    def _of_cells(self, row: int, cells: list[str]) -> Row:
        header = self._header
        if len(cells) != len(header):
            return BrokenRow(row, f"it has {len(cells)} value{'s' * (len(cells) != 1)} for {len(header)} columns")
        for name, cell in zip(header, cells, strict=True):
            if not is_text(cell):
                return BrokenRow(row, not_text(name, self.lines.encoding))
        return Recipient(row, {"profile": dict(zip(header, cells, strict=True))})


def _columns(path: Path, lines: Lines) -> tuple[list[str], str]:
    """The names of the columns, and the mark between values; `lines` then stands before the first row."""
    first = next(lines, "")
    while first and not first.strip():
        first = next(lines, "")
    if not first:
        raise SettingsError(f"{path} is empty. Its first row names the columns, for example: email,firstname")
    lines.push_back(first)
    delimiter = _delimiter(first)
    try:
        header = [name.strip() for name in next(csv.reader(lines, delimiter=delimiter, strict=True))]
    except csv.Error as error:
        raise SettingsError(f"{path}: the first row, which names the columns, cannot be read: {error}") from None
    _check_header(path, header, lines.encoding.name)
    return header, delimiter


def _delimiter(header: str) -> str:
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = False
    for letter in header:
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in counts:
            counts[letter] += 1
    return max(DELIMITERS, key=lambda mark: counts[mark])


def _check_header(path: Path, header: list[str], encoding: str) -> None:
    if not all(is_text(name) for name in header):
        raise SettingsError(f"{path}: the names of the columns are not {encoding} text. Save the file as UTF-8")
    for number, name in enumerate(header, start=1):
        if not name:
            raise SettingsError(f"{path}: column {number} has no name. The first row names the columns")
        if header.index(name) != number - 1:
            raise SettingsError(f"{path}: two columns are called `{name}`. Give one of them another name")
