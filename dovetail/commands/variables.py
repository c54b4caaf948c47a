"""The variables of a render, from `--profile` and `--set`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from dovetail.errors import UsageError
from dovetail.integrations.json_object import read_object

_NAME = re.compile(r"\$?[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_-]+)*\Z")


def gather(profile: Path | None, values: tuple[str, ...]) -> dict[str, object]:
    """The variables: the profile's file first, then each `NAME=VALUE` over it.

    Raises:
        SettingsError: the profile's file is not there or not a JSON object.
        UsageError: a `--set` that is not NAME=VALUE.
    """
    variables: dict[str, object] = {}
    if profile is not None:
        variables["profile"] = read_profile(profile)
    for pair in values:
        name, equals, value = pair.partition("=")
        if not equals or not _NAME.match(name):
            raise UsageError(f"--set takes NAME=VALUE, such as --set profile.firstname=Ann, not `{name}`")
        _put(variables, name.removeprefix("$").split("."), value)
    return variables


def read_profile(path: Path) -> dict[str, object]:
    """One profile: a file with one JSON object.

    Raises:
        SettingsError: it is not there or not a JSON object; the place is named.
    """
    return read_object(path, "the profile", 'Write {"firstname": "Ann", …}; for many, use dovetail mail')


def _put(variables: dict[str, object], steps: list[str], value: str) -> None:
    here = variables
    for step in steps[:-1]:
        below = here.get(step)
        if not isinstance(below, dict):
            below = here[step] = {}
        here = cast("dict[str, object]", below)
    here[steps[-1]] = value
