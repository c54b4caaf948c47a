"""What can go wrong between a shop and us, as settings of the double."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from tests.doubles.shop import Shop

Fault = Mapping[str, object]

LATENCY: Fault = {"kind": "latency", "ms": 4, "jitter_ms": 12}

CALM: Sequence[Fault] = (LATENCY,)

_BROKEN = ("garbage", "html_prefix", "bom", "invalid_utf8", "trailing", "null", "number", "html", "cut")

_ABOUT_PERSONS = "/V1/(customers|orders)"


def squall() -> Sequence[Fault]:
    """5 % errors, and drops, truncated and malformed bodies: each fault by itself, in every mixture."""
    return (
        LATENCY,
        *({"kind": "status", "code": code, "probability": 0.0125} for code in (500, 502, 503, 504)),
        {"kind": "drop", "probability": 0.02},
        {"kind": "drop", "reset": True, "probability": 0.01},
        {"kind": "drop", "when": "after", "probability": 0.01},
        {"kind": "truncate", "fraction": 0.6, "probability": 0.03},
        {"kind": "empty", "probability": 0.01},
        {"kind": "close", "probability": 0.05},
        *({"kind": "malformed", "mode": mode, "probability": 0.01} for mode in _BROKEN),
        # JSON, but no answer: what is taken for an empty list here is a mail with a hole.
        *(
            {"kind": "malformed", "mode": mode, "probability": 0.03, "path": _ABOUT_PERSONS}
            for mode in ("null", "number")
        ),
    )


def refusals(choices: Random) -> Sequence[Fault]:
    """429 storms: some that name a pause, a short one and one of none, and some that do not."""
    return tuple(
        {
            "kind": "status",
            "code": 429,
            "after": choices.randrange(3, 12) * (number + 1),
            "times": choices.randrange(2, 7),
            **({"headers": {"Retry-After": pause}} if pause else {}),
        }
        for number, pause in enumerate(("1", "", "0"))
    )


def outage(choices: Random) -> Sequence[Fault]:
    """Nothing comes through: a closed door, a broken line, or a page that says so."""
    return (
        choices.choice(
            (
                {"kind": "status", "code": 503},
                {"kind": "drop"},
                {"kind": "drop", "reset": True},
                {"kind": "malformed", "mode": "html"},
            )
        ),
    )


def shut(seconds: int) -> Sequence[Fault]:
    """A refusal that asks for a longer pause than anybody waits for."""
    return (LATENCY, {"kind": "status", "code": 429, "headers": {"Retry-After": str(seconds)}})


def becomes(shop: Shop, faults: Sequence[Fault]) -> None:
    """From now on this is the weather of a shop."""
    shop.control("faults", method="DELETE")
    shop.control("faults", [dict(fault) for fault in faults])
