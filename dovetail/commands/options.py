"""What several commands share: the `--config` option and how the settings file is found and used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from dovetail.integrations.settings import Settings

F = TypeVar("F", bound=Callable[..., object])


def config_option(function: F) -> F:
    """Add `--config FILE`."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The settings file. Usual: dovetail.toml beside the template, else in the current folder.",
    )(function)


def find_config(given: Path | None, beside: Path | None = None) -> Path | None:
    """The settings file to use: the given one, else `dovetail.toml` in `beside`, else in the current folder."""
    if given is not None:
        return given
    for folder in (*([beside] if beside else []), Path()):
        if (folder / "dovetail.toml").is_file():
            return folder / "dovetail.toml"
    return None


def load_settings(given: Path | None, beside: Path | None = None) -> Settings:
    """The settings; without a file: no integrations.

    Raises:
        SettingsError: the file is broken, or the given one is not there.
    """
    from dovetail.integrations.settings import Settings, read_settings

    path = find_config(given, beside)
    return read_settings(path) if path is not None else Settings(Path("dovetail.toml"))


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
