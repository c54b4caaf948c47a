"""`dovetail.toml` as a text: what it says, and where in it a setting stands.

`tomllib` gives values without places, so the lines of keys are found by a scan of the text. That scan only
serves messages: where it knows less than the parser it answers with the nearest table, never with a fault.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from dovetail.errors import SettingsError
from dovetail.source import Place

_PARSER_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_HEADER = re.compile(r"\s*\[\[?(?P<name>[^\[\]]+)\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(r"\s*(?P<name>(?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_SEGMENT = re.compile(r"[\w-]+|\"[^\"]*\"|'[^']*'")
_LONG_QUOTE = re.compile(r'"""|\'\'\'')

KeyPath: TypeAlias = tuple[str, ...]
"""The names from the top of the file down to a setting."""


@dataclass(frozen=True, slots=True)
class SettingsText:
    """A settings file: its name for messages, its text and the values in it."""

    name: str
    text: str
    values: Mapping[str, object]

    def place(self, *path: str) -> Place:
        """Where a setting stands: `place("integrations", "mywebshop", "url")`; the nearest known table otherwise."""
        places, lines = self._places(), self.text.split("\n")
        for length in range(len(path), 0, -1):
            found = places.get(path[:length])
            if found is None:
                continue
            if length < len(path):  # perhaps inside an inline table on the same line
                inside = re.search(
                    rf"[{{,]\s*[\"']?(?P<key>{re.escape(path[length])})[\"']?\s*=", lines[found.line - 1]
                )
                if inside:
                    return Place(found.line, inside.start("key") + 1)
            return found
        return Place(1, 1)

    def at(self, *path: str) -> str:
        """`dovetail.toml:3:1`, the form that editors and CI logs make clickable."""
        place = self.place(*path)
        return f"{self.name}:{place.line}:{place.column}"

    def _places(self) -> dict[KeyPath, Place]:
        places: dict[KeyPath, Place] = {}
        for table, number, line in walk(self.text):
            if header := _HEADER.match(line):
                places.setdefault(table, Place(number, header.start("name") + 1))
            elif key := _KEY.match(line):
                places.setdefault(table + _segments(key["name"]), Place(number, key.start("name") + 1))
        return places


def walk(text: str) -> Iterator[tuple[KeyPath, int, str]]:
    """The lines of a settings text, each with its number and the table it belongs to.

    A header belongs to its own table; the inner lines of a long string are left out of `line` (empty).
    """
    table: KeyPath = ()
    closing = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if closing:
            closing = "" if closing in line else closing
            yield table, number, ""
            continue
        if header := _HEADER.match(line):
            table = _segments(header["name"])
        elif opened := _LONG_QUOTE.search(line):
            closing = opened[0] if line.count(opened[0]) % 2 else ""
        yield table, number, line


def _segments(dotted: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _SEGMENT.findall(dotted))


def read_text(path: Path) -> SettingsText:
    """Read and parse a settings file.

    Raises:
        SettingsError: it is not there, cannot be read, or is not TOML; the place is named.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:  # line ends stay as they are
            text = stream.read()
    except FileNotFoundError:
        raise SettingsError(
            f"there is no settings file {path}. Make one with: dovetail integrations add, or name another with --config"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}:{line}: this is not UTF-8 text. Save the file as UTF-8") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    return parse_text(str(path), text)


def parse_text(name: str, text: str) -> SettingsText:
    """Parse a settings text; `name` stands in messages.

    Raises:
        SettingsError: it is not TOML.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _PARSER_PLACE.search(message)
        reason = message[: place.start()] if place else message
        if place and place[1]:
            at = f"{name}:{place[1]}:{place[2]}"
        else:
            at = f"{name}:{len(text.splitlines()) or 1}"
        hint = ""
        if reason == "Invalid value":
            hint = '. A text needs quotes: url = "https://shop.example"'
        elif reason.startswith(("Cannot declare", "Cannot overwrite")):
            hint = ". The same name stands here twice: remove one of the two"
        raise SettingsError(f"{at}: this is not TOML: {reason[:1].lower()}{reason[1:]}{hint}") from None
    return SettingsText(name, text, values)
