"""The `[lint]` table of dovetail.toml: how grave findings are, which mail clients matter, who is a sample.

::

    [lint]
    sample = "people.csv"
    clients = ["Gmail", "Outlook"]
    severity = { missing-default = "off", out-of-stock = "error" }
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from dovetail.errors import SettingsError, did_you_mean

LintWord: TypeAlias = Literal["error", "warning", "info", "hint", "off"]
_SETTINGS = ("clients", "sample", "severity")


@dataclass(frozen=True, slots=True)
class LintSettings:
    """What `[lint]` says. `places`: where each code of `severities` stands, as `dovetail.toml:3:1`."""

    severities: Mapping[str, LintWord] = field(default_factory=dict[str, LintWord])
    clients: tuple[str, ...] = ()
    sample: Path | None = None
    places: Mapping[str, str] = field(default_factory=dict[str, str])

    def check_codes(self, known: Collection[str]) -> None:
        """Hold the codes against those that exist, which only the lints themselves know.

        Raises:
            SettingsError: one does not exist; it names the nearest.
        """
        faults = list[str]()
        for code in self.severities:
            if code not in known:
                near = did_you_mean(code, sorted(known)) or "all codes are in docs/lints.md and docs/errors.md"
                faults.append(f"{self.places[code]}: there is no finding `{code}`. {near[:1].upper()}{near[1:]}.")
        if faults:
            raise SettingsError("\n".join(faults))


def read_lint(
    table: object, folder: Path, place: Callable[[str], str], fault: Callable[[Sequence[str], str, str], None]
) -> LintSettings:
    """Read the table; `folder` is that of the file, `place` says where a code stands, `fault` takes what is wrong."""
    if not isinstance(table, dict):
        fault((), "`lint` is a table", "Write [lint] on a line of its own")
        return LintSettings()
    given = cast("dict[str, object]", table)
    for name in given:
        if name not in _SETTINGS:
            near = did_you_mean(name, _SETTINGS) or f"Known are: {', '.join(_SETTINGS)}"
            fault((name,), f"`{name}` is not a setting of lint", near[:1].upper() + near[1:])
    clients, sample = given.get("clients", []), given.get("sample")
    names = cast("list[object]", clients) if isinstance(clients, list) else None
    if names is None or not all(isinstance(each, str) for each in names):
        fault(("clients",), "`clients` is a list of mail clients", 'For example: clients = ["Gmail", "Outlook"]')
        names = []
    path = folder / sample if isinstance(sample, str) else None
    if sample is not None and path is None:
        fault(("sample",), "`sample` names a file of recipients", 'For example: sample = "people.csv"')
    elif path is not None and not path.is_file():
        fault(("sample",), f"there is no file `{sample}`", "Paths begin at the folder of this file")
    severities = _severities(given.get("severity", {}), fault)
    places = {code: place(code) for code in severities}
    return LintSettings(severities, tuple(str(each) for each in names), path, places)


def _severities(given: object, fault: Callable[[Sequence[str], str, str], None]) -> Mapping[str, LintWord]:
    example = 'For example: severity = { missing-default = "off" }'
    if not isinstance(given, dict):
        fault(("severity",), "`severity` gives codes of findings a severity", example)
        return {}
    found, words = dict[str, LintWord](), {str(each): each for each in get_args(LintWord)}
    for code, word in cast("dict[str, object]", given).items():
        if isinstance(word, str) and word in words:
            found[code] = cast("LintWord", word)
        else:
            fault(("severity", code), f"the severity of `{code}` is one of {', '.join(words)}", example)
    return found
