"""One kept answer: where it is kept, its text on disk, and whether it tells of a person."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from dovetail.engine.ports import Answer, Ask, Query, Record, Ref
from dovetail.providers import codec
from dovetail.providers.vault import Vault

_FORMAT = "2"


def name_of(account: str, fingerprint: str, ask: Ask) -> str:
    """The name of an answer: its integration, and a hash of all that it depends on.

    The hash is over a JSON list, so that no two lists of parts look alike.
    """
    parts = [_FORMAT, account, ask.identifier, fingerprint, ask.collection, codec.dump_key(ask.key)]
    return f"{ask.identifier}/{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"


def identifier_of(name: str) -> str:
    """The integration that an answer is of; '' for a name of an earlier version."""
    return name.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an answer is kept. A `personal` one is written to disk only with a vault."""

    name: str
    ask: Ask
    personal: bool = False
    vault: Vault | None = None

    def on_disk(self) -> str | None:
        """Its name on disk, or None when it must not get there."""
        if not self.personal:
            return self.name
        if self.vault is None or not self.vault.usable():
            return None
        return f"{self.ask.identifier}/{self.vault.name(self.name)}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept answer: `about` is the question's key as text (for answers about persons), `gone` when it ends."""

    answer: Answer
    gone: float
    about: str = ""

    def text(self) -> str:
        """As JSON text.

        Raises:
            TypeError, ValueError: the answer is no JSON.
        """
        return json.dumps([self.gone, self.about, codec.dump(self.answer)])

    def holds(self, person: str) -> bool:
        """Whether an e-mail address stands in the answer or in its question."""
        return any(mentions(text, person) for text in (self.about, *_texts(self.answer.value), *self.answer.notes))


def entry_from(text: str) -> Entry:
    """What `Entry.text` wrote.

    Raises:
        ValueError, TypeError: the text is damaged.
    """
    gone, about, answer = json.loads(text)
    return Entry(codec.load(answer), float(gone), str(about))


def mentions(text: str, person: str) -> bool:
    """Whether a text holds an e-mail address, in whatever case, also as it stands in a web address."""
    plain, wanted = _folded(text), _folded(person)
    return wanted in plain or _folded(quote(person, safe="")) in plain


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Record):
        yield str(value.key)
        yield value.title
        yield from _texts(value.fields)
    elif isinstance(value, Ref):
        yield from _texts(codec.dump_key(value.key) if isinstance(value.key, Query) else value.key)
    elif isinstance(value, Query):
        yield codec.dump_key(value)
    elif isinstance(value, Mapping):
        for name, item in cast("Mapping[object, object]", value).items():
            yield str(name)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in cast("list[object]", value):
            yield from _texts(item)
