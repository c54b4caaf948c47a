"""What a kind of integration is: its settings as data, and how a provider is made of them.

Third parties register a `Kind` under the entry point group `dovetail.providers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Literal

from dovetail.engine.ports import Provider
from dovetail.providers.rules import Rule, rule_of, ruled


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of an integration, enough to build a form, a prompt or a check from."""

    name: str
    summary: str
    type: Literal["text", "url", "number", "boolean"] = "text"
    required: bool = False
    secret: bool = False
    default: str | float | bool | None = None
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of integration. `make(identifier, settings)` gets checked, plain values, secrets resolved."""

    name: str
    title: str
    summary: str
    settings: tuple[Setting, ...]
    make: Callable[[str, Mapping[str, object]], Provider]


OnFailure = Literal["fail", "stale", "empty"]

NOT_FOUND = 60.0
"""Seconds for which it is believed that an id does not exist, unless a policy says otherwise."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How an integration's answers are kept, what happens when it cannot be asked, and how it is spared.

    Times are seconds; ages count from the moment at which an answer was fetched. What is `| Mapping` may be one
    value, or one for each kind of data: a collection, what stands before its dot (`stock`), or `others`.
    The rules say what each setting does.
    """

    ttl: Mapping[str, float] | None = ruled(
        None,
        Rule(
            group="freshness",
            type="span",
            only_by_kind=True,
            by_kind=True,
            example='{ product = "10m", stock = "1m" }',
            shown="the provider's own times",
            summary="how long an answer is used as it is",
        ),
    )
    revalidate: float | Mapping[str, float] = ruled(
        0.0,
        Rule(
            group="freshness",
            type="span",
            by_kind=True,
            example='{ product = "1h" }',
            shown='`"0s"`: never',
            summary="up to this age, an answer past its `ttl` is used at once and asked again in the background; "
            "the report names its age",
        ),
    )
    recheck: float | None | Mapping[str, float | None] = ruled(
        None,
        Rule(
            group="freshness",
            type="span",
            by_kind=True,
            example='{ price = "30s", stock = "10s" }',
            shown="not set",
            summary="an answer older than this is asked again before a mail with it is made, whatever `ttl` and "
            "`revalidate` say",
        ),
    )
    not_found: float | Mapping[str, float] = ruled(
        NOT_FOUND,
        Rule(
            group="freshness",
            type="span",
            by_kind=True,
            example='"5m"',
            shown='`"1m"`',
            summary="how long it is believed that an id does not exist (never longer than `ttl`)",
        ),
    )
    on_failure: OnFailure | Mapping[str, OnFailure] = ruled(
        "fail",
        Rule(
            group="failure",
            type="choice",
            choices=("fail", "stale", "empty"),
            by_kind=True,
            example='{ product = "stale", price = "fail" }',
            shown='`"fail"`',
            summary="what becomes of a mail whose data cannot be had: `fail`: it is not made, and the report says "
            "which source and why; `stale`: an older answer will do, up to `stale_up_to`, and the report names its "
            "age; `empty`: it is made without, with a note in the report",
        ),
    )
    stale_up_to: float | Mapping[str, float] = ruled(
        7 * 86400.0,
        Rule(
            group="failure",
            type="span",
            by_kind=True,
            example='"2d"',
            shown='`"7d"`',
            summary='the greatest age of an answer that is used because of `on_failure = "stale"`',
        ),
    )
    timeout: float = ruled(
        20.0,
        Rule(
            group="failure",
            type="span",
            least=0.001,
            example='"10s"',
            shown='`"20s"`',
            summary="how long one attempt of a request may take",
        ),
    )
    concurrency: int = ruled(
        4,
        Rule(
            group="politeness",
            type="whole",
            least=1,
            most=64,
            example="2",
            shown="`4`",
            summary="requests at the same time, at most",
        ),
    )
    rate: float | None = ruled(
        None,
        Rule(
            group="politeness",
            type="number",
            least=0.001,
            most=10_000,
            example="5",
            shown="no limit",
            summary="requests a second, at most; 0.5 is one in two seconds",
        ),
    )
    burst: int = ruled(
        1,
        Rule(
            group="politeness",
            type="whole",
            least=1,
            most=10_000,
            example="10",
            shown="`1`: evenly spread",
            summary="requests that may come together after a while of rest, where there is a `rate`",
        ),
    )
    max_requests: int | None = ruled(
        None,
        Rule(
            group="politeness",
            type="whole",
            least=1,
            most=1_000_000_000,
            example="5000",
            shown="no limit",
            summary="requests of one run (a mailing, or a worker's part of it), at most, each attempt counted; what "
            "needs more fails with an error that says so",
        ),
    )
    breaker_failures: int = ruled(
        10,
        Rule(
            group="politeness",
            type="whole",
            least=1,
            most=1_000_000,
            example="5",
            shown="`10`",
            summary="after so many failed attempts in a row nothing is sent for a while (`breaker_pause`)",
        ),
    )
    breaker_share: float = ruled(
        0.5,
        Rule(
            group="politeness",
            type="number",
            least=0.01,
            most=1,
            example="0.8",
            shown="`0.5`",
            summary="the same when this share of the last 20 attempts failed; 1 leaves it to `breaker_failures`",
        ),
    )
    breaker_pause: float = ruled(
        30.0,
        Rule(
            group="politeness",
            type="span",
            least=0.001,
            example='"1m"',
            shown='`"30s"`',
            summary="how long nothing is sent then: what needs it fails at once. After that one request tries whether "
            "the source is back, before the others are let through",
        ),
    )
    personal_ttl: float = ruled(
        300.0,
        Rule(
            group="personal",
            type="span",
            example='"1m"',
            shown='`"5m"`',
            summary="how long an answer about a person is kept at most, in whatever way and for whatever purpose",
        ),
    )
    personal_cache: Literal["memory", "encrypted"] = ruled(
        "memory",
        Rule(
            group="personal",
            type="choice",
            choices=("memory", "encrypted"),
            example='"encrypted"',
            shown='`"memory"`',
            summary="where answers about persons are kept: in memory, or also on disk, encrypted "
            "(`pip install 'dovetail-mail[encryption]'`)",
        ),
    )
    personal_key: Callable[[], str] | None = ruled(
        None,
        Rule(
            group="personal",
            type="secret",
            example='{ keyring = "cache_key" }',
            shown='`{ env = "DOVETAIL_CACHE_KEY" }`',
            summary='where the key for `personal_cache = "encrypted"` is (env, keyring or file). '
            "`dovetail cache key` makes one",
        ),
    )
    allow_private_addresses: bool = ruled(
        False,
        Rule(
            group="safety",
            type="boolean",
            example="true",
            shown="`false`",
            summary="the source may be in your own network (localhost, 10.…, 192.168.…)",
        ),
    )


def rules() -> Mapping[str, Rule]:
    """The settings that every integration has, by name, in the order of the docs."""
    return {item.name: rule_of(item) for item in fields(Policy)}


@dataclass(frozen=True, slots=True)
class Integration:
    """A configured provider with its policy."""

    provider: Provider
    policy: Policy = Policy()
