"""What a feature may look at: a template, those beside it, live data as known now, and sample recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from dovetail.engine.ports import Answer, Ask, Suggestion
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError
from dovetail.lsp.features.reading import Reading

if TYPE_CHECKING:
    from dovetail.bridge.events.data import Trigger

Value = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What is known of the continuations of a path. `complete`: the integration has no others that match.

    `fetched_at` is in Unix seconds, 0.0 when nothing was ever fetched. `failure` says why it could not be asked now.
    """

    items: Sequence[Suggestion] = ()
    complete: bool = False
    fetched_at: float = 0.0
    failure: str = ""


class Live(Protocol):
    """A look at live data: what is known at this moment. It never waits.

    What is asked and not known, or old, is noted; the server fetches it and, within its deadline, runs the feature
    again with what came. A feature is therefore a pure function that may be run twice, and says what it can at once.
    """

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """What stands under each integration's identifier."""
        ...

    @property
    def now(self) -> float:
        """The moment of the look, Unix seconds."""
        ...

    def answer(self, ask: Ask) -> Answer | ProviderError | None:
        """The answer that is known, however old (`fetched_at`), why there is none, or None: not asked yet."""
        ...

    def suggestions(self, identifier: str, path: Sequence[str], text: str, limit: int) -> Suggestions:
        """Known continuations of `identifier.path`, found by name, SKU, e-mail address or number."""
        ...

    def failure(self, identifier: str) -> str:
        """Why an integration cannot be asked at present, in a sentence; '' when all is well."""
        ...


class Folder(Protocol):
    """The templates that can include each other."""

    def names(self) -> Sequence[str]:
        """The names of all templates."""
        ...

    def reading(self, name: str) -> Reading | None:
        """A template by name: as it stands in the editor when it is open there, else as on disk."""
        ...


LintSeverity = Literal["error", "warning", "info", "hint", "off"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """What people set in their editor or under `[editor]` and `[lint]` of dovetail.toml.

    `severities` by the code of a finding. `clients`: mail clients that matter, by their names in the caniemail data.
    `inlay`: whether live values are shown in the text. `masked`: personal values are shown as `•••`.
    """

    severities: Mapping[str, LintSeverity] = field(default_factory=dict[str, LintSeverity])
    clients: Sequence[str] = ()
    inlay: bool = True
    close_tags: bool = True
    masked: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """A recipient to look at: `label` for people, `variables` as a render gets them (`profile`, `mailing`, …)."""

    label: str
    variables: Value


@dataclass(frozen=True, slots=True)
class View:
    """What one request is answered from; the same throughout, whatever is typed meanwhile.

    `samples` are recipients of a sample file, the first is the chosen one; their fields are what `$profile` has.
    `trigger`: what `$trigger` is, in a template that follow-ups send.
    """

    reading: Reading
    folder: Folder
    live: Live
    samples: Sequence[Sample] = ()
    preferences: Preferences = Preferences()
    trigger: Trigger | None = None
