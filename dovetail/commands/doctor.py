"""`dovetail doctor`: is this machine ready, and if not, what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from dovetail.commands.options import config_option, find_config


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at; `note`: not needed, but good to know."""

    state: Literal["ok", "note", "bad"]
    what: str
    remedy: str = ""


@click.command()
@config_option
@click.option("--online", is_flag=True, help="Connect to every integration too.")
def command(config: Path | None, online: bool) -> None:
    """Look at everything that Dovetail needs on this machine, and say how to mend what is missing.

    \b
    Example:
      dovetail doctor
      dovetail doctor --online
    """
    marks = {"ok": "ok  ", "note": "note", "bad": "BAD "}
    bad = False
    for sign in _look(config, online):
        click.echo(f"{marks[sign.state]}  {sign.what}")
        if sign.remedy:
            click.echo(f"      → {sign.remedy}")
        bad = bad or sign.state == "bad"
    if bad:
        raise click.exceptions.Exit(1)


def _look(config: Path | None, online: bool) -> Iterator[Sign]:
    yield _python()
    yield from _packages()
    yield from _plugins()
    yield _cache()
    yield from _settings(config, online)


def _python() -> Sign:
    number = ".".join(str(part) for part in sys.version_info[:3])
    # An older Python does not get this far: the package cannot be installed there.
    return Sign("ok", f"Python {number}")


def _packages() -> Iterator[Sign]:
    from importlib.metadata import PackageNotFoundError, version

    for name in ("click", "diskcache", "httpx", "lark", "pygls"):
        try:
            yield Sign("ok", f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Sign("bad", f"{name} is missing", "pip install dovetail-mail")
    try:
        yield Sign("ok", f"keyring {version('keyring')}")
    except PackageNotFoundError:
        yield Sign(
            "note", "no keyring: secrets come from environment variables", "pip install 'dovetail-mail[keyring]'"
        )


def _plugins() -> Iterator[Sign]:
    from dovetail.providers.registry import troubles

    for trouble in troubles():
        yield Sign("bad", trouble.sentence, trouble.remedy)


def _cache() -> Sign:
    from dovetail.integrations.environment import default_cache_folder
    from dovetail.integrations.whole_file import write_whole

    folder = default_cache_folder()
    trial = folder / ".dovetail-trial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(trial, "")
        trial.unlink()
    except OSError as error:
        return Sign(
            "bad",
            f"the cache folder {folder} cannot be written: {error.strerror}",
            "Make room there, or set XDG_CACHE_HOME to another folder",
        )
    return Sign("ok", f"the cache folder {folder} can be written")


def _settings(config: Path | None, online: bool) -> Iterator[Sign]:
    from dovetail.commands.integrations import test_connection
    from dovetail.errors import DovetailError
    from dovetail.integrations.settings import read_settings

    path = find_config(config)
    if path is None:
        yield Sign("note", "no dovetail.toml here", "dovetail integrations add mywebshop magento2")
        return
    try:
        settings = read_settings(path)
    except DovetailError as error:
        yield Sign("bad", str(error))
        return
    yield Sign("ok", f"{path} can be read: {len(settings.integrations)} integrations")
    for item in settings.integrations:
        missing = [place.describe() for place in item.secrets.values() if not place.is_there()]
        if missing:
            yield Sign("bad", f"{item.identifier}: secrets are missing", f"Set: {', '.join(missing)}")
        elif online:
            try:
                fine = test_connection(item)
            except DovetailError as error:
                yield Sign("bad", f"{item.identifier} cannot be reached: {error}")
            else:
                yield Sign("ok" if fine else "bad", f"{item.identifier} was asked")
