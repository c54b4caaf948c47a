"""What the language server is handed by the composition root: accounts with live data, and how mails are rendered.

It imports no provider and reads no settings: a folder of templates is opened for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dovetail.engine.compiler.options import Options
from dovetail.engine.ports import Answer, Ask, Lifetime, Suggestion
from dovetail.engine.rendered import Rendered
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError
from dovetail.lsp.features.view import Preferences, Sample


class LiveData(Protocol):
    """An account's integrations. Asking may take as long as a shop takes; nothing here blocks the event loop."""

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """What stands under each identifier."""
        ...

    def lifetime(self, ask: Ask) -> Lifetime:
        """How long an answer may be shown without being asked again, and whether it is about a person."""
        ...

    async def answers(self, asks: Sequence[Ask]) -> Mapping[Ask, Answer | ProviderError]:
        """An answer, or why there is none, for each ask."""
        ...

    async def suggestions(self, identifier: str, path: Sequence[str], text: str, limit: int) -> Sequence[Suggestion]:
        """Live continuations of a path, found by `text`.

        Raises:
            ProviderError: the integration cannot be asked.
        """
        ...

    def close(self) -> None:
        """End connections. May be called twice."""
        ...


Render = Callable[[str, str, Mapping[str, object]], Awaitable[Rendered]]
"""Renders a text under a template's name for a recipient's variables.

Raises TemplateError with places in the text.
"""


class Templates(Protocol):
    """Templates that stand in no folder of this machine."""

    def texts(self) -> Mapping[str, str]:
        """All of them by name, as they are now. Called at each key: it is to be cheap."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """What stands behind a folder of templates.

    `notices`: what of the settings cannot be used, in sentences for people; the account works without it. `files`:
    files that it was made from; when one changes, the account is made anew. `owner` tells its shops from those of
    others: what was seen of one is not shown for another that has its name. `templates`: in place of those of the
    folder; then no file of this machine is looked at, and no preview is served from it.
    """

    owner: str
    data: LiveData
    render: Render
    options: Options = Options()
    preferences: Preferences = Preferences()
    samples: Sequence[Sample] = ()
    notices: Sequence[str] = ()
    files: Sequence[Path] = field(default_factory=tuple)
    templates: Templates | None = None


class Accounts(Protocol):
    """Opens the account of a folder."""

    @property
    def root(self) -> Path | None:
        """The one folder that all texts are of, for templates that stand in no folder (`Account.templates`)."""
        ...

    def open(self, folder: Path) -> Account:
        """The account whose settings stand in a folder, or above it; one without integrations when there are none.

        Reads files and asks nothing of the network. Never raises for what people wrote into their settings.
        """
        ...
