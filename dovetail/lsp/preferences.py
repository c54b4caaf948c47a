"""The editor's own settings (`dovetail.…`), put over those of dovetail.toml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from dovetail.errors import did_you_mean
from dovetail.lsp.features.view import LintSeverity, Preferences

_SWITCHES = {"inlayHints": "inlay", "closeTags": "close_tags", "hidePersonalData": "masked"}
_KNOWN = (*_SWITCHES, "severities", "mailClients")
_ELSEWHERE = frozenset({"path", "arguments", "trace", "server"})
"""Settings that are the client's business."""


def preferred(given: Preferences, settings: Mapping[str, object]) -> tuple[Preferences, Sequence[tuple[str, str]]]:
    """The preferences with an editor's settings, and of each value that does not fit its name and a sentence."""
    faults = list[tuple[str, str]]()
    made = given
    for name, value in settings.items():
        if value is None or name in _ELSEWHERE:
            continue
        if name in _SWITCHES:
            if isinstance(value, bool):
                match _SWITCHES[name]:
                    case "inlay":
                        made = replace(made, inlay=value)
                    case "close_tags":
                        made = replace(made, close_tags=value)
                    case _:
                        made = replace(made, masked=value)
            else:
                faults.append((name, f"the setting dovetail.{name} is true or false"))
        elif name == "severities":
            severities = _severities(value)
            if severities is None:
                words = ", ".join(get_args(LintSeverity))
                faults.append((name, f"the setting dovetail.severities gives each code one of {words}"))
            else:
                made = replace(made, severities={**given.severities, **severities})
        elif name == "mailClients":
            if isinstance(value, list) and all(isinstance(each, str) for each in value):
                made = replace(made, clients=tuple(str(each) for each in value))
            else:
                faults.append((name, "the setting dovetail.mailClients is a list of names"))
        else:
            advice = did_you_mean(name, _KNOWN) or f"known are {', '.join(_KNOWN)}"
            faults.append((name, f"there is no setting dovetail.{name}; {advice}"))
    return made, faults


def _severities(value: object) -> Mapping[str, LintSeverity] | None:
    if not isinstance(value, Mapping):
        return None
    found = dict[str, LintSeverity]()
    for code, word in value.items():
        known = next((each for each in get_args(LintSeverity) if each == word), None)
        if known is None:
            return None
        found[str(code)] = known
    return found
