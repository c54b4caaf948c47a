"""Changing `dovetail.toml` without disturbing it: the user's other lines, comments and order stay as they are.

Both changes are changes of the text, and each is checked before anything is written: the new text must say
what the old one said, plus or minus the one integration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from dovetail.errors import SettingsError, did_you_mean
from dovetail.integrations.document import KeyPath, parse_text, read_text, walk
from dovetail.integrations.identifiers import fault_of_identifier
from dovetail.integrations.secrets import SecretPlace
from dovetail.integrations.settings import Settings, check_settings, read_settings
from dovetail.integrations.whole_file import write_whole
from dovetail.providers.kinds import Kind


def add_integration(
    path: Path,
    identifier: str,
    kind: Kind,
    plain: Mapping[str, object],
    secrets: Mapping[str, SecretPlace],
    kinds: Mapping[str, Kind] | None = None,
) -> Settings:
    """Append an integration to the file, which is made when it is not there. Returns the new settings.

    `kinds` are the kinds that exist (all registered ones unless given).

    Raises:
        SettingsError: the name is taken or not allowed, the file is broken, or the result would be; the file
            is then as it was.
    """
    if wrong := fault_of_identifier(identifier):
        raise SettingsError(wrong)
    text = ""
    if path.exists():
        text = read_text(path).text
        if any(item.identifier == identifier for item in read_settings(path, kinds).integrations):
            raise SettingsError(
                f"{path} has an integration `{identifier}` already. Choose another name, or remove it first: "
                f"dovetail integrations remove {identifier}"
            )
    lines = [f"[integrations.{identifier}]", f"kind = {_toml(kind.name)}"]
    lines += [f"{name} = {_toml(value)}" for name, value in plain.items()]
    lines += [f"{name} = {{ {place.where} = {_toml(place.name)} }}" for name, place in secrets.items()]
    end = "\r\n" if "\r\n" in text else "\n"
    before = text if not text or text.endswith("\n") else text + end
    gap = end if before.strip() else ""
    whole = before + gap + end.join(lines) + end
    checked = check_settings(path, parse_text(str(path), whole), kinds)
    _put(path, whole)
    return checked


def remove_integration(path: Path, identifier: str) -> None:
    """Take an integration out of the file, also one whose settings are wrong.

    Raises:
        SettingsError: there is none of that name, the file is not TOML, or the integration is written in a way
            that cannot be cut out safely; the file is then as it was.
    """
    old = read_text(path)
    tables = old.values.get("integrations", {})
    left = dict(cast("dict[str, object]", tables)) if isinstance(tables, dict) else {}
    if identifier not in left:
        near = did_you_mean(identifier, list(left))
        raise SettingsError(f"{path} has no integration `{identifier}`" + (f"; {near}" if near else ""))
    del left[identifier]
    new = parse_text(str(path), _without(old.text, ("integrations", identifier)))
    if new.values.get("integrations", {}) != left:
        raise SettingsError(
            f"{old.at('integrations', identifier)}: `{identifier}` does not stand in a table of its own, "
            "so it cannot be removed safely. Remove its lines by hand"
        )
    _put(path, new.text)


def _without(text: str, path: KeyPath) -> str:
    lines = text.split("\n")
    kept: list[str] = []
    maybe_about_next: list[str] = []
    for table, number, line in walk(text):
        own = lines[number - 1]
        if table[: len(path)] != path:
            # A comment below an empty line, right above the next table, is about that table.
            kept += [*maybe_about_next, own]
            maybe_about_next = []
        elif not own.strip():
            maybe_about_next = [own]
        elif line.lstrip().startswith("#") and maybe_about_next:
            maybe_about_next.append(own)
        else:
            maybe_about_next = []
    return "\n".join(kept)


def _put(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}. It is as it was before") from None


def _toml(value: object) -> str:
    """A plain value as TOML; its basic strings know JSON's escapes, and want DEL escaped too."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
