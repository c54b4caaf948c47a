"""The variables that a mailing has by custom: aliases of the addressee, the trigger and the moment.

Copernica's documentation spells one thing in several ways; whichever the embedder gives, all can be read:
`$trigger` = `$event` = `$mailing.trigger`; `$destination` is the subprofile or else the profile addressed;
`$timestamp` is the moment of the trigger or else of the mailing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

CUSTOMARY: Final = frozenset({"destination", "event", "mailing", "profile", "subprofile", "timestamp", "trigger"})
"""The variables that `with_aliases` looks at, or adds."""


def with_aliases(variables: Mapping[str, object], now: float) -> dict[str, object]:
    """The same variables with the customary aliases added; nothing that is given is replaced."""
    found = dict(variables)
    mailing = _record(found.get("mailing"))
    trigger = found.get("trigger", found.get("event", mailing.get("trigger")))
    if trigger is not None:
        found.setdefault("trigger", trigger)
        found.setdefault("event", trigger)
        if "trigger" not in mailing:
            found["mailing"] = {**mailing, "trigger": trigger}
    subprofile = found.get("subprofile")
    if subprofile is not None and "profile" not in found and "profile" in _record(subprofile):
        found["profile"] = _record(subprofile)["profile"]
    addressee = subprofile if subprofile is not None else found.get("profile")
    if addressee is not None and "destination" not in found:
        found["destination"] = addressee
    if "timestamp" not in found:
        moment = _record(trigger).get("timestamp", mailing.get("sendtimestamp"))
        found["timestamp"] = int(now) if moment is None else moment
    return found


_NOTHING: Mapping[str, object] = {}


def _record(value: object) -> Mapping[str, object]:
    # Nearly always one of these two; the general test costs more than all else here.
    if value is None:
        return _NOTHING
    if type(value) is dict or isinstance(value, Mapping):
        return cast("Mapping[str, object]", value)
    return _NOTHING
