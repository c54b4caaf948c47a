"""Files as a provider: asks become questions for the reader, and rows become records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import cast

from dovetail.engine.ports import (
    Answer,
    Ask,
    Finding,
    Lifetime,
    Query,
    Record,
    Request,
    Response,
    Suggestion,
    Talk,
)
from dovetail.engine.schema import Schema
from dovetail.errors import OddAnswerError, ProviderError, did_you_mean
from dovetail.providers.described.checking import none_described
from dovetail.providers.described.queries import MOST_RECORDS, empty, selects_nothing
from dovetail.providers.described.suggestions import matching, suggest
from dovetail.providers.file.spec import Collection, Collections, Row, Wish

Answered = Mapping[Ask, Answer | ProviderError]

_LOOKED_THROUGH = 2_000
"""Records in which a typed text is looked for."""


class Files:
    """Reads collections of files. Answers are never kept: a file that changed is read anew."""

    __slots__ = ("_collections", "_identifier")

    def __init__(self, identifier: str, collections: Collections) -> None:
        self._identifier = identifier
        self._collections = collections.by_name

    @property
    def identifier(self) -> str:
        """The name under which templates know the files."""
        return self._identifier

    @property
    def fingerprint(self) -> str:
        """Paths and description: what answers depend on besides the files themselves."""
        return f"file {hashlib.sha256(repr(sorted(self._collections.items())).encode()).hexdigest()}"

    def schema(self) -> Schema:
        """What the settings tell; a file may have more fields."""
        shapes = [item.shape for item in self._collections.values()]
        return Schema(
            kind="file",
            summary="Files: " + ", ".join(dict.fromkeys(item.place.shown for item in self._collections.values())),
            members={name: member for shape in shapes for name, member in shape.members().items()},
            records={shape.name: shape.record_type() for shape in shapes},
        )

    def resolve(self, asks: Sequence[Ask]) -> Talk[Answered]:
        """Answer the asks: one question for the keys of a collection, one for each list."""
        answered: dict[Ask, Answer | ProviderError] = {}
        keyed: dict[str, list[Ask]] = {}
        questions: list[tuple[Request, list[Ask]]] = []
        for ask in asks:
            collection = self._collections.get(ask.collection)
            if collection is None:
                answered[ask] = self._unknown(ask)
            elif not isinstance(ask.key, Query):
                if empty(ask.key):
                    answered[ask] = Answer(None, found=False)
                else:
                    keyed.setdefault(ask.collection, []).append(ask)
            elif selects_nothing(collection.shape, ask.key):
                answered[ask] = Answer([])
            else:
                questions.append((Wish(query=ask.key).request(ask.collection), [ask]))
        for name, wanted in keyed.items():
            keys = tuple(dict.fromkeys(str(ask.key) for ask in wanted))
            questions.append((Wish(keys).request(name), wanted))
        replies = (yield [request for request, _ in questions]) if questions else ()
        for (_, members), reply in zip(questions, replies, strict=True):
            answered.update(self._answers(self._collections[members[0].collection], members, reply))
        return answered

    def lifetime(self, ask: Ask) -> Lifetime:
        """None: looking whether a file changed costs next to nothing."""
        collection = self._collections.get(ask.collection)
        return Lifetime(0.0, personal=collection is None or collection.shape.personal)

    def authorize(self, request: Request) -> Request:
        """The request as it is: the system's permissions say who may read a file."""
        return request

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """What is there below a path, live."""
        return suggest(self._identifier, self.schema(), self.resolve, self._search, path, text, limit)

    def check(self) -> Talk[Sequence[Finding]]:
        """Read the first record of every collection."""
        if not self._collections:
            yield from ()
            return [none_described(self._identifier, "", "product")]
        known = list(self._collections.values())
        replies = yield [Wish(query=Query(limit=1)).request(item.shape.name) for item in known]
        return [self._finding(item, reply) for item, reply in zip(known, replies, strict=True)]

    def _finding(self, collection: Collection, reply: Response | ProviderError) -> Finding:
        where = f"{collection.shape.name}: {collection.place.shown}"
        try:
            rows, _ = _read(reply)
            for row in rows:
                self._record(collection, row)
        except ProviderError as error:
            return Finding(False, f"{collection.shape.name}: {error.message}", error.help)
        if not rows:
            return Finding(True, f"{where} can be read, and has no rows")
        missing = [name for name in collection.shape.fields if name not in rows[0]]
        if missing:
            columns = ", ".join(list(rows[0])[:20])
            return Finding(False, f"{where} has no {', '.join(missing)}", f"check `types`; its first row has {columns}")
        return Finding(True, f"{where} can be read; its first row has {', '.join(list(rows[0])[:20])}")

    def _answers(self, collection: Collection, asks: Sequence[Ask], reply: Response | ProviderError) -> Answered:
        try:
            rows, notes = _read(reply)
            at = reply.at if isinstance(reply, Response) else 0.0
            if isinstance(asks[0].key, Query):
                records = [self._record(collection, row) for row in rows]
                return {ask: Answer(list[object](records), fetched_at=at, notes=notes) for ask in asks}
            by_key: dict[str, list[Record]] = {}
            for row in rows:
                record = self._record(collection, row)
                by_key.setdefault(str(record.key), []).append(record)
        except ProviderError as error:
            return dict.fromkeys(asks, error)
        return {ask: self._only(collection, by_key.get(str(ask.key), []), at) for ask in asks}

    def _only(self, collection: Collection, records: Sequence[Record], at: float) -> Answer | ProviderError:
        if not records:
            return Answer(None, found=False, fetched_at=at)
        if len(records) > 1:
            shape = collection.shape
            return OddAnswerError(
                f"{collection.place.shown} has {len(records)} rows of {shape.name} with the same {shape.key}",
                identifier=self._identifier,
                help=f"check `key` of the collection {shape.name}: its value tells rows apart",
            )
        return Answer(records[0], fetched_at=at)

    def _record(self, collection: Collection, row: Row) -> Record:
        shape = collection.shape
        key = shape.key_of(row)
        if key is None:
            columns = ", ".join(list(row)[:20])
            raise OddAnswerError(
                f"a row of {collection.place.shown} has no {shape.key}: it has {columns}",
                identifier=self._identifier,
                help=f"check `key` of the collection {shape.name}: the column whose value tells rows apart",
            )
        return shape.record(row, key)

    def _search(self, name: str, text: str, limit: int) -> Talk[Sequence[Record]]:
        wanted = _LOOKED_THROUGH if text else limit
        rows, _ = _read((yield [Wish(query=Query(limit=wanted)).request(name)])[0])
        records = [self._record(self._collections[name], row) for row in rows]
        return matching(records, text)[:limit]

    def _unknown(self, ask: Ask) -> ProviderError:
        known = list(self._collections)
        near = did_you_mean(ask.collection, known) or f"described are: {', '.join(known)}"
        return ProviderError(f"`{self._identifier}` has no {ask.collection}", identifier=self._identifier, help=near)


def _read(reply: Response | ProviderError) -> tuple[list[Row], tuple[str, ...]]:
    """The rows of a reply, and notes for the report."""
    if isinstance(reply, ProviderError):
        raise reply
    found = cast("dict[str, object]", json.loads(reply.body))
    notes = [str(each) for each in cast("list[object]", found["notes"])]
    if found["more"]:
        notes.append(f"only the first {MOST_RECORDS:,} rows were taken; add a filter or |limit")
    return cast("list[Row]", found["rows"]), tuple(notes)
