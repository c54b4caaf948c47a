"""Recipients and mails in Parquet files: the one place that meets pyarrow (the extra `parquet`).

A recipient's columns become values of `dovetail.mailing.values`: structs and maps are mappings, lists are
lists. Moments are kept to the microsecond. A row with a value that Python or a template cannot hold is a broken one.

Mails are rows of (`row`: int64, `name`: string, `body`: string, null for a row that failed, `error`: string, null
when all is well), compressed with zstd.
"""
# pyarrow has no types: what it hands over is checked here, and only here.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import cast

from dovetail.errors import SettingsError
from dovetail.mailing.recipients import Partition
from dovetail.mailing.rows import BrokenRow, Recipient, Row
from dovetail.mailing.values import Unfit, of_template

try:
    import pyarrow as arrow
    import pyarrow.parquet as files
except ModuleNotFoundError:
    raise SettingsError(
        "reading and writing Parquet needs pyarrow. Install it: pip install 'dovetail-mail[parquet]'"
    ) from None

_BATCH = 200
"""Rows that are plain values at one time."""

_BUFFER = 1 << 18
"""Bytes of a column that are read at one time, so that a file with few, very long row groups fits too."""

_GROUP_BYTES = 2 << 20
_GROUP_ROWS = 10_000
"""A row group of mails ends when it has as many bytes or rows: what is held in memory."""

_SCHEMA = arrow.schema(
    [
        arrow.field("row", arrow.int64(), nullable=False),
        arrow.field("name", arrow.string(), nullable=False),
        arrow.field("body", arrow.string()),
        arrow.field("error", arrow.string()),
    ]
)


def cut_parquet(path: Path, size: int) -> list[Partition]:
    """A file, or each file of a folder in the order of their names, in partitions of at most `size` rows.

    Raises:
        SettingsError: one of them is no Parquet file, or there is none.
        OSError: one of them cannot be read.
    """
    partitions: list[Partition] = []
    row = 1
    for name in file_names(path):
        with _opened(path / name if name else path) as source:
            length: int = source.metadata.num_rows
        for at in range(0, length, size):
            count = min(size, length - at)
            partitions.append(Partition(len(partitions), row, row + count - 1, count, at, name))
            row += count
    return partitions


def file_names(path: Path) -> list[str]:
    """The Parquet files of a folder by name; [""] for a path that is a file itself.

    Raises:
        SettingsError: the folder has none.
    """
    if not path.is_dir():
        return [""]
    names = sorted(item.name for item in path.iterdir() if item.suffix == ".parquet" and item.name[0] not in "._")
    if not names:
        raise SettingsError(f"the folder {path} has no .parquet files. Name the folder that holds them")
    return names


