"""The kinds of integrations that are there: the built-in ones and those that installed packages register."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping
from importlib.metadata import entry_points

from dovetail.errors import SettingsError, did_you_mean
from dovetail.providers.kinds import Kind

GROUP = "dovetail.providers"

_LOG = logging.getLogger(__name__)
# Also known without an installed package: a source tree works as it stands.
_BUILT_IN = {"magento2": "dovetail.providers.magento2.settings:KIND"}


def kinds() -> Mapping[str, Kind]:
    """All kinds by name. A plug-in that cannot be loaded is left out with a warning in the log."""
    return {name: found for name, found in _load().items() if isinstance(found, Kind)}


def kind(name: str) -> Kind:
    """One kind by its name.

    Raises:
        SettingsError: there is none of that name, or its package cannot be loaded.
    """
    loaded = _load()
    found = loaded.get(name)
    if isinstance(found, Kind):
        return found
    if found is not None:
        raise SettingsError(found)
    known = sorted(each for each, what in loaded.items() if isinstance(what, Kind))
    nearest = did_you_mean(name, known) or f"There is: {', '.join(known)}"
    raise SettingsError(f"there is no kind of integration `{name}`. {nearest[0].upper()}{nearest[1:]}")


def _load() -> dict[str, Kind | str]:
    """Kinds, or the sentence that says why there is none, by name."""
    found: dict[str, Kind | str] = {}
    for point in entry_points(group=GROUP):
        if point.name in _BUILT_IN:
            continue
        try:
            loaded = point.load()
        except Exception as error:  # noqa: BLE001  # whatever a plug-in does wrong, the others still work
            package = point.dist.name if point.dist is not None else point.value
            found[point.name] = (
                f"the kind of integration `{point.name}` of the package {package} cannot be loaded "
                f"({type(error).__name__}). Update or remove that package"
            )
            _LOG.warning("%s", found[point.name])
            continue
        if isinstance(loaded, Kind) and loaded.name == point.name:
            found[point.name] = loaded
        else:
            found[point.name] = (
                f"the entry point `{point.name}` ({point.value}) is not a dovetail.providers.kinds.Kind of that "
                "name. Tell its author"
            )
            _LOG.warning("%s", found[point.name])
    for name, place in _BUILT_IN.items():
        module, _, attribute = place.partition(":")
        found[name] = getattr(importlib.import_module(module), attribute)
    return found
