"""Answers questions about files: for this kind, the reader is what an API's server is for others.

It reads only the files of its settings, looks again whether they changed each time it is asked, and blocks
(docs/decisions/0008-files-are-read-beside-the-transport.md).
"""

from __future__ import annotations

import json
import os
import stat
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from dovetail.engine.ports import Request, Response
from dovetail.errors import OddAnswerError, ProviderError, UnreachableError
from dovetail.providers.described.queries import MOST_RECORDS, finish
from dovetail.providers.file.database import NoColumn, Rows, by_keys, by_query, check_columns
from dovetail.providers.file.spec import Collection, Collections, Row, Wish, read_wish
from dovetail.providers.file.tables import Unreadable, load


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A file's rows, and how the file was when they were read."""

    stamp: tuple[int, int, int]
    rows: Sequence[Row]
    by_key: dict[str, list[Row]]


class Reader:
    """Reads the files of one integration. May be used from several threads."""

    def __init__(self, identifier: str, collections: Collections) -> None:
        self._identifier = identifier
        self._collections = collections.by_name
        self._loaded: dict[str, _Loaded] = {}
        self._loading = threading.Lock()

    def __call__(self, request: Request) -> Response | ProviderError:
        """The reply to a `Wish.request`: JSON of `rows`, `more` and `notes`; or why there is none."""
        name, wish = read_wish(request)
        collection = self._collections[name]
        try:
            found = self._found(collection, wish)
            body = {"rows": found.rows, "more": found.more, "notes": found.notes}
        except Unreadable as error:
            return self._fault(OddAnswerError, collection, str(error), error.remedy)
        except NoColumn as error:
            return ProviderError(str(error), identifier=self._identifier, help=error.remedy)
        except FileNotFoundError:
            remedy = f"check `path` of `{self._identifier}` and `file` of the collection {name}"
            return self._fault(UnreachableError, collection, "it is not there", remedy, retryable=True)
        except OSError as error:
            return self._fault(UnreachableError, collection, f"{error.strerror}", "look at its permissions")
        return Response(200, {"content-type": "application/json"}, json.dumps(body).encode(), time.time())

    def _found(self, collection: Collection, wish: Wish) -> Rows:
        path = collection.place.path
        if not collection.place.is_allowed():
            what = "it leads out of the folder of the settings file"
            raise Unreadable(what, "put the file itself there, or set allow_outside = true")
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("it is no file", "name the file itself, with its ending")
        if collection.format == "sqlite":
            return by_query(collection, wish.query) if wish.keys is None else by_keys(collection, wish.keys)
        loaded = self._rows(collection)
        if wish.keys is not None:
            return Rows([row for key in wish.keys for row in loaded.by_key.get(key, [])])
        if collection.format in ("csv", "parquet") and loaded.rows:
            check_columns(collection, list(loaded.rows[0]), wish.query)
        rows = finish(loaded.rows, wish.query)
        return Rows([dict(row) for row in rows[:MOST_RECORDS]], len(rows) > MOST_RECORDS)

    def _rows(self, collection: Collection) -> _Loaded:
        with self._loading, collection.place.path.open("rb") as stream:
            # Of the file that was opened: another may have taken its name meanwhile.
            state = os.fstat(stream.fileno())
            stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
            known = self._loaded.get(collection.shape.name)
            if known is not None and known.stamp == stamp:
                return known
            rows = load(collection, stream)
            by_key: dict[str, list[Row]] = {}
            for row in rows:
                key = collection.shape.key_of(row)
                if key is not None:
                    by_key.setdefault(str(key), []).append(row)
            made = _Loaded(stamp, rows, by_key)
            self._loaded[collection.shape.name] = made
            return made

    def _fault(
        self, kind: type[ProviderError], collection: Collection, what: str, remedy: str, *, retryable: bool = False
    ) -> ProviderError:
        message = f"`{self._identifier}` cannot read {collection.place.shown} for {collection.shape.name}: {what}"
        return kind(message, identifier=self._identifier, help=remedy, retryable=retryable)