class ParquetRows:
    """Reads partitions. It goes on where it stands, so that partitions in order read each row group once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: str | None = None
        self._source: files.ParquetFile | None = None
        self._starts: list[int] = []
        self._batches: Iterator[arrow.RecordBatch] = iter(())
        self._at = 0
        self._rest: arrow.RecordBatch | None = None
        self._odd: list[str] = []
        self._cast: arrow.Schema | None = None

    def rows(self, partition: Partition) -> Iterator[Row]:
        """The recipients of a partition.

        Raises:
            SettingsError: the file is no Parquet file, or shorter than it was.
            OSError: it cannot be read.
        """
        self._go_to(partition)
        row = partition.first
        left = partition.count
        while left:
            batch = self._take(left)
            if batch is None:
                raise SettingsError(f"{self._path / partition.file} is shorter than it was. Run with --fresh")
            left -= batch.num_rows
            for found in self._rows(row, batch):
                yield found
                row += 1

    def close(self) -> None:
        """Close the file, and let go of what was read ahead."""
        self._batches, self._rest = iter(()), None
        if self._source is not None:
            self._source.close()
            self._source = self._file = None

    def __enter__(self) -> ParquetRows:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _go_to(self, partition: Partition) -> None:
        if self._file != partition.file:
            self._open(partition.file)
            self._at = -1
        # The row group that holds the first row; where reading stands within it or before, it goes on from there.
        group = max((number for number, start in enumerate(self._starts) if start <= partition.at), default=0)
        if not self._starts[group] <= self._at <= partition.at and self._source is not None:
            groups = range(group, len(self._starts))
            self._batches = self._source.iter_batches(_BATCH, row_groups=groups, use_threads=False)
            self._rest = None
            self._at = self._starts[group]
        while self._at < partition.at and self._take(partition.at - self._at) is not None:
            pass

    def _open(self, name: str) -> None:
        self.close()
        path = self._path / name if name else self._path
        self._source = _opened(path)
        self._file = name
        metadata = self._source.metadata
        self._starts = [0]
        for number in range(metadata.num_row_groups - 1):
            self._starts.append(self._starts[-1] + metadata.row_group(number).num_rows)
        schema = self._source.schema_arrow
        if len(set(schema.names)) != len(schema.names):
            raise SettingsError(f"{path}: two columns have one name. Give one of them another name")
        self._odd = [field.name for field in schema if _is_odd(field.type)]
        exact = arrow.schema([field.with_type(_to_microseconds(field.type)) for field in schema])
        self._cast = exact if exact.types != schema.types else None

    def _rows(self, first: int, batch: arrow.RecordBatch) -> Iterator[Row]:
        if self._cast is not None:
            columns = [column.cast(kind, safe=False) for column, kind in zip(batch, self._cast.types, strict=True)]
            batch = arrow.record_batch(columns, schema=self._cast)
        try:
            profiles = cast("list[dict[str, object]]", batch.to_pylist())
        except (ValueError, OverflowError):  # a value that Python cannot hold: find out where
            for number in range(batch.num_rows):
                yield _careful(first + number, batch, number)
            return
        for row, profile in enumerate(profiles, first):
            yield self._fitted(row, profile)

    def _fitted(self, row: int, profile: dict[str, object]) -> Row:
        for name in self._odd:
            try:
                profile[name] = of_template(profile[name], pairs=True)
            except Unfit as error:
                return BrokenRow(row, f"column `{name}`: {error}")
        return Recipient(row, {"profile": profile})

    def _take(self, most: int) -> arrow.RecordBatch | None:
        """The next rows, at most so many; None at the end of the file."""
        batch = self._rest if self._rest is not None else next(self._batches, None)
        if batch is None:
            return None
        self._rest = batch.slice(most) if batch.num_rows > most else None
        batch = batch.slice(0, most)
        self._at += batch.num_rows
        return batch


class MailFile:
    """Writes the mails of a partition to a Parquet file. Leave it as a context: then the file is complete."""

    def __init__(self, path: Path) -> None:
        # Bodies do not repeat, and nobody looks for one by its first letters.
        self._writer = files.ParquetWriter(
            path,
            _SCHEMA,
            compression="zstd",
            use_dictionary=False,
            write_statistics=["row"],  # pyright: ignore[reportArgumentType]  # documented: true, or names of columns
        )
        self._clear()

    def write(self, recipient: Recipient, mail: bytes) -> None:
        """One mail, UTF-8.

        Raises:
            OSError: the disk does not take it.
        """
        self._add(recipient, mail, None)

    def fail(self, row: Row, reason: str) -> None:
        """A row without a mail."""
        self._add(row, None, reason)

    def __enter__(self) -> MailFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def _clear(self) -> None:
        self._size = 0
        self._rows: list[int] = []
        self._names: list[str] = []
        self._bodies: list[bytes | None] = []
        self._errors: list[str | None] = []

    def _add(self, row: Row, mail: bytes | None, reason: str | None) -> None:
        self._rows.append(row.row)
        self._names.append(row.name)
        self._bodies.append(mail)
        self._errors.append(reason)
        self._size += len(mail or b"")
        if self._size >= _GROUP_BYTES or len(self._rows) >= _GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._rows:
            return
        columns = [
            arrow.array(self._rows, arrow.int64()),
            arrow.array(self._names, arrow.string()),
            _texts(self._bodies),
            arrow.array(self._errors, arrow.string()),
        ]
        self._clear()
        self._writer.write_batch(arrow.record_batch(columns, schema=_SCHEMA))


def _texts(bodies: list[bytes | None]) -> arrow.Array:
    """A column of texts from their UTF-8.

    Joined in one go: what the engine gives is UTF-8, and to append and check text by text takes ten times as long.
    """
    offsets = array("i", accumulate((len(body or b"") for body in bodies), initial=0))
    present = arrow.array([body is not None for body in bodies]).buffers()[1]
    joined = b"".join(body or b"" for body in bodies)
    return arrow.StringArray.from_buffers(len(bodies), arrow.py_buffer(offsets), arrow.py_buffer(joined), present)


def _opened(path: Path) -> files.ParquetFile:
    try:
        return files.ParquetFile(path, buffer_size=_BUFFER)
    except arrow.ArrowInvalid:
        raise SettingsError(f"{path} is no Parquet file, or it is damaged. Write it again") from None


def _is_odd(kind: arrow.DataType) -> bool:
    """Whether values of a type are, or hold, what is no value of a template."""
    types = arrow.types
    if types.is_nested(kind):
        return types.is_map(kind) or any(_is_odd(kind.field(number).type) for number in range(kind.num_fields))
    if types.is_dictionary(kind):
        return _is_odd(kind.value_type)
    return not (
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_boolean(kind)
        or types.is_null(kind)
    )


def _careful(row: int, batch: arrow.RecordBatch, number: int) -> Row:
    """A row, column by column."""
    profile: dict[str, object] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            profile[name] = of_template(column[number].as_py(), pairs=True)
        except Unfit as error:
            return BrokenRow(row, f"column `{name}`: {error}")
        except (ValueError, OverflowError):
            return BrokenRow(row, f"column `{name}`: its value is outside what Python's {column.type} holds")
    return Recipient(row, {"profile": profile})


def _to_microseconds(kind: arrow.DataType) -> arrow.DataType:
    """A type, with microseconds where it has nanoseconds: Python has no finer ones."""
    types = arrow.types
    if types.is_timestamp(kind) and kind.unit == "ns":
        return arrow.timestamp("us", kind.tz)
    if types.is_duration(kind) and kind.unit == "ns":
        return arrow.duration("us")
    if types.is_time64(kind):
        return arrow.time64("us")
    if types.is_list(kind):
        return arrow.list_(kind.value_field.with_type(_to_microseconds(kind.value_type)))
    if types.is_struct(kind):
        fields = [kind.field(number) for number in range(kind.num_fields)]
        return arrow.struct([field.with_type(_to_microseconds(field.type)) for field in fields])
    return kind
