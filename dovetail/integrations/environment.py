"""An account's templates and integrations, joined: what embedders hold."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dovetail.engine.compiler.options import Dialect, Options
from dovetail.engine.environment import Engine, NoDriver, Template
from dovetail.engine.limits import Limits
from dovetail.engine.loaders import DictLoader
from dovetail.engine.ports import Driver, Loader
from dovetail.errors import Diagnostic
from dovetail.integrations.compiled import FolderStore

if TYPE_CHECKING:
    from types import TracebackType

    from dovetail.providers.connections import Connections
    from dovetail.providers.kinds import Integration


def default_cache_folder() -> Path:
    """Where answers of integrations and compiled templates are kept unless told otherwise.

    `$DOVETAIL_CACHE`, else `$XDG_CACHE_HOME/dovetail`, else `~/.cache/dovetail`.
    """
    chosen = os.environ.get("DOVETAIL_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "dovetail"


def _usual_folder() -> Path | None:
    try:
        return default_cache_folder()
    except RuntimeError:
        # A user without a home, as in many containers.
        return None


class Environment:
    """Renders templates against integrations.

    `loader`: where `get_template` and `{include}` look. `integrations`: see `dovetail.Integration`.
    `escape_html`: outputs are HTML-escaped (off for plain text and subjects). `undefined`: "blank" prints
    nothing for a variable that is not defined, "strict" makes it an error. `cache_folder`: where answers of
    integrations and compiled templates are kept for other processes; None keeps them in memory only. `now`: a
    fixed moment (Unix seconds), so that a mailing can be repeated. `timezone`, `language`: those in which dates
    are read and shown. `evaluate`: {eval} and `string:` may render text that is made at run time; leave it off
    for data of others.

    Close it, or use it as a context manager, when it has integrations.
    """

    def __init__(
        self,
        *,
        loader: Loader | None = None,
        integrations: Sequence[Integration] = (),
        account: str = "default",
        escape_html: bool = True,
        dialect: Dialect = "smarty",
        limits: Limits | None = None,
        undefined: Literal["blank", "strict"] = "blank",
        cache_folder: Path | Literal["default"] | None = "default",
        now: float | None = None,
        timezone: tzinfo = UTC,
        language: str = "en",
        evaluate: bool = False,
    ) -> None:
        self.connections: Connections | None = None
        driver: Driver = NoDriver()
        folder = _usual_folder() if cache_folder == "default" else cache_folder
        if integrations:
            # Rendering without integrations must not cost the import of an HTTP client.
            from dovetail.providers.connections import Connections

            driver = self.connections = Connections(integrations, cache_folder=folder, account=account)
        self.engine = Engine(
            loader=loader or DictLoader({}),
            schemas={item.provider.identifier: item.provider.schema() for item in integrations},
            driver=driver,
            options=Options(escape_html=escape_html, dialect=dialect, evaluate=evaluate),
            limits=limits or Limits(),
            strict=undefined == "strict",
            timezone=timezone,
            language=language,
            clock=time.time if now is None else lambda: now,
            store=None if folder is None else FolderStore(folder / "templates"),
        )

    def from_string(self, source: str, name: str = "template") -> Template:
        """A template from its text.

        Raises:
            TemplateSyntaxError: with all findings.
        """
        return self.engine.from_string(source, name)

    def get_template(self, name: str) -> Template:
        """A template from the loader.

        Raises:
            TemplateNotFound: there is none, or the name leaves the store.
            TemplateSyntaxError: with all findings.
        """
        return self.engine.get_template(name)

    def check(self, name: str) -> Sequence[Diagnostic]:
        """Everything that is to be said about a template, warnings included."""
        return self.engine.check(name)

    def close(self) -> None:
        """End connections and the cache. May be called twice."""
        if self.connections is not None:
            self.connections.close()

    def __enter__(self) -> Environment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
