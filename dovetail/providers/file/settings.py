"""The settings of files, and the provider and the reader made of them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from dovetail.providers.described.collections import read_tables
from dovetail.providers.described.forms import Formed, Reading, Table, read_all
from dovetail.providers.described.shapes import check_pointer, read_shape
from dovetail.providers.file.provider import Files
from dovetail.providers.file.reader import Reader
from dovetail.providers.file.served import Served
from dovetail.providers.file.spec import FORMATS, Collection, Collections, Format, Place
from dovetail.providers.kinds import Kind, Setting


def make(identifier: str, settings: Mapping[str, object]) -> Served:
    """A provider from checked settings, with the reader that answers its requests.

    Raises:
        SettingsError: the description has faults.
    """
    found = read_all(identifier, KIND.settings, settings).get("collections")
    collections = found if isinstance(found, Collections) else Collections({})
    return Served(Files(identifier, collections), Reader(identifier, collections))


def _read_collections(reading: Reading) -> Collections:
    return Collections(read_tables(reading, "product", lambda name, table: _collection(name, table, reading)))


def _collection(name: str, table: Table, reading: Reading) -> Collection:
    guess = table.get("types") == "guess"
    shape = read_shape(name, table, types=not guess)
    place = _place(table, reading)
    format_ = table.choice("format", sorted(set(FORMATS.values())), "")
    if not format_:
        usual = FORMATS.get(place.path.suffix.lower())
        if usual is None:
            sentence = f"what {place.path.name or 'this'} is, its ending does not say"
            table.fault(
                "file" if table.has("file") else "", sentence, 'Name a file with its ending, or add format = "csv"'
            )
        format_ = usual or "json"
    chosen = cast("Format", format_)
    if guess and chosen != "csv":
        table.fault("types", 'types = "guess" is for CSV files: the others have types of their own')
    delimiter = table.text("delimiter", "\t" if place.path.suffix.lower() == ".tsv" else "")
    if len(delimiter) > 1 or delimiter in {'"', "\r", "\n"}:
        table.fault("delimiter", "`delimiter` is one letter", 'For example: delimiter = ";"')
    return Collection(
        shape=shape,
        place=place,
        format=chosen,
        table=table.text("table", name) if chosen == "sqlite" else "",
        items=check_pointer(table, "items", table.text("items")) if chosen == "json" else (),
        delimiter=delimiter if chosen == "csv" else "",
        encoding=_encoding(table) if chosen == "csv" else "utf-8-sig",
        guess=guess,
    )


def _place(table: Table, reading: Reading) -> Place:
    start = reading.beside.get("path", "")
    outside = reading.beside.get("allow_outside") is True
    if reading.folder is None:
        table.fault("", "the kind `file` reads files, and here are none", "Choose another kind")
    folder = (reading.folder or Path()).absolute()
    # What is no text is told where `path` itself is read.
    path = folder / Path(start if isinstance(start, str) else "").expanduser() / table.text("file")
    place = Place(path=path, folder=folder, outside=outside)
    try:
        allowed = place.is_allowed()
    except (OSError, ValueError, RuntimeError):
        allowed = False
    if not allowed:
        remedy = "Put the file below it, or set allow_outside = true"
        table.fault("file" if table.has("file") else "", "the file is outside the folder of the settings file", remedy)
    return place


def _encoding(table: Table) -> str:
    name = table.text("encoding", "utf-8-sig")
    try:
        known = codecs.lookup(name).name
        "a".encode(known)
    except (LookupError, ValueError, TypeError):
        table.fault("encoding", f"there is no encoding `{name}`", 'For example: encoding = "cp1252"')
        return "utf-8-sig"
    return "utf-8-sig" if re.fullmatch("utf-?8", known) else known


KIND = Kind(
    name="file",
    title="Files",
    summary="JSON, JSONL, CSV, Parquet and SQLite files as collections: see docs/files.md",
    settings=(
        Setting(
            name="path",
            default="",
            summary="a file, or the folder of the files; relative to the settings file, whose folder it is if left out",
            example="data",
        ),
        Setting(
            name="allow_outside",
            type="boolean",
            default=False,
            summary="files may lie outside the folder of the settings file",
            example="true",
        ),
        Formed(
            name="collections",
            summary="the collections, each a table: [integrations.NAME.collections.product]",
            read=_read_collections,
        ),
    ),
    make=make,
)
