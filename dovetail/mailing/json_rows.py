"""Rows of JSON: one object on each line, or a list of objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from dovetail.errors import SettingsError
from dovetail.mailing.encoding import Encoding
from dovetail.mailing.lines import Lines
from dovetail.mailing.rows import BrokenRow, Recipient, Row, is_text, not_text


class JsonLineRows:
    """Iterates over the rows from the place where `lines` stands; `row` is the number of the line there."""

    def __init__(self, lines: Lines, row: int = 1) -> None:
        self.lines = lines
        self.row = row

    def __iter__(self) -> JsonLineRows:
        return self

    def __next__(self) -> Row:
        line = self._line()
        row = self.row - 1
        try:
            certain = "\\u" not in line and is_text(line)
            return _of_value(row, _parse(line), self.lines.encoding, certain=certain)
        except json.JSONDecodeError as error:
            return BrokenRow(row, f"it is not JSON: {error.msg} at letter {error.colno}")
        except RecursionError:
            return BrokenRow(row, "it is nested too deeply")

    def skip(self) -> int:
        """Pass one row without reading what it says; its number."""
        self._line()
        return self.row - 1

    def _line(self) -> str:
        while True:
            self.lines.taken.clear()
            line = next(self.lines)
            self.row += 1
            if line.strip():
                return line


def json_list(path: Path, encoding: Encoding) -> list[Row]:
    """The rows of a list; the whole file is read at once.

    Raises:
        SettingsError: it is not a list.
    """
    with Lines(path, encoding) as lines:
        text = lines.rest()
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
    return [_of_value(row, value, encoding) for row, value in enumerate(cast("list[object]", values), start=1)]


def _of_value(row: int, value: object, encoding: Encoding, *, certain: bool = False) -> Row:
    """`certain`: all texts in it are known to be proper ones."""
    if not isinstance(value, dict):
        return BrokenRow(row, 'it is not an object with names and values, {"email": "…"}')
    profile = cast("dict[str, object]", value)
    for name, item in () if certain else profile.items():
        if not is_text(name):
            return BrokenRow(row, f"the name of a column is not {encoding.name} text; save the file as UTF-8")
        if not is_text(json.dumps(item, ensure_ascii=False)):
            return BrokenRow(row, not_text(name, encoding))
    return Recipient(row, {"profile": profile})


def _parse(text: str) -> object:
    if "NaN" in text or "Infinity" in text:
        return json.loads(text, parse_constant=lambda name: _refuse(name, text))
    return _DECODE(text)


_DECODE = json.JSONDecoder().decode


def _refuse(name: str, text: str) -> object:
    raise json.JSONDecodeError(f"{name} is no JSON value", text, max(0, text.find(name)))
