"""Profiles from memory: the source behind `{loadprofile}` and `{loadsubprofile}` for embedders and tests.

A source is a database (`Customers`) or a collection of subprofiles (`Customers:Orders`); its records are
mappings. Comparison is PHP's, as in templates.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from dovetail.engine.modifiers.lists import select
from dovetail.engine.ports import Answer, Ask, Finding, Lifetime, Query, Request, Suggestion, Talk
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError, did_you_mean

IDENTIFIER = "profiles"


class MemoryProfiles:
    """A provider over lists of mappings; asks nothing of anybody."""

    def __init__(self, sources: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
        self._sources = {name: [dict(record) for record in records] for name, records in sources.items()}

    @property
    def identifier(self) -> str:
        """The name under which `{loadprofile}` asks."""
        return IDENTIFIER

    @property
    def fingerprint(self) -> str:
        """Nothing is kept between processes."""
        return str(id(self))

    def schema(self) -> Schema:
        """Profiles have no variables of their own: they are loaded by tag."""
        return Schema(kind="profiles", summary="Profiles that templates load by their fields.", members={})

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        """The records of each ask's source that its query selects."""
        yield from ()
        now = time.time()
        answers: dict[Ask, Answer | ProviderError] = {}
        for ask in asks:
            records = self._sources.get(ask.collection)
            if records is None:
                advice = did_you_mean(ask.collection, sorted(self._sources))
                answers[ask] = ProviderError(f"there is no database `{ask.collection}`", help=advice)
            else:
                query = ask.key if isinstance(ask.key, Query) else Query(limit=1)
                answers[ask] = Answer(select(records, query), fetched_at=now)
        return answers

    def lifetime(self, ask: Ask) -> Lifetime:
        """Profiles are personal, and memory is quick: nothing is kept."""
        return Lifetime(0.0, personal=True)

    def authorize(self, request: Request) -> Request:
        """Nothing is sent."""
        return request

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """Nothing stands below the identifier."""
        yield from ()
        return ()

    def check(self) -> Talk[Sequence[Finding]]:
        """What is there."""
        yield from ()
        return [Finding(True, f"{name}: {len(records)} profiles") for name, records in self._sources.items()]
