"""The kinds of integrations that are there: the built-in ones and those that installed packages register.

A package that cannot be used is named, with a remedy, and nothing else suffers from it.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version

from dovetail.errors import SettingsError, did_you_mean
from dovetail.providers.kinds import Kind, Setting
from dovetail.providers.plugins import Origin, guarded, place, unusable_kind

GROUP = "dovetail.providers"

_LOG = logging.getLogger(__name__)
# Also known without an installed package: a source tree works as it stands.
_BUILT_IN = {
    name: f"dovetail.providers.{name}.settings:KIND" for name in ("magento2", "crawler", "file", "graphql", "rest")
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a plug-in that registers the kind `name` is not used, and what can be done about it."""

    name: str
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.sentence}. {self.remedy[0].upper()}{self.remedy[1:]}"


def kinds() -> Mapping[str, Kind]:
    """All kinds by name. A plug-in that cannot be loaded is left out with a warning in the log."""
    found, troubles = _load()
    for trouble in troubles:
        _LOG.warning("%s", trouble)
    return found


def kind(name: str) -> Kind:
    """One kind by its name.

    Raises:
        SettingsError: there is none of that name, or its package cannot be loaded.
    """
    loaded, troubles = _load()
    if name in loaded:
        return loaded[name]
    for trouble in troubles:
        if trouble.name == name:
            raise SettingsError(str(trouble))
    known = sorted(loaded)
    nearest = did_you_mean(name, known) or f"There is: {', '.join(known)}"
    raise SettingsError(f"there is no kind of integration `{name}`. {nearest[0].upper()}{nearest[1:]}")


def troubles() -> Sequence[Trouble]:
    """What is wrong with installed plug-ins, one for each that is not used."""
    return _load()[1]


def unusable_kinds() -> Mapping[str, Kind]:
    """Kinds in place of those that cannot be loaded: their providers answer everything with the reason.

    So that a settings file which names one of them still serves the other integrations.
    """
    loaded, troubles = _load()
    return {
        trouble.name: unusable_kind(trouble.name, trouble.sentence, trouble.remedy)
        for trouble in troubles
        if trouble.name not in loaded
    }


def _load() -> tuple[dict[str, Kind], list[Trouble]]:
    found: dict[str, Kind] = {}
    troubles: list[Trouble] = []
    by_name: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        if _BUILT_IN.get(point.name) != point.value:
            by_name.setdefault(point.name, []).append(point)
    for name, points in by_name.items():
        loaded = _one(name, points)
        if isinstance(loaded, Kind):
            found[name] = loaded
        else:
            troubles.append(loaded)
    for name, address in _BUILT_IN.items():
        module, _, attribute = address.partition(":")
        found[name] = getattr(importlib.import_module(module), attribute)
    return found, troubles


def _one(name: str, points: Sequence[EntryPoint]) -> Kind | Trouble:
    origins = [_origin(point) for point in points]
    origin = origins[0]
    if name in _BUILT_IN:
        # Whoever takes the name of a shop's kind would be handed that shop's secrets.
        sentence = f"{origin} offers a kind of integration `{name}`, which Dovetail has itself; Dovetail's own is used"
        return Trouble(name, sentence, origin.remedy)
    if len(points) > 1:
        both = " and ".join(str(each) for each in origins)
        sentence = f"the kind of integration `{name}` is offered by {both}, so that neither is used"
        remedies = " or ".join(f"pip uninstall {each.package}" for each in origins)
        return Trouble(name, sentence, f"remove one of them: {remedies}")
    cannot = f"the kind of integration `{name}` of {origin} cannot be loaded"
    try:
        loaded: object = points[0].load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a plug-in does wrong, the others still work
        return Trouble(name, f"{cannot} ({_reason(error)})", origin.remedy)
    if not isinstance(loaded, Kind) or loaded.name != name:
        sentence = f"the entry point `{name}` ({points[0].value}) of {origin} is not a dovetail.providers.kinds.Kind"
        return Trouble(name, f"{sentence} of that name", origin.remedy)
    if not all(isinstance(each, Setting) for each in loaded.settings) or not callable(loaded.make):
        return Trouble(name, f"{cannot} (its settings or its `make` are not what a Kind has)", origin.remedy)
    return guarded(loaded, origin)


def _origin(point: EntryPoint) -> Origin:
    return Origin(point.dist.name, point.dist.version) if point.dist is not None else Origin(point.value)


def _reason(error: BaseException) -> str:
    if isinstance(error, ImportError) and error.name is not None:
        if error.name.partition(".")[0] == "dovetail":
            return f"it was written for another version of Dovetail: this one, {_version()}, lacks what it imports"
        if isinstance(error, ModuleNotFoundError):
            return f"it needs the module {error.name}, which is not installed"
    return place(error)


def _version() -> str:
    try:
        return version("dovetail-mail")
    except PackageNotFoundError:
        return "a source tree"
