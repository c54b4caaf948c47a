"""The failure policies that are tried, each with what it allows, worked out by hand from docs/integrations.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dovetail import Policy
from dovetail.providers.vault import new_key


@dataclass(frozen=True, slots=True)
class Case:
    """`oldest`: seconds that what a mail shows may be old, by kind of data. `orders_may_be_missing`: a mail may be
    made without its order, where that could not be had. `rechecked`: the age of what all mails share counts for each
    mail anew, not for the mailing."""

    name: str
    policy: Policy
    oldest: Mapping[str, float]
    orders_may_be_missing: bool = False
    rechecked: bool = False


TTL = {"product": 120.0, "customer": 60.0, "order": 30.0}

KEY = new_key()

FAIL = Case(
    "fail",
    Policy(
        concurrency=3,
        ttl=TTL,
        timeout=10,
        # Everything lies in the folder that both accounts use, and both have the key.
        personal_cache="encrypted",
        personal_key=lambda: KEY,
        allow_private_addresses=True,
    ),
    TTL,
)

STALE = Case(
    "stale",
    Policy(
        concurrency=2,
        ttl=TTL,
        timeout=10,
        on_failure="stale",
        stale_up_to={"product": 150.0, "others": 1000.0},
        revalidate={"order": 45.0},
        personal_ttl=200.0,
        allow_private_addresses=True,
    ),
    # What is about persons is never kept for longer than `personal_ttl`.
    {"product": 150.0, "customer": 200.0, "order": 200.0},
)

EMPTY = Case(
    "empty",
    Policy(
        concurrency=4,
        ttl=TTL,
        timeout=10,
        on_failure={"order": "empty", "others": "fail"},
        allow_private_addresses=True,
    ),
    TTL,
    orders_may_be_missing=True,
)

RECHECK = Case(
    "recheck",
    Policy(
        concurrency=3,
        ttl=TTL,
        timeout=10,
        recheck={"product": 30.0},
        revalidate={"customer": 90.0},
        allow_private_addresses=True,
    ),
    {**TTL, "product": 30.0, "customer": 90.0},
    rechecked=True,
)

CASES = (FAIL, STALE, EMPTY, RECHECK)
