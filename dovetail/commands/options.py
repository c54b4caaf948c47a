"""What several commands share: the `--config` option and how the settings file is found and used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from dovetail.integrations.settings import Settings
    from dovetail.providers.remote import Server

F = TypeVar("F", bound=Callable[..., object])


def config_option(function: F) -> F:
    """Add `--config FILE`."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The settings file. Usual: dovetail.toml beside the template, else in the current folder.",
    )(function)


_SERVER = "dovetail.server"


def server_option(function: F) -> F:
    """Add `--server URL`: the integrations of a Dovetail service in place of those of dovetail.toml."""
    return click.option(
        "--server",
        metavar="URL",
        expose_value=False,
        callback=_remember,
        envvar="DOVETAIL_SERVER",
        help="Ask a Dovetail service: its integrations in place of those of dovetail.toml. The API key is in the "
        "environment variable DOVETAIL_API_KEY. [env: DOVETAIL_SERVER]",
    )(function)


def _remember(context: click.Context, _: click.Parameter, given: str | None) -> None:
    context.meta[_SERVER] = given


def chosen_server() -> Server | None:
    """The service that `--server` names.

    Raises:
        SettingsError: that is no address of one.
    """
    context = click.get_current_context(silent=True)
    given: str | None = context.meta.get(_SERVER) if context is not None else None
    if not given:
        return None
    from dovetail.integrations.remote import server

    return server(given)


def find_config(given: Path | None, beside: Path | None = None) -> Path | None:
    """The settings file to use: the given one, else `dovetail.toml` in `beside`, else in the current folder."""
    if given is not None:
        return given
    for folder in (*([beside] if beside else []), Path()):
        if (folder / "dovetail.toml").is_file():
            return folder / "dovetail.toml"
    return None


def load_settings(given: Path | None, beside: Path | None = None) -> Settings:
    """The settings; without a file: no integrations. With `--server`, the integrations are those of the service.

    Raises:
        SettingsError: the file is broken, or the given one is not there.
        ProviderError: the service cannot be asked.
    """
    from dovetail.integrations.settings import Settings, read_settings

    path = find_config(given, beside)
    settings = read_settings(path) if path is not None else Settings(Path("dovetail.toml"))
    service = chosen_server()
    if service is None:
        return settings
    from dovetail.integrations.remote import settings_of

    return settings_of(service, settings.path, settings.lint)


def write_output(path: Path, text: str, what: str) -> None:
    """Write a file that the user named.

    Raises:
        SettingsError: it cannot be written; an old file there is untouched.
    """
    from dovetail.errors import SettingsError
    from dovetail.integrations.whole_file import write_whole

    try:
        write_whole(path, text)
    except OSError as error:
        raise SettingsError(
            f"{what} cannot be written to {path}: {error.strerror}. Name another file, or make room there"
        ) from None


def write_json(path: Path, value: Mapping[str, object], what: str) -> None:
    """Write a JSON file that the user named.

    Raises:
        SettingsError: it cannot be written.
    """
    import json

    write_output(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n", what)
